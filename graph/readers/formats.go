package readers

import (
	"bytes"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/irread"
	"github.com/ridgepoint/ridgepoint/graph/ncnnread"
	"github.com/ridgepoint/ridgepoint/graph/tfliteread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// onnx holds the last row: a file that nothing else claims is read as ONNX, whose reader says what is wrong with it.
var onnx = Format{
	Name:    "ONNX",
	Sniff:   func(*File) bool { return true },
	Read:    readONNX,
	Unknown: "sizes that depend on the values of the inputs",
}

// Default returns the formats that Ridgepoint knows, in the order in which they are tried.
func Default() Registry {
	return slices.Concat(
		Registry{
			{
				Name: "built-in model", Prefix: zoo.Prefix, Write: buildZoo, Unknown: "weights, which are not made",
				Read: func(f *File) (*graph.Model, error) { return zoo.Open(f.Name) },
			},
			{Name: "gzip", Sniff: startsWith(0, gzipMagic), Unpack: unzip},
		},
		parsed,
		decoders,
		archives,
		recognised,
		jsons,
		texts,
		Registry{onnx},
	)
}

// parsed lists the formats beside ONNX that are read.
var parsed = Registry{
	{
		Name: "TensorFlow Lite", Sniff: startsWith(4, tfliteread.Magic),
		Read:    func(f *File) (*graph.Model, error) { return tfliteread.Read(f.Name, f.Reader, f.Size) },
		Unknown: "what a custom operator does, such as one compiled for an Edge TPU; how often a loop runs",
	},
	{
		Name: "OpenVINO IR", Sniff: isIR,
		Read:    func(f *File) (*graph.Model, error) { return irread.Read(f.Name, f.Reader, f.Size) },
		Unknown: "the values of constants, which are in the .bin beside it",
	},
	{
		Name: "ncnn", Sniff: startsWith(0, ncnnread.Magic),
		Read:    func(f *File) (*graph.Model, error) { return ncnnread.Read(f.Name, f.Reader, f.Size) },
		Unknown: "types of tensors; sizes of inputs that leave them out",
	},
}

// recognised lists the files that people give in place of an ONNX model, with what to do about each.
var recognised = Registry{
	alien("PyTorch checkpoint", 0, "\x80\x02\x8a",
		"is an old PyTorch checkpoint; export it with torch.onnx.export first"),
	alien("Python pickle", 0, "\x80\x02", "is a Python pickle; export the model to ONNX first"),
	alien("Python pickle", 0, "\x80\x03", "is a Python pickle; export the model to ONNX first"),
	alien("Python pickle", 0, "\x80\x05", "is a Python pickle; export the model to ONNX first"),
	alien("NumPy array", 0, "\x93NUMPY", "is an array of NumPy, not a model"),
	alien("Python pickle", 0, "\x80\x04\x95", "is a Python pickle; export the model to ONNX first"),
	alien("HDF5", 0, "\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras .h5 models are; convert it with tf2onnx first"),
	alien("web page", 0, "<!DOCTYPE", "is a web page; the download probably failed"),
	alien("web page", 0, "<!doctype", "is a web page; the download probably failed"),
	alien("web page", 0, "<html", "is a web page; the download probably failed"),
	alien("XML", 0, "<?xml", "is an XML file without a net, which OpenVINO's .xml has"),
	alien("Git LFS pointer", 0, "version https://git-lfs",
		"is a Git LFS pointer, not the file itself; fetch it with git lfs pull"),
	alien("TensorRT engine", 0, "ptrt", "is a TensorRT engine; give the .onnx it was built from"),
	alien("ExecuTorch", 4, "ET1", "is an ExecuTorch program (.pte); export the model with torch.onnx.export first"),
	alien("program", 0, "\x7fELF", "is a program, not a model"),
	alien("tar archive", 257, "ustar", "is a tar archive; unpack it and give the model in it"),
	alien("7z archive", 0, "7z\xbc\xaf", "is a 7z archive; unpack it and give the model in it"),
	alien("xz", 0, "\xfd7zXZ", "is compressed with xz; unpack it first"),
	alien("bzip2", 0, "BZh", "is compressed with bzip2; unpack it first"),
	alien("Zstandard", 0, "\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it first"),
	alien("picture", 0, "\x89PNG", "is a picture, not a model"),
	alien("ONNX Runtime", 4, "ORTM", "is an ONNX Runtime .ort file; give the .onnx it was made from"),
	alien("safetensors", 8, "{\"",
		"is a safetensors file, which holds weights and no graph; give the config.json beside it"),
}

// alien returns the row of a format that is recognised by magic bytes at an offset and not read.
func alien(name string, at int, magic, advice string) Format {
	return Format{Name: name, Sniff: startsWith(at, magic), Advice: advice}
}

// isIR reports whether a file is XML that begins with a net.
func isIR(f *File) bool {
	at := bytes.Index(f.Head, []byte("<net "))
	return at == 0 || at > 0 && startsWith(0, "<?xml")(f)
}

// startsWith returns a test for bytes at a place.
func startsWith(at int, magic string) func(*File) bool {
	return func(f *File) bool {
		return len(f.Head) >= at && bytes.HasPrefix(f.Head[at:], []byte(magic))
	}
}

// buildZoo builds a built-in model and returns it as an ONNX file in memory.
func buildZoo(f *File) (*File, error) {
	var b bytes.Buffer
	if err := zoo.Write(&b, f.Name); err != nil {
		return nil, err
	}
	return inMemory(f.Name, b.Bytes())
}
