package hfread

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/wholefile"
)

// The files beside a config.json, and their bounds. DeepSeek-R1 has 163 files whose headers take some 0.1 to 1 MB.
const (
	oneFile     = "model.safetensors"            // a checkpoint in one file
	indexFile   = "model.safetensors.index.json" // the list of a checkpoint's files
	mostHeader  = 64 << 20                       // bytes of a header
	mostFiles   = 1 << 10                        // of a checkpoint
	mostTensors = 1 << 18                        // of a file
	mostEntry   = 4 << 10                        // bytes that describe a tensor
)

// An entry describes one tensor of a safetensors file.
type entry struct {
	DType   string  `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// An index says which file holds which tensor.
type index struct {
	Metadata struct {
		Total float64 `json:"total_size"`
	} `json:"metadata"`
	Files map[string]string `json:"weight_map"`
}

// A part is what a layer holds of one kind of matrix. Quantised ones are several tensors: weights, scales, zeros.
type part struct {
	layer   int64  // from 0
	kind    string // the word of its matrix
	experts bool   // one of several experts
}

// A holding is the bytes of a part, by the type that most of them have.
type holding struct {
	bytes  int64            // of all tensors
	byType map[string]int64 // bytes by element type
}

// kinds lists the kinds of matrices by the word that names them in checkpoints.
var kinds = map[string]string{
	"q_proj": "in", "k_proj": "in", "v_proj": "in", "qkv_proj": "in", "query_key_value": "in", "q_a_proj": "in", "q_b_proj": "in",
	"kv_a_proj_with_mqa": "in", "kv_b_proj": "in", "W_pack": "in", "o_proj": "out", "out_proj": "out", "dense": "out",
	"gate_proj": "up", "up_proj": "up", "gate_up_proj": "up", "w1": "up", "w3": "up", "c_fc": "up", "fc_in": "up",
	"dense_h_to_4h": "up", "gate_up_proj_blocks": "up", "gate_up_proj_scales": "up",
	"down_proj": "down", "w2": "down", "c_proj": "down", "fc_out": "down", "dense_4h_to_h": "down", "down_proj_blocks": "down",
	"down_proj_scales": "down", "gate": "router", "router": "router",
	"embed_tokens": "table", "wte": "table", "word_embeddings": "table", "lm_head": "last", "output_layer": "last", "embed_out": "last",
}

// kindOf returns the kind of a decoder's matrix, "" of others.
func kindOf(r decoder.Role) string {
	switch r {
	case decoder.Query, decoder.Key, decoder.Value, decoder.QKV, decoder.QueryDown, decoder.KVDown, decoder.KVUp:
		return "in"
	case decoder.AttnOut:
		return "out"
	case decoder.Gate, decoder.Up:
		return "up"
	case decoder.Down:
		return "down"
	case decoder.Router:
		return "router"
	case decoder.Mix:
		return "mix"
	case decoder.Embedding:
		return "table"
	case decoder.Output:
		return "last"
	}
	return ""
}

// layerOf matches the number of a tensor's layer.
var layerOf = lazyexp.New(`(?:^|\.)(?:layers|h|blocks)\.(\d+)\.`)

// elsewhere lists the words of tensors that are no part of the decoder.
var elsewhere = lazyexp.New(`(?:^|\.)(?:vision|visual|audio|multi_modal|mtp|image)`)

// mixes matches the matrices of a recurrence or a convolution.
var mixes = lazyexp.New(`\.(?:mamba|linear_attn|conv|mixer)\.(?:in_proj\w*|out_proj|x_proj|dt_proj)\.`)

// partOf returns the part that a tensor belongs to; false for what is no matrix of the decoder.
func partOf(name string) (p part, ok bool) {
	if elsewhere().MatchString(name) {
		return p, false
	}
	words := strings.Split(name, ".")
	for i := len(words) - 1; i >= 0 && i >= len(words)-2; i-- {
		if p.kind = kinds[words[i]]; p.kind != "" {
			break
		}
	}
	if mixes().MatchString(name) {
		p.kind = "mix"
	}
	p.layer, p.experts = -1, strings.Contains(name, ".experts.")
	if m := layerOf().FindStringSubmatch(name); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 32)
		if err != nil {
			return p, false
		}
		p.layer = n
	}
	return p, p.kind != "" && !strings.HasSuffix(name, ".bias")
}

// header reads the header of a safetensors file.
func header(name string, r io.Reader) (map[string]entry, error) {
	var n uint64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		return nil, fmt.Errorf("%s: the file ends within the length of its header; expected a safetensors file", name)
	}
	if n < 2 || n > mostHeader {
		return nil, fmt.Errorf("%s: found a header of %d bytes, expected a safetensors file with one of at most %d MiB", name, n, mostHeader>>20)
	}
	in := &io.LimitedReader{R: r, N: int64(n)}
	out, err := entries(name, json.NewDecoder(in))
	if err != nil && !errors.Is(err, errRefused) {
		if rest, _ := io.Copy(io.Discard, in); rest == 0 && in.N > 0 {
			return nil, fmt.Errorf("%s: the file ends within its header, at byte %d of %d", name, 8+int64(n)-in.N, 8+n)
		}
		return nil, fmt.Errorf("%s: found no JSON as header; expected a safetensors file", name)
	}
	return out, err
}

// errRefused marks errors that say what is wrong with a header; others say that it is no JSON.
var errRefused = errors.New("expected a safetensors file")

// entries reads the tensors that a header describes, one after the other.
func entries(name string, d *json.Decoder) (map[string]entry, error) {
	out := map[string]entry{}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errNoObject
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			return nil, err
		}
		if key == "__metadata__" {
			continue
		}
		var e entry
		if len(text) > mostEntry || json.Unmarshal(text, &e) != nil || e.DType == "" || len(e.Offsets) != 2 || e.Offsets[0] < 0 ||
			e.Offsets[1] < e.Offsets[0] || e.Offsets[1] > 1<<50 {
			return nil, fmt.Errorf("%s: found no type and place of tensor %q; %w", name, spelling.Clip(key), errRefused)
		}
		if out[key] = e; len(out) > mostTensors {
			return nil, fmt.Errorf("%s: found more than %d tensors; %w of at most as many", name, mostTensors, errRefused)
		}
	}
	_, err := d.Token()
	return out, err
}

// errNoObject tells of a header that is no object of JSON.
var errNoObject = errors.New("no object")

// files lists the safetensors beside a config.json, and the bytes that an index states of all of them.
func files(path string) (list []string, total float64, err error) {
	dir := filepath.Dir(path)
	data, err := wholefile.Read(filepath.Join(dir, indexFile), "an index of safetensors", mostHeader)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, oneFile)); err != nil {
			return nil, 0, nil
		}
		return []string{filepath.Join(dir, oneFile)}, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var x index
	if err := json.Unmarshal(data, &x); err != nil {
		return nil, 0, fmt.Errorf("%s: found no index of safetensors beside the configuration; expected JSON with a weight_map", filepath.Join(dir, indexFile))
	}
	for _, f := range slices.Compact(slices.Sorted(maps.Values(x.Files))) {
		if f != filepath.Base(f) || !strings.HasSuffix(f, ".safetensors") {
			return nil, 0, fmt.Errorf("%s: found file %q, expected one beside it", filepath.Join(dir, indexFile), spelling.Clip(f))
		}
		if list = append(list, filepath.Join(dir, f)); len(list) > mostFiles {
			return nil, 0, fmt.Errorf("%s: found more than %d files, expected at most as many", filepath.Join(dir, indexFile), mostFiles)
		}
	}
	return list, x.Metadata.Total, nil
}

// beside reads how the safetensors beside a configuration hold the weights of a decoder; nil where none lie there.
func beside(path string, s *decoder.Shape) ([]decoder.Stored, error) {
	list, total, err := files(path)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	held := map[part]*holding{}
	for i, name := range list {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) && i == 0 { // the index was fetched alone
			return spreadOver(s, total), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: could not be opened; the index beside it names it", name)
		}
		entries, err := header(name, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		collect(held, entries)
	}
	return stored(s, held, path)
}

// collect adds the tensors of a file to the parts that they belong to.
func collect(held map[part]*holding, entries map[string]entry) {
	for name, e := range entries {
		p, ok := partOf(name)
		if !ok {
			continue
		}
		h := held[p]
		if h == nil {
			h = &holding{byType: map[string]int64{}}
			held[p] = h
		}
		n := e.Offsets[1] - e.Offsets[0]
		h.bytes += n
		h.byType[e.DType] += n
	}
}

// stored shares the bytes of each part among the matrices that it is made of, by their elements.
func stored(s *decoder.Shape, held map[part]*holding, path string) ([]decoder.Stored, error) {
	out, err := s.Store("f16")
	if err != nil {
		return nil, err
	}
	elems := map[part]int64{}
	of := func(t *decoder.Stored) part { return part{t.Layer, kindOf(t.Role), t.Experts > 0} }
	for i := range out {
		elems[of(&out[i])] += out[i].Elems()
	}
	for i := range out {
		t := &out[i]
		h := held[of(t)]
		if h == nil || t.Vector() {
			continue
		}
		bytes := float64(h.bytes) * float64(t.Elems()) / float64(elems[of(t)])
		if bits := 8 * bytes / float64(t.Elems()); bits < 0.5 || bits > 64 {
			return nil, fmt.Errorf("%s: its safetensors hold %.2g bits for a weight of %s in layer %d; they are of another model",
				path, bits, t.Role, t.Layer)
		}
		t.Format = h.format(t.Elems(), int64(bytes+0.5))
	}
	return out, nil
}

// spreadOver returns the weights of a decoder of which only the bytes of all are known: those outside its layers are
// taken as 16 bits wide.
func spreadOver(s *decoder.Shape, total float64) []decoder.Stored {
	out, err := s.Store("f16")
	if err != nil {
		return nil
	}
	var inner, outer int64
	for i := range out {
		if t := &out[i]; t.Layer >= 0 && !t.Vector() {
			inner += t.Elems()
		} else {
			outer += t.Bytes()
		}
	}
	left := total - float64(outer)
	if bits := 8 * left / float64(max(inner, 1)); bits < 0.5 || bits > 64 {
		return nil
	}
	for i := range out {
		if t := &out[i]; t.Layer >= 0 && !t.Vector() {
			h := holding{byType: map[string]int64{"": 1}}
			t.Format = h.format(t.Elems(), int64(left*float64(t.Elems())/float64(inner)+0.5))
		}
	}
	return out
}

// format returns one block that holds a whole matrix.
func (h *holding) format(elems, bytes int64) dtype.Block {
	b := dtype.Block{Elements: elems, Size: max(bytes, 1)}
	most := int64(-1)
	for name, n := range h.byType {
		if n > most || n == most && name < b.Name {
			most, b.Name = n, name
		}
	}
	switch bits := b.Bits(); {
	case bits >= 12:
		b.Family = dtype.F16
	case bits >= 7:
		b.Family = dtype.Q8
	default:
		b.Family = dtype.Q4
	}
	b.Name = strings.ToLower(b.Name)
	return b
}
