package zoo

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestPublishedFigures holds every entry's parameters and multiply-adds to what is published. Exporters
// fold batch normalisation: of its two parameters a channel the convolution's bias keeps one, so the published
// count is that of the graph plus one for each normalised channel.
func TestPublishedFigures(t *testing.T) {
	sampling.Alone(t)
	for _, e := range some() {
		t.Run(e.Name, func(t *testing.T) {
			b := newBuilder()
			_, opts, err := Lookup(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			e.build(b, opts)
			var buf bytes.Buffer
			if err := b.write(&buf, e.Name); err != nil {
				t.Fatal(err)
			}
			m, err := onnxread.Read(e.Name, bytes.NewReader(buf.Bytes()), int64(buf.Len()))
			if err != nil {
				t.Fatal(err)
			}
			params := b.absent - b.stats
			for i := range m.Tensors {
				if c := m.Tensors[i].Init; c != nil {
					params += c.Shape.Elems()
				}
			}
			if params != e.Params {
				t.Errorf("%d parameters, published are %d", params, e.Params)
			}
			p, err := infer.Prepare(m)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Run(infer.Bindings{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.MACs() != e.MACs {
				t.Errorf("%d MACs, expected %d", r.MACs(), e.MACs)
			}
			for i := range r.Steps {
				if r.Steps[i].Unknown {
					t.Errorf("%s is unknown", r.Steps[i].Node.Label())
				}
			}
			// torchvision prints three decimals; the others leave small operators out or round more.
			tolerance := 0.01 * e.Published
			switch {
			case strings.HasPrefix(e.Source, "torchvision"):
				tolerance = 0.0005001
			case strings.HasPrefix(e.Source, "timm"): // two decimals, and normalisations and pools are counted
				tolerance = max(0.01*e.Published, 0.0051)
				beside := counted(r)
				if strings.Contains(e.Doc, "standardised weights") {
					beside += 5 * e.Params
				}
				macs, most := float64(r.MACs())/1e9, float64(r.MACs()+beside)/1e9
				if e.Published != 0 && (e.Published < macs-tolerance || e.Published > most+tolerance) {
					t.Errorf("%d MACs and up to %d more of normalisations and pools, published are %g GMAC", r.MACs(), beside,
						e.Published)
				}
				return
			}
			if off := math.Abs(float64(r.MACs())/1e9 - e.Published); e.Published != 0 && off > tolerance {
				t.Errorf("%d MACs, published are %g GMAC", r.MACs(), e.Published)
			}
		})
	}
}

// counted returns what timm's multiply-adds may hold beside matrix work: two for each element behind a convolution
// that has a batch normalisation, five for each behind another normalisation, and one for each that a pool makes.
func counted(r *infer.Result) (n int64) {
	each := map[string]int64{
		"Conv": 2, "BatchNormalization": 2, "MatMul": 2, "LayerNormalization": 5, "InstanceNormalization": 5,
		"AveragePool": 1, "MaxPool": 1, "GlobalAveragePool": 1, "ReduceMean": 1,
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		n += each[s.Node.Op.Type] * r.Infos[s.Node.Outputs[0]].Shape.Elems()
		if s.Node.Op.Type == "GlobalAveragePool" { // of what it reads
			n += r.Infos[s.Node.Inputs[0]].Shape.Elems()
		}
	}
	return n
}

// TestYOLOConvolutions: Ultralytics publishes 2 x the multiply-adds of what thop sees, the convolutions, in
// GFLOPs: 3.24, 10.73, 33.99, 43.46 and 97.45 GMAC at 640 for YOLO11, 4.37, 14.30 and 39.47 for YOLOv8 n, s and m.
func TestYOLOConvolutions(t *testing.T) {
	sampling.Alone(t)
	for name, want := range map[string]float64{
		"yolo11n": 3.24, "yolo11s": 10.73, "yolo11m": 33.99, "yolo11l": 43.46, "yolo11x": 97.45,
		"yolov8n": 4.37, "yolov8s": 14.30, "yolov8m": 39.47} {
		if got := math.Round(convolutions(t, name)/1e7) / 100; got != want {
			t.Errorf("%s: %.2f GMAC of convolutions, published are %.2f", name, got, want)
		}
	}
	for name, want := range map[string]float64{"yolo26n": 5.4, "yolo26s": 20.7, "yolo26m": 68.2, "yolo26l": 86.4, "yolo26x": 193.9} { // GFLOPs, to the digits printed
		if got := math.Round(2*convolutions(t, name)/1e8) / 10; got != want {
			t.Errorf("%s: %.1f GFLOPs of convolutions, published are %.1f", name, got, want)
		}
	}
}

// convolutions is the multiply-adds of a model's convolutions.
func convolutions(t *testing.T, name string) (macs float64) {
	t.Helper()
	r := built(t, Prefix+name)
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Node.Op.Type == "Conv" {
			macs += float64(s.Cost.MACs)
		}
	}
	return macs
}

func TestLookupErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"zoo:resnet51":              `there is no built-in model "resnet51"; the nearest are resnet51q, resnet50, `,
		"zoo:mobilenet_v22":         "mobilenetv2",
		"zoo:":                      "there is no built-in model",
		"zoo:vgg16?batch=2&batch=3": "batch is given twice",
		"zoo:vgg16?batch=":          "expected",
		"zoo:resnet50?depth=3":      "has no option",
		"zoo:yolo11n?size=100":      "multiple of 32",
		"zoo:bert-base?seq=x":       "expected",
		"zoo:resnet50?size=999999":  "expected",
	} {
		if _, _, err := Lookup(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup(%q): error %v, want one that says %q", spec, err, want)
		}
	}
}

