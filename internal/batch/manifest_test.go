package batch

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestRead: the same rows in each kind of manifest are the same entries.
func TestRead(t *testing.T) {
	base := Entry{Devices: []string{"rpi-5"}, Batches: []int64{1}}
	want := []Entry{
		{ID: "a", Model: "a b.onnx", Devices: []string{"rpi-5"}, Batches: []int64{1, 8, 16, 32}, Causal: true,
			Sizes: []roofline.Size{{Height: 320, Width: 320}, {Height: 384, Width: 640}}},
		{Model: "zoo:resnet50", Devices: []string{"rtx4090", "rpi-5"}, Batches: []int64{1},
			Precisions: []string{"fp16", "int8"}, Dims: []string{"seq=128"}},
	}
	for name, text := range map[string]string{
		"m.csv": "ID, model,batch,causal,device,precision,dim,size\na,a b.onnx,\"1,8..32\",true,,,," +
			"\"320,384x640\"\n# a comment\n,zoo:resnet50,,,\"rtx4090, rpi-5\",\"fp16,int8\",seq=128,\n",
		"m.jsonl": `{"id":"a","model":"a b.onnx","batch":[1,8,16,32],"causal":true,"size":[320,"384x640"]}` + "\n\n" +
			`{"model":"zoo:resnet50","device":["rtx4090","rpi-5"],"precision":"fp16,int8","dim":"seq=128","batch":null}` + "\n",
		"m.yaml": "- {id: a, model: a b.onnx, batch: \"1,8..32\", causal: true, size: [320, 384x640]}\n" +
			"- model: zoo:resnet50\n  device: [rtx4090, rpi-5]\n  precision: [fp16, int8]\n  dim: seq=128\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		have, err := Read(path, base)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range have {
			if !strings.HasPrefix(have[i].Where, path+":") {
				t.Errorf("%s: row %d is at %q", name, i, have[i].Where)
			}
			have[i].Where = ""
		}
		if !reflect.DeepEqual(have, want) {
			t.Errorf("%s: found %+v, expected %+v", name, have, want)
		}
	}
}

// TestReadRefuses: a manifest that cannot be read is one clear error; a value that cannot be is an error of its row.
func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"empty.csv":   {"", "heading"},
		"none.csv":    {"model,device\n", "no row"},
		"column.csv":  {"model,devise\n", `did you mean "device"`},
		"twice.csv":   {"model,model\n", "twice"},
		"wide.csv":    {"model\na,b\n", "wrong number of fields"},
		"list.jsonl":  {"[1]\n", "no JSON object"},
		"two.jsonl":   {`{"model":"a"} {}` + "\n", "behind the JSON object"},
		"deep.jsonl":  {`{"model":{"a":1}}` + "\n", "column model"},
		"other.jsonl": {`{"model":"a","color":1}` + "\n", "unknown column"},
		"map.yaml":    {"model: a\n", "list of rows"},
		"bad.yaml":    {"- [\n", "not YAML"},
		"deep.yaml":   {"- model: {a: b}\n", "column model"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, Entry{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: found error %v, expected one with %q", name, err, c.says)
		}
	}
	e, err := ParseLine("line 3", []byte(`{"model":"a","batch":"many"}`), Entry{})
	if err != nil || e.Err == nil || !strings.Contains(e.Err.Error(), "line 3: column batch") {
		t.Errorf("found %v and the entry's %v, expected the latter alone", err, e.Err)
	}
}

// TestReadBounds refuses manifests that take more memory than any may, before they take it.
func TestReadBounds(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		says string
	}{
		"rows.csv":   {"model\n" + strings.Repeat("a\n", 1<<19), "split the manifest"},
		"lists.csv":  {"model,batch\n" + strings.Repeat("a,1..4096:1\n", 1<<12), "split the manifest"},
		"rows.yaml":  {strings.Repeat("- {model: a}\n", 1<<17), "expected a manifest of at most"},
		"line.jsonl": {`{"model":"` + strings.Repeat("a", 2<<20) + `"}`, "a line longer than"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		allocated.Bound{AtLeast: 6 * maxRows}.Hold(t, len(c.text), func() {
			if _, err := Read(path, Entry{}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: found %.300v, expected an error that says %q", name, err, c.says)
			}
		})
	}
}

// reading is the memory that a manifest may take: the shortest row has two bytes, a range of four makes 4,096 numbers.
var reading = allocated.Bound{PerByte: 10_000, AtLeast: 4 << 20}

// sound are manifests by the suffixes of their files.
var sound = map[string]string{
	".csv":   "ID, model,batch,causal,device,precision,dim\na,a b.onnx,\"1,8..32\",true,,,\n# a comment\n",
	".jsonl": `{"id":"a","model":"a b.onnx","batch":[1,8,16,32],"causal":true,"overhead":"6ms","trip":3}` + "\n",
	".yaml": "- {id: a, model: a b.onnx, batch: \"1,8..32\", causal: true}\n" +
		"- model: zoo:resnet50\n  dim: seq=128\n",
}

// TestCut: a manifest that ends early, anywhere, is refused in our own words, or has no more rows than the whole.
func TestCut(t *testing.T) {
	for kind, text := range sound {
		whole, err := manifests[kind]("m"+kind, []byte(text), Entry{})
		if err != nil {
			t.Fatal(err)
		}
		for n := range len(text) {
			entries, err := manifests[kind]("m"+kind, []byte(text[:n]), Entry{})
			if len(entries) > len(whole) || err != nil && !strings.HasPrefix(err.Error(), "m"+kind) {
				t.Errorf("the first %d bytes of %s: found %d rows and %v", n, kind, len(entries), err)
			}
			for _, e := range entries {
				if err == nil {
					err = e.Err
				}
			}
			for _, word := range []string{" yaml: ", "json:", "unexpected EOF", "strconv"} {
				if err != nil && strings.Contains(err.Error(), word) {
					t.Errorf("the first %d bytes of %s: found Go's own words in %q", n, kind, err)
				}
			}
		}
	}
}

// FuzzRead looks for manifests that break the reader, or take more memory than they may.
func FuzzRead(f *testing.F) {
	for kind, text := range sound {
		f.Add(kind, text)
	}
	f.Fuzz(func(t *testing.T, kind, text string) {
		read := manifests[kind]
		if read == nil {
			return
		}
		reading.Hold(t, len(text), func() {
			entries, err := read("fuzz"+kind, []byte(text), Entry{})
			if err != nil && (entries != nil || strings.Contains(err.Error(), "\x1b")) {
				t.Errorf("found entries beside %v", err)
			}
		})
	})
}
