package readers

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// jsons lists JSON files that are no configuration of a language model, by a key near their beginning.
var jsons = Registry{
	keyed("TensorFlow.js", "is a TensorFlow.js model; convert the model that it was made from with tf2onnx",
		"modelTopology"),
	keyed("Keras as JSON", "is a Keras model as JSON; convert it with tf2onnx first", "class_name"),
	keyed("MXNet symbol", "is a graph of MXNet or TVM; give the ONNX file of the model", "nodes", "arg_nodes"),
	keyed("diffusers", "is a configuration of diffusers; export the model to ONNX first", "_class_name"),
	keyed("Core ML package", coreML, "itemInfoEntries"),
	keyed("index of weights", "lists the files of weights; give the config.json beside it", "weight_map"),
	alien("JSON", 0, "{", "is JSON without a model_type, which a config.json of a language model has; export other"+
		" models to ONNX first"),
}

// keyed returns the row of JSON that has one of some keys near its beginning.
func keyed(name, advice string, keys ...string) Format {
	begins := startsWith(0, "{")
	return Format{Name: name, Advice: advice, Sniff: func(f *File) bool {
		return begins(f) && slices.ContainsFunc(keys, func(key string) bool {
			return bytes.Contains(f.Head, []byte(`"`+key+`":`))
		})
	}}
}

// coreML and compiledML say what to do with models of Core ML.
const (
	coreML     = "is a Core ML package; export the network that it was made from to ONNX"
	compiledML = "is a compiled Core ML model; export the network that it was made from to ONNX"
)

// texts lists models that are written as text, and at last any text.
var texts = Registry{
	written("Caffe network", "is a Caffe network; convert it to ONNX first", "layer {", "layers {", "layer{", "layers{"),
	written("TensorFlow graph as text", "is a TensorFlow graph as text; convert it with tf2onnx first", "node {"),
	written("ONNX as text", "is ONNX as text; load it with the onnx package and save it in the binary form",
		"ir_version:"),
	written("NNEF", "is an NNEF graph; export the network that it was made from to ONNX", "graph "),
	written("MLIR", "is MLIR; give the ONNX or TensorFlow Lite file that it was made from", "func.func", "module "),
	written("Core ML", compiledML, "program("),
	written("Darknet network", "is a Darknet network; convert it to ONNX first", "[net]", "[convolutional]"),
	written("text", "is text and no model; expected ONNX, TensorFlow Lite, OpenVINO IR, ncnn, GGUF or a config.json", ""),
}

// written returns the row of a text that has a line which begins with one of some words.
func written(name, advice string, begins ...string) Format {
	return Format{Name: name, Advice: advice, Sniff: func(f *File) bool {
		if !isText(f.Head) {
			return false
		}
		for line := range bytes.Lines(f.Head) {
			for _, word := range begins {
				if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte(word)) {
					return true
				}
			}
		}
		return false
	}}
}

// isText reports whether a file begins as text: without control characters and broken UTF-8. The last character may be
// cut.
func isText(head []byte) bool {
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(head) || r < ' ' && !strings.ContainsRune("\t\n\f\r", r) {
			return false
		}
		head = head[size:]
	}
	return true
}

// foreigners says what files without a signature are, by the end of their names.
var foreigners = []struct{ end, advice string }{
	{"saved_model.pb", "is a TensorFlow SavedModel; convert its folder with tf2onnx, or to TensorFlow Lite"},
	{".caffemodel", "holds the weights of a Caffe network; convert the network to ONNX first"},
	{".pdmodel", "is a PaddlePaddle model; convert it with paddle2onnx first"},
	{".pdiparams", "holds the weights of a PaddlePaddle model; convert the .pdmodel with paddle2onnx first"},
	{".mlmodel", "is a Core ML model; export the network that it was made from to ONNX"},
	{".mnn", "is an MNN model; give the ONNX file that it was made from"},
	{".onnx.data", weightsOfONNX}, {".onnx_data", weightsOfONNX},
	{".bin", "holds weights and no graph; give the .param (ncnn), .xml (OpenVINO) or config.json (Hugging Face)" +
		" beside it"},
	{".weights", "holds weights and no graph; give the network as ONNX"},
	{".ckpt", "is a checkpoint of weights; export the model to ONNX first"},
	{".msgpack", "is a checkpoint of weights; export the model to ONNX first"},
	{".pkl", "is a Python pickle; export the model to ONNX first"},
	{".engine", "is compiled for one device; give the ONNX file that it was made from"},
	{".plan", "is compiled for one device; give the ONNX file that it was made from"},
	{".hef", "is compiled for one device; give the ONNX file that it was made from"},
	{".rknn", "is compiled for one device; give the ONNX file that it was made from"},
	{".dlc", "is compiled for one device; give the ONNX file that it was made from"},
	{".nb", "is compiled for one device; give the model that it was made from as ONNX"},
	{".kmodel", "is compiled for one device; give the ONNX file that it was made from"},
	{".om", "is compiled for one device; give the ONNX file that it was made from"},
}

const weightsOfONNX = "holds the weights of an ONNX model; give the .onnx beside it"

// readONNX reads ONNX. Where that fails, the error says what the file seems to be.
func readONNX(f *File) (*graph.Model, error) {
	m, err := onnxread.Read(f.Name, f.Reader, f.Size)
	if err == nil {
		return m, nil
	}
	name := strings.ToLower(f.Name)
	for _, row := range foreigners {
		if strings.HasSuffix(name, row.end) {
			return nil, reject(f.Name, row.advice)
		}
	}
	switch {
	case isTensor(f.Head):
		return nil, reject(f.Name, "is one tensor, as in a test_data_set folder; give the model, which is mostly beside "+
			"that folder")
	case strings.HasSuffix(name, ".pb") && f.Head[0] == 0x0a: // as ONNX, a number
		return nil, reject(f.Name, "is no ONNX; if it is a TensorFlow graph, convert it with tf2onnx first")
	}
	return nil, err
}

// isTensor reports whether a file begins as a tensor of ONNX: dimensions as numbers, then a type as a number where a
// model has the text of its producer.
func isTensor(head []byte) bool {
	for len(head) > 2 && head[0] == 0x08 {
		n := 2
		for n < len(head) && head[n-1] >= 0x80 {
			n++
		}
		head = head[n:]
	}
	const types = 25 // of elements
	return len(head) > 2 && head[0] == 0x10 && head[1] > 0 && head[1] < types
}
