package readers_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/internal/gguftest"
)

const smallConfig = `{"model_type":"llama","num_hidden_layers":16,"hidden_size":2048,"num_attention_heads":32,` +
	`"num_key_value_heads":8,"head_dim":64,"intermediate_size":8192,"vocab_size":128256,"tie_word_embeddings":true,` +
	`"max_position_embeddings":131072}`

// TestDecoders: a GGUF file, its gzip, a config.json and its folder give the nodes of the built-in model, at any step.
func TestDecoders(t *testing.T) {
	data, err := gguftest.Header("llama3.2-1b", "q8_0", nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{"m.gguf": data, "m.gguf.gz": pack(t, data), "config.json": []byte(smallConfig)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, query := range []string{"", "?seq=1&past=4095", "?seq=9&past=0&batch=2"} {
		want, err := readers.Open("zoo:llama3.2-1b" + query)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"m.gguf", "m.gguf.gz", "config.json", ""} {
			got, err := readers.Open(filepath.Join(dir, file) + query)
			if err != nil {
				t.Error(err)
				continue
			}
			if !reflect.DeepEqual(opsOf(got.Main.Nodes), opsOf(want.Main.Nodes)) {
				t.Errorf("%s%s has %d nodes, the built-in model %d", file, query, len(got.Main.Nodes), len(want.Main.Nodes))
			}
			if kind := got.Tensors[got.Main.Inputs[len(got.Main.Inputs)-1]].Decl.Elem; len(got.Main.Inputs) > 1 && kind != dtype.Float16 {
				t.Errorf("%s%s runs in %s, expected fp16", file, query, kind)
			}
		}
	}
}

func opsOf[T any](nodes []T) []string {
	out := make([]string, len(nodes))
	for i := range nodes {
		v := reflect.ValueOf(nodes[i])
		out[i] = fmt.Sprint(v.FieldByName("Name"), v.FieldByName("Op"), v.FieldByName("Inputs"), v.FieldByName("Outputs"))
	}
	return out
}

// TestDecoderFaults: what is cut, unknown or asked of the wrong file is a FormatError that says what is wrong.
func TestDecoderFaults(t *testing.T) {
	data, err := gguftest.Header("llama3.2-1b", "q8_0", nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	onnx := write("n.onnx", mobilenet(t))
	for spec, want := range map[string]string{
		write("cut.gguf", data[:len(data)-1]):               "ends early",
		write("whole.gguf", data) + "?size=320":             "seq, past, batch",
		onnx + "?seq=1":                                     "do not take",
		write("some.json", []byte(`{"a":1}`)):               "model_type",
		write("odd.json", []byte(`{"model_type":"qwen9"}`)): "qwen3",
		write("hqq.json", []byte(smallConfig[:1]+`"quantization_config":{"quant_method":"hqq"},`+smallConfig[1:])): "say how the weights are stored",
	} {
		m, err := readers.Open(spec)
		var format *onnxread.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: read as %v with error %v, want a FormatError that says %q", filepath.Base(spec), m != nil, err, want)
		}
	}
}