func TestLookupSpelling(t *testing.T) {
	for name, want := range map[string]string{
		"mobilenet_v2": "mobilenetv2", "EfficientNet_B0": "efficientnet-b0", "resnet-50": "resnet50", "YOLOv8-n": "yolov8n",
	} {
		if e, _, err := Lookup(Prefix + name); err != nil || e.Name != want {
			t.Errorf("%s: found %v, %v, expected %s", name, e, err, want)
		}
	}
	if i := find([]Entry{{Name: "m1-0"}, {Name: "m10"}}, "m1_0"); i >= 0 {
		t.Errorf("a name of two models, but for a mark, finds number %d, expected none", i)
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Entries() {
		if seen[e.Name] || e.Source == "" || e.Doc == "" || e.Family == "" || e.Task == "" || e.License == "" {
			t.Errorf("entry %q is listed twice or lacks a field", e.Name)
		}
		a := e.Accuracy
		given := a.Metric != "" && a.Value > 0 && a.Source != ""
		// Of pictures from text the whole system is judged, with its sampler and text encoder, and no one step. timm prints
		// no accuracy of some networks, nor of those without a classifier, nor does ncnn's benchmark, which has no weights.
		// Repositories that print no figure of a network at all, so that it was counted, print no accuracy either.
		none := e.Task == generation || strings.HasPrefix(e.Source, "timm ") || strings.HasPrefix(e.Source, "ncnn ") ||
			strings.Contains(e.Source, "multiply-adds by counting)")
		if !given && (!none || a != Accuracy{}) {
			t.Errorf("entry %q lacks an accuracy with its metric, value and source", e.Name)
		}
		seen[e.Name] = true
	}
}

// blocks returns entries of some() that differ in their blocks: the first of the rows of one table, which share their
// text.
func blocks() []Entry {
	tried := map[string]bool{}
	return slices.DeleteFunc(some(), func(e Entry) bool {
		again := strings.HasPrefix(e.Source, "timm ") && tried[e.Family+e.Doc]
		tried[e.Family+e.Doc] = true
		return again
	})
}

// TestBatch: the batch is open by default and --batch sets it, or the spec fixes it; both give a batch of 3,
// outputs included, by inference and not by scaling.
func TestBatch(t *testing.T) {
	sampling.Alone(t)
	for _, e := range blocks() {
		for _, c := range []struct {
			query string
			b     infer.Bindings
		}{{"", infer.Bindings{Batch: 3}}, {"?batch=3", infer.Bindings{}}} {
			spec := Prefix + e.Name + c.query
			m, err := Open(spec)
			if err != nil {
				t.Fatal(err)
			}
			p, err := infer.Prepare(m)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Run(c.b, nil)
			if err != nil {
				t.Fatalf("%s: %v", spec, err)
			}
			once := int64(0) // what some of timm's networks make of weights alone, once a batch
			if strings.HasPrefix(e.Source, "timm ") {
				once = e.MACs / 25
			}
			if r.MACs() > 3*e.MACs || r.MACs() < 3*e.MACs-2*once || r.Scale != 1 {
				t.Errorf("%s: %d MACs (scale %g), want %d", spec, r.MACs(), r.Scale, 3*e.MACs)
			}
			for _, id := range p.Model.Main.Outputs {
				if s := r.Infos[id].Shape; len(s) == 0 || s[0] != 3 {
					t.Errorf("%s: output %s has shape %v", spec, m.Tensors[id].Name, s)
				}
			}
		}
	}
}

// TestOpenIsWrite: a model that is built is what the reader of ONNX makes of the file that is written.
func TestOpenIsWrite(t *testing.T) {
	specs := []string{"zoo:yolo11n?size=320x640", "zoo:llama3-8b?seq=1&past=2048", "zoo:bert-base?seq=64&batch=2"}
	for _, e := range Entries() {
		specs = append(specs, Prefix+e.Name)
	}
	for _, spec := range sampling.Every(7, specs) {
		var file bytes.Buffer
		if err := Write(&file, spec); err != nil {
			t.Fatal(err)
		}
		want, err := onnxread.Read(spec, bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		got, err := Open(spec)
		if err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the model that was built is not that of its file", spec)
		}
	}
}

// TestDeterministic: the same spec gives the same bytes.
func TestDeterministic(t *testing.T) {
	sampling.Alone(t)
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Write(w, "zoo:yolo11n?size=320"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two writes of one spec differ")
	}
}

// FuzzLookup: no spec panics, and what is accepted has every option, within its range unless it is the default.
func FuzzLookup(f *testing.F) {
	for _, s := range []string{"zoo:resnet50", "zoo:yolo11n?size=320&batch=8", "zoo:?", "zoo:x?=&=", "zoo:bert-base?seq=-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		e, opts, err := Lookup(spec)
		if err != nil {
			return
		}
		for _, o := range e.Options {
			v, ok := opts[o.Name]
			if !ok || v != o.Default && (v < o.Min || v > o.Max) {
				t.Errorf("%q: %s=%d (present: %t)", spec, o.Name, v, ok)
			}
		}
	})
}

