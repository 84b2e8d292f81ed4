package lower_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/internal/dataflow"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// load infers a model of the corpus, free dimensions other than the batch taken as 64.
func load(t testing.TB, name string) *infer.Result {
	t.Helper()
	m, err := readers.Open(reference.Path(t, "corpus", "dev", name+".onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	b := infer.Bindings{Trip: 4}
	r, err := p.Run(b, nil)
	if u, ok := err.(*infer.UnboundError); ok {
		b.Dims = make(map[string]int64)
		for _, s := range u.Symbols {
			b.Dims[s] = 64
		}
		r, err = p.Run(b, nil)
	}
	if err != nil {
		t.Skipf("%s has no dimensions that fit: 64 for each gives %v; leave it out of samples or bind it here", name, err)
	}
	return r
}

// samples are models of every kind in the corpus: float, half, quantised, recurrent, control flow, generative.
var samples = strings.Fields(`
	tv_resnet50 tv_resnet50_bn resnet50_int8_qdq resnet50_int8_qdq_trt resnet50_int8_qoperator resnet50_fp16
	efficientnet_b0_op19 efficientnet_b0_int8_qdq_trt yolov8n yolov12n hf_bert_base hf_bert_base_op13
	hf_clip_text_l14 genai_llama32_1b_int4 genai_llama32_1b_fp32 hf_distilgpt2_decode bilstm_tagger
	ctl_loop_if_script ctl_greedy_decode_loop detr_resnet50 tv_keypointrcnn_resnet50_fpn`)

// TestFusionKeepsWork holds what fusion must not change: every step that runs is
// in one kernel, work stays, and traffic only falls.
func TestFusionKeepsWork(t *testing.T) {
	for _, name := range samples {
		t.Run(name, func(t *testing.T) {
			res := load(t, name)
			var l lower.Lowerer
			last := int64(-1)
			for _, level := range []lower.Level{lower.None, lower.Epilogue, lower.Full} {
				kernels := l.Lower(res, level.Recipe())
				checkPartition(t, l.Flow, kernels)
				total := sum(kernels)
				if want := liveWork(res, l.Flow); total.FLOPs() != want {
					t.Errorf("%v: kernels do %d FLOP, steps %d", level, total.FLOPs(), want)
				}
				if last >= 0 && total.Bytes() > last {
					t.Errorf("%v moves %d B, less fusion %d B", level, total.Bytes(), last)
				}
				last = total.Bytes()
			}
		})
	}
}

func sum(kernels []kernel.Kernel) cost.Cost {
	var total cost.Cost
	for i := range kernels {
		c := kernels[i].Cost.Times(kernels[i].Times)
		total.Add(&c)
	}
	return total
}

func liveWork(res *infer.Result, f *dataflow.Flow) int64 {
	var n int64
	for i := range res.Steps {
		if f.Live[i] {
			c := res.Steps[i].Total()
			n = sat.Add(n, c.FLOPs())
		}
	}
	return n
}

// checkPartition holds that every live step is in one kernel and that kernels
// come after those that make what they read.
func checkPartition(t *testing.T, f *dataflow.Flow, kernels []kernel.Kernel) {
	t.Helper()
	made := make(map[graph.ID]int)
	for i := range kernels {
		for _, s := range kernels[i].Steps {
			for _, id := range f.Res.Steps[s].Node.Outputs {
				if id != graph.None && f.Root[id] == id {
					made[id] = i
				}
			}
		}
	}
	for i := range kernels {
		for _, s := range kernels[i].Steps {
			for _, id := range f.Res.Steps[s].Node.Inputs {
				if id == graph.None {
					continue
				}
				if by, ok := made[f.Root[id]]; ok && by > i {
					t.Errorf("kernel %d (%s) reads what kernel %d (%s) makes", i, kernels[i].Op, by, kernels[by].Op)
				}
			}
		}
	}
	in := make([]int, len(f.Live))
	for i := range kernels {
		for _, s := range kernels[i].Steps {
			in[s]++
		}
	}
	for s, n := range in {
		want := 0
		if f.Live[s] {
			want = 1
		}
		if n != want {
			t.Errorf("step %d (%s) is in %d kernels, want %d", s, f.Res.Steps[s].Node.Label(), n, want)
		}
	}
}

// TestReuse holds that a Lowerer forgets the model it lowered before.
func TestReuse(t *testing.T) {
	var l lower.Lowerer
	for _, name := range []string{"tv_mobilenet_v2", "tv_resnet50", "hf_bert_base", "tv_mobilenet_v2"} {
		res := load(t, name)
		for _, level := range []lower.Level{lower.Full, lower.None} {
			if got, want := l.Lower(res, level.Recipe()), lower.Lower(res, level.Recipe()); !reflect.DeepEqual(got, want) {
				t.Errorf("%s at %v: a reused lowerer gives %d kernels, a fresh one %d, or other contents", name, level, len(got),
					len(want))
			}
		}
	}
}

// BenchmarkMobileNet lowers a real network of 170 nodes.
func BenchmarkMobileNet(b *testing.B) {
	res := load(b, "tv_mobilenet_v2")
	var l lower.Lowerer
	b.ReportAllocs()
	for b.Loop() {
		l.Lower(res, lower.Full.Recipe())
	}
}
