package readers_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// TestForeign holds that what people give in place of a model is named, with what to do, and that no error about it
// speaks of the encoding of ONNX.
func TestForeign(t *testing.T) {
	zipOf := func(entry string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		if _, err := z.Create(entry); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const saved = "\x08\x01\x12\x04\x0a\x02\x0a\x00" // a version, then a graph with its tags
	for _, tc := range []struct{ name, content, want string }{
		{"deploy.prototxt", "name: \"net\"\nlayer {\n  name: \"data\"\n}\n", "is a Caffe network"},
		{"graph.pbtxt", "node {\n  name: \"x\"\n}\n", "is a TensorFlow graph as text"},
		{"model.txt", "ir_version: 8\ngraph {\n}\n", "is ONNX as text"},
		{"graph.nnef", "version 1.0;\n\ngraph net( x ) -> ( y )\n{\n}\n", "is an NNEF graph"},
		{"model.mlir", "// RUN: x\nmodule {\n  func.func @main() { return }\n}\n", "is MLIR"},
		{"yolo.cfg", "[net]\nbatch=1\n[convolutional]\n", "is a Darknet network"},
		{"model.json", `{"format": "layers-model", "modelTopology": {}}`, "is a TensorFlow.js model"},
		{"net-symbol.json", "{\n  \"nodes\": [{\n \"op\": \"null\"", "is a graph of MXNet or TVM"},
		{"unet.json", `{"_class_name": "UNet2DConditionModel"}`, "is a configuration of diffusers"},
		{"keras.json", `{"class_name": "Functional"}`, "is a Keras model"},
		{"index.json", `{"metadata": {}, "weight_map": {}}`, "give the config.json"},
		{"x.json", `{"a": 1}`, "is JSON without a model_type"},
		{"icon.xml", "<!-- a picture -->\n<vector/>\n", "is text and no model"},
		{"labels.txt", "Größe\n" + strings.Repeat("é", 400), "is text and no model"},
		{"model.pkl", "\x80\x03cmodel\n", "is a Python pickle"},
		{"old.pkl", "\x01\x02", "is a Python pickle"},
		{"x.npy", "\x93NUMPY\x01\x00", "is an array of NumPy"},
		{"x.npz", zipOf("arr_0.npy"), "is an archive of NumPy arrays"},
		{"x.zip", zipOf("a.mlpackage/Data/com.apple.CoreML/model.mlmodel"), "is a Core ML package"},
		{"model.dlc", zipOf("dlc.metadata"), "is compiled for one device"},
		{"Manifest.json", `{"fileFormatVersion": "1.0.0", "itemInfoEntries": {}}`, "is a Core ML package"},
		{"model.mil", "program(1.0)\n[buildInfo = dict<tensor<string, []>>()]\n", "is a compiled Core ML model"},
		{"model.pte", "\x18\x00\x00\x00ET12\x00", "is an ExecuTorch program"},
		{"model.nemo", strings.Repeat("\x00", 257) + "ustar\x0000", "is a tar archive"},
		{"model.onnx.xz", "\xfd7zXZ\x00", "is compressed with xz"},
		{"model.onnx.zst", "\x28\xb5\x2f\xfd\x00", "is compressed with zstd"},
		{"model.onnx.bz2", "BZh91AY", "is compressed with bzip2"},
		{"model.7z", "7z\xbc\xaf\x27\x1c", "is a 7z archive"},
		{"net.nb", "\x00\x00\x00\x00", "is compiled for one device"},
		{"saved_model.pb", saved, "is a TensorFlow SavedModel"},
		{"frozen.pb", "\x0a\x05\x0a\x01x\x12\x00", "convert it with tf2onnx"},
		{"input_0.pb", "\x08\x01\x08\x80\x01\x10\x01\x4a\x00", "is one tensor"},
		{"scalar.pb", "\x10\x07\x4a\x00", "is one tensor"},
		{"net.caffemodel", "\x0a\x03net", "weights of a Caffe network"},
		{"net.pdmodel", "\x0a\x03net", "convert it with paddle2onnx"},
		{"net.mlmodel", "\x08\x04\x12\x00", "is a Core ML model"},
		{"net.mnn", "\x28\x00\x00\x00", "is an MNN model"},
		{"net.bin", "\x00\x00\x00\x00", "give the .param (ncnn)"},
		{"net.onnx.data", "\x00\x00\x00\x00", "give the .onnx beside it"},
		{"NET.RKNN", "RKNN\x00\x00", "is compiled for one device"},
	} {
		_, err := readers.Default().Read(file(t, tc.name, tc.content))
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), tc.name) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
	if _, err := readers.Default().Read(file(t, "cut.onnx", "\x08\x08\x12\x05a")); err == nil ||
		!strings.Contains(err.Error(), "at byte") {
		t.Errorf("a damaged file has no place: %v", err)
	}
}

// file returns a content as a file.
func file(t *testing.T, name, content string) *readers.File {
	t.Helper()
	f, err := readers.NewFile(name, strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFolders holds that a folder given by mistake is named, or a model in it.
func TestFolders(t *testing.T) {
	for entry, want := range map[string]string{"saved_model.pb": "is a TensorFlow SavedModel",
		"Manifest.json": "is a Core ML package", "coremldata.bin": "is a compiled Core ML model",
		"model_index.json": "is a pipeline of several models",
		"net.onnx":         "such as net.onnx", "net.param": "such as net.param", "readme": "name the model file in it"} {
		dir := filepath.Join(t.TempDir(), "a[1]*")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, entry), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readers.Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a folder with %s: %v, want %q", entry, err, want)
		}
	}
}