// TestDecoderMACs: each new token meets every weight of a matrix product once, and in each layer every cached and
// new token with one multiply-add a channel for its key and one for its value.
func TestDecoderMACs(t *testing.T) {
	sampling.Alone(t)
	for _, c := range []struct {
		spec                                string
		depth, width, vocabulary, seq, past int64
		tied                                bool
	}{
		{"zoo:llama2-7b", 32, 4096, 32000, 1, 1024, false},
		{"zoo:llama2-7b?seq=128&past=0", 32, 4096, 32000, 128, 0, false}, // calflops prints 850 GMAC
		{"zoo:llama2-13b", 40, 5120, 32000, 1, 1024, false},
		{"zoo:llama3-8b?seq=7&past=100", 32, 4096, 128256, 7, 100, false},
		{"zoo:llama3-70b", 80, 8192, 128256, 1, 1024, false},
		{"zoo:llama3.2-1b", 16, 2048, 128256, 1, 1024, true},
		{"zoo:llama3.2-3b", 28, 3072, 128256, 1, 1024, true},
		{"zoo:mistral-7b", 32, 4096, 32000, 1, 1024, false},
		{"zoo:tinyllama-1.1b", 22, 2048, 32000, 1, 1024, false},
	} {
		e, _, err := Lookup(c.spec)
		if err != nil {
			t.Fatal(err)
		}
		weights := e.Params - (2*c.depth+1)*c.width // without the scales of the norms
		if !c.tied {
			weights -= c.vocabulary * c.width // the embeddings are looked up
		}
		want := c.seq * (weights + 2*c.depth*c.width*(c.past+c.seq))
		r := built(t, c.spec)
		if r.MACs() != want {
			t.Errorf("%s: %d MACs, want %d", c.spec, r.MACs(), want)
		}
	}
}

// TestLimits: every model builds and infers at both ends of every option, unless the other options refuse it. Decoders
// of a family run the same block, so one stands for its siblings.
func TestLimits(t *testing.T) {
	sampling.Alone(t)
	tried := map[string]bool{}
	for _, e := range blocks() {
		for _, o := range e.Options {
			key := e.Family + " " + o.Name
			if e.Task == "text generation" && e.check == nil && tried[key] {
				continue
			}
			tried[key] = true
			for _, v := range []int64{o.Min, o.Max / max(o.Multiple, 1) * max(o.Multiple, 1)} {
				spec := fmt.Sprintf("%s%s?%s=%d", Prefix, e.Name, o.Name, v)
				if _, _, err := Lookup(spec); err != nil && e.check != nil {
					continue
				}
				m, err := Open(spec)
				if err != nil {
					t.Error(err)
					continue
				}
				p, err := infer.Prepare(m)
				if err != nil {
					t.Errorf("%s: %v", spec, err)
					continue
				}
				if _, err := p.Run(infer.Bindings{}, nil); err != nil {
					t.Errorf("%s: %v", spec, err)
				}
			}
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := Open("zoo:yolo11n"); err != nil {
			b.Fatal(err)
		}
	}
}
