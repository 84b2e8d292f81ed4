package hfread_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/hfread"
	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// tiny is the configuration of a decoder of two layers.
const tiny = `{"model_type":"llama","num_hidden_layers":2,"hidden_size":64,"num_attention_heads":4,` +
	`"num_key_value_heads":2,"intermediate_size":128,"vocab_size":256,"tie_word_embeddings":false`

// tinyMatrices are the elements of the matrices of one of its layers.
var tinyMatrices = map[string]int64{
	"self_attn.q_proj": 64 * 64, "self_attn.k_proj": 64 * 32, "self_attn.v_proj": 64 * 32, "self_attn.o_proj": 64 * 64,
	"mlp.gate_proj": 64 * 128, "mlp.up_proj": 64 * 128, "mlp.down_proj": 64 * 128,
}

// tinyTensors returns the bytes of the tensors of some layers, by name, and in how many bits their weights are held.
func tinyTensors(bits int64, layers ...int) map[string]int64 {
	out := map[string]int64{}
	for _, l := range layers {
		for name, elems := range tinyMatrices {
			name = fmt.Sprintf("model.layers.%d.%s.", l, name)
			if bits == 16 {
				out[name+"weight"] = 2 * elems
				continue
			}
			out[name+"qweight"], out[name+"scales"] = elems*bits/8, elems/32*2
		}
		out[fmt.Sprintf("model.layers.%d.input_layernorm.weight", l)] = 128
	}
	return out
}

// safetensors returns the bytes of a file with such tensors, without what they hold.
func safetensors(t *testing.T, tensors map[string]int64) []byte {
	t.Helper()
	header := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	at := int64(0)
	for name, n := range tensors {
		kind := "BF16"
		if strings.HasSuffix(name, ".qweight") {
			kind = "I32"
		}
		header[name] = map[string]any{"dtype": kind, "shape": []int64{n}, "data_offsets": []int64{at, at + n}}
		at += n
	}
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
}

// folder writes files into a new folder and returns the path of its config.json.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config.json")
}

// held returns the bytes of the matrices of a layer as a model is stored.
func held(m *hfread.Model, layer int64) (sum int64) {
	for i := range m.Tensors {
		if s := &m.Tensors[i]; s.Layer == layer && !s.Vector() {
			sum += s.Bytes()
		}
	}
	return sum
}

func matrices(tensors map[string]int64, layer int) (sum int64) {
	for name, n := range tensors {
		if strings.HasPrefix(name, fmt.Sprintf("model.layers.%d.", layer)) && !strings.Contains(name, "norm") {
			sum += n
		}
	}
	return sum
}

// TestSafetensors holds that the bytes of the headers beside a configuration are those of the model, in one file, in
// several, in 4 bits, and where the index was fetched alone.
func TestSafetensors(t *testing.T) {
	config := []byte(tiny + "}")
	quantised := []byte(tiny + `,"quantization_config":{"quant_method":"hqq"}}`) // says nothing of the bits
	index := func(files ...string) []byte {
		weights := map[string]string{}
		for i, f := range files {
			weights[fmt.Sprintf("model.layers.%d.mlp.up_proj.weight", i)] = f
		}
		text, err := json.Marshal(map[string]any{"metadata": map[string]int64{"total_size": 120_000}, "weight_map": weights})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  int64 // bytes of the matrices of layer 1; 0: no tensors
	}{
		{"no file beside it", map[string][]byte{"config.json": config}, 0},
		{"16 bits", map[string][]byte{"config.json": config, "model.safetensors": safetensors(t, tinyTensors(16, 0, 1))},
			matrices(tinyTensors(16, 1), 1)},
		{"4 bits with scales", map[string][]byte{"config.json": quantised,
			"model.safetensors": safetensors(t, tinyTensors(4, 0, 1))}, matrices(tinyTensors(4, 1), 1)},
		{"two files", map[string][]byte{"config.json": config, "model.safetensors.index.json": index("a.safetensors", "b.safetensors"),
			"a.safetensors": safetensors(t, tinyTensors(16, 0)), "b.safetensors": safetensors(t, tinyTensors(16, 1))},
			matrices(tinyTensors(16, 1), 1)},
		{"an index alone", map[string][]byte{"config.json": config, "model.safetensors.index.json": index("a.safetensors")},
			(120_000 - 2*2*256*64 - (2*2+1)*64*4) / 2},
	} {
		m, err := hfread.Open(folder(t, c.files))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := held(m, 1); got < c.want-8 || got > c.want+8 {
			t.Errorf("%s: layer 1 holds %d B, expected %d", c.name, got, c.want)
		}
	}
}

// TestSafetensorsRefused holds that what is no safetensors file is refused in a short line and little memory, wherever
// the header is cut.
func TestSafetensorsRefused(t *testing.T) {
	whole := safetensors(t, tinyTensors(16, 0, 1))
	bad := map[string][]byte{
		"no JSON":        append(binary.LittleEndian.AppendUint64(nil, 4), "????"...),
		"2^60 bytes":     binary.LittleEndian.AppendUint64(nil, 1<<60),
		"places below 0": append(binary.LittleEndian.AppendUint64(nil, 56), `{"w":{"dtype":"F16","shape":[1],"data_offsets":[-2,0]}} `...),
		"another model":  safetensors(t, map[string]int64{"model.layers.0.mlp.up_proj.weight": 1 << 40}),
	}
	for n := 0; n < len(whole); n += 7 {
		bad[fmt.Sprintf("the first %d B", n)] = whole[:n]
	}
	bound := allocated.Bound{PerByte: 100, AtLeast: 1 << 20}
	for name, data := range bad {
		path := folder(t, map[string][]byte{"config.json": []byte(tiny + "}"), "model.safetensors": data})
		var err error
		bound.Hold(t, len(data), func() { _, err = hfread.Open(path) })
		if err == nil || len(err.Error()) > 400 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: found the error %v, expected one short line", name, err)
		}
	}
	for name, text := range map[string]string{
		"a file elsewhere": `{"weight_map":{"w":"../secret.safetensors"}}`, "no index": `[]`,
		"a long index": `{"weight_map":{"` + strings.Repeat("w", 65<<20) + `":"a.safetensors"}}`,
	} {
		path := folder(t, map[string][]byte{"config.json": []byte(tiny + "}"), "model.safetensors.index.json": []byte(text)})
		if _, err := hfread.Open(path); err == nil || len(err.Error()) > 400 {
			t.Errorf("%s: found the error %v, expected a short one", name, err)
		}
	}
}
