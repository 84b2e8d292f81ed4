package onnxread

import "bytes"

// signature is how a file that is not ONNX begins, and what to tell its owner.
type signature struct {
	at    int
	magic string
	what  string
}

var signatures = []signature{
	{0, "PK\x03\x04", "is a zip archive, as PyTorch checkpoints (.pt, .pth), Keras and Core ML packages are; export it with torch.onnx.export or tf2onnx first"},
	{0, "\x80\x02\x8a", "is an old PyTorch checkpoint; export it with torch.onnx.export first"},
	{0, "\x80\x04\x95", "is a Python pickle; export the model to ONNX first"},
	{4, "TFL3", "is a TensorFlow Lite model; convert it with tf2onnx --tflite first"},
	{0, "\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras .h5 models are; convert it with tf2onnx first"},
	{0, "GGUF", "is a GGUF model of llama.cpp; export the original model to ONNX instead"},
	{0, "<!DOCTYPE", "is a web page; the download probably failed"},
	{0, "<!doctype", "is a web page; the download probably failed"},
	{0, "<html", "is a web page; the download probably failed"},
	{0, "<?xml", "is an XML file, as OpenVINO's .xml is; give the original .onnx"},
	{0, "version https://git-lfs", "is a Git LFS pointer, not the file itself; fetch it with git lfs pull"},
	{0, "7767517\n", "is an ncnn .param file; give the original .onnx"},
	{0, "ptrt", "is a TensorRT engine; give the .onnx it was built from"},
	{0, "\x7fELF", "is a program, not a model"},
	{0, "\x89PNG", "is a picture, not a model"},
	{4, "ORTM", "is an ONNX Runtime .ort file; give the .onnx it was made from"},
	{8, "{\"", "is a safetensors file, which holds weights and no graph; export the model to ONNX first"},
	{0, "{", "is JSON, not ONNX"},
}

// alien recognises files that are something else by their first bytes, "" if the file may be ONNX.
func alien(head []byte) string {
	if len(head) == 0 {
		return "is empty; expected an ONNX model"
	}
	for _, s := range signatures {
		if len(head) >= s.at+len(s.magic) && bytes.HasPrefix(head[s.at:], []byte(s.magic)) {
			return s.what
		}
	}
	return ""
}
