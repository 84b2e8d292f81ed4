package zoo

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// A twin is a model that a public exporter wrote and the spec that builds the same.
type twin struct {
	file, spec string
	dims       map[string]int64 // free dimensions of the file
	work       bool             // compare matrix work only: the exporter writes other small operators
	computed   int              // matrix products by which the export makes what is a constant here, each of 25,600 MACs
}

var twins = []twin{
	{file: "tv_resnet18", spec: "zoo:resnet18"},
	{file: "tv_resnet34", spec: "zoo:resnet34"},
	{file: "tv_resnet50", spec: "zoo:resnet50"},
	{file: "tv_resnet50_b8", spec: "zoo:resnet50?batch=8"},
	{file: "tv_resnet101", spec: "zoo:resnet101"},
	{file: "tv_resnext50_32x4d", spec: "zoo:resnext50-32x4d"},
	{file: "tv_wide_resnet50_2", spec: "zoo:wide-resnet50-2"},
	{file: "timm_wide_resnet101_2_224", spec: "zoo:wide-resnet101-2"},
	{file: "tv_vgg16", spec: "zoo:vgg16"},
	{file: "timm_vgg11_224", spec: "zoo:vgg11", work: true},
	{file: "timm_vgg13_224", spec: "zoo:vgg13", work: true},
	{file: "tv_mobilenet_v2", spec: "zoo:mobilenetv2"},
	{file: "tv_mobilenet_v3_large", spec: "zoo:mobilenetv3-large"},
	{file: "tv_efficientnet_b0", spec: "zoo:efficientnet-b0"},
	{file: "tv_densenet121", spec: "zoo:densenet121"},
	{file: "tv_vit_b_16", spec: "zoo:vit-b-16", work: true},
	{file: "tv_vit_l_16", spec: "zoo:vit-l-16", work: true},
	{file: "yolov8n", spec: "zoo:yolov8n"},
	{file: "yolov8m", spec: "zoo:yolov8m"},
	{file: "yolov8m_1280", spec: "zoo:yolov8m?size=1280", work: true}, // exported with ReLU for SiLU
	{file: "yolov8l", spec: "zoo:yolov8l"},
	{file: "yolov8x", spec: "zoo:yolov8x"},
	{file: "yolo11n", spec: "zoo:yolo11n"},
	{file: "yolo11s", spec: "zoo:yolo11s"},
	{file: "hf_bert_base", spec: "zoo:bert-base", dims: map[string]int64{"sequence": 128}},
	{file: "hf_bert_large", spec: "zoo:bert-large", dims: map[string]int64{"sequence": 128}},
	{file: "hf_minilm_l6", spec: "zoo:minilm-l6", dims: map[string]int64{"sequence": 128}, work: true},
	{file: "hf_distilbert", spec: "zoo:distilbert", dims: map[string]int64{"sequence": 128}, work: true},
	{file: "hf_gpt2_prefill", spec: "zoo:gpt2?seq=64&past=0", dims: map[string]int64{"sequence": 64}, work: true},
	{file: "hf_gpt2_decode", spec: "zoo:gpt2?seq=1&past=128", dims: map[string]int64{"sequence": 1, "past_sequence": 128}, work: true},
	{file: "hf_gpt2_xl_decode", spec: "zoo:gpt2-xl?seq=1&past=32", dims: map[string]int64{"sequence": 1, "past_sequence": 32}, work: true},
	{file: "llama2_7b_prefill", spec: "zoo:llama2-7b?seq=8&past=0", dims: map[string]int64{"sequence": 8}, work: true},
	{file: "llama2_7b_decode", spec: "zoo:llama2-7b?seq=1&past=128", dims: map[string]int64{"sequence": 1, "past_sequence": 128}, work: true},
	{file: "qwen2_0p5b_prefill", spec: "zoo:qwen2.5-0.5b?seq=8&past=0", dims: map[string]int64{"sequence": 8}, work: true},
	{file: "qwen2_0p5b_decode", spec: "zoo:qwen2.5-0.5b?seq=1&past=128", dims: map[string]int64{"sequence": 1, "past_sequence": 128}, work: true},
	{file: "hf_t5_small_encoder", spec: "zoo:t5-small-encoder?seq=64", dims: map[string]int64{"encoder_sequence": 64}, work: true},
	{file: "hf_t5_small_decoder", spec: "zoo:t5-small-decoder?seq=16&past=0&source=64", dims: map[string]int64{"decoder_sequence": 16, "encoder_sequence": 64}, work: true},
	{file: "hf_t5_small_decoder_with_past", spec: "zoo:t5-small-decoder?past=20&source=64", dims: map[string]int64{"decoder_sequence": 1, "encoder_sequence": 64, "past_decoder_sequence": 20}, work: true},
	{file: "hf_whisper_small_encoder", spec: "zoo:whisper-small-encoder", work: true},
	{file: "hf_whisper_small_decoder", spec: "zoo:whisper-small-decoder?seq=8&past=0", dims: map[string]int64{"decoder_sequence": 8}, work: true},
	{file: "hf_whisper_small_decoder_with_past", spec: "zoo:whisper-small-decoder?past=20", dims: map[string]int64{"decoder_sequence": 1, "past_decoder_sequence": 20}, work: true},
	{file: "hf_wav2vec2_base", spec: "zoo:wav2vec2-base", dims: map[string]int64{"samples": 16000}, work: true},
	{file: "hf_clip_vision_b32", spec: "zoo:clip-vit-b-32-vision", work: true},
	{file: "hf_clip_text_l14", spec: "zoo:clip-vit-l-14-text?projection=0", work: true},
	{file: "tinyllama_1b_decode", spec: "zoo:tinyllama-1.1b?seq=1&past=64", dims: map[string]int64{"sequence": 1, "past_sequence": 64}, work: true},
}

// computedMACs is an outer product of 400 places with 64 frequencies, of which RT-DETR makes its position embedding.
const computedMACs = 25_600

// telling are the operators beside those with matrix work whose outputs tell two architectures apart.
var telling = map[string]bool{
	"MaxPool": true, "GlobalAveragePool": true, "Softmax": true, "LayerNormalization": true,
	"BatchNormalization": true, "Resize": true, "Erf": true, "Tanh": true, "Relu": true, "Clip": true, "HardSwish": true, "HardSigmoid": true,
}

// TestTwins compares built models with exports of the same architectures: the multisets of operators
// with the shapes of their outputs, and the matrix work.
func TestTwins(t *testing.T) {
	sampling.Alone(t)
	for _, w := range slices.Concat(twins, convNetTwins, transformerTwins, detectorTwins, sceneTwins) {
		t.Run(w.file, func(t *testing.T) {
			data := reference.Gunzip(t, reference.Path(t, "corpus", "dev", w.file+".onnx.gz"))
			m, err := onnxread.Read(w.file, bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			theirs := inferred(t, m, w.dims)
			if m, err = Open(w.spec); err != nil {
				t.Fatal(err)
			}
			ours := inferred(t, m, nil)
			if ours.MACs()+int64(w.computed)*computedMACs != theirs.MACs() {
				t.Errorf("%d MACs, the export has %d", ours.MACs(), theirs.MACs())
			}
			want := shapes(theirs, w.work)
			if key := fmt.Sprintf("nodes of %d MACs", int64(computedMACs)); want[key] == w.computed {
				delete(want, key)
			}
			for key, n := range shapes(ours, w.work) {
				if want[key] != n {
					t.Errorf("%d of %s, the export has %d", n, key, want[key])
				}
				delete(want, key)
			}
			for key, n := range want {
				t.Errorf("no %s, the export has %d", key, n)
			}
		})
	}
}

// built opens a model and infers it as it stands.
func built(t *testing.T, spec string) *infer.Result {
	t.Helper()
	m, err := Open(spec)
	if err != nil {
		t.Fatalf("%s: %v", spec, err)
	}
	return inferred(t, m, nil)
}

func inferred(t *testing.T, m *graph.Model, dims map[string]int64) *infer.Result {
	t.Helper()
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(infer.Bindings{Dims: dims}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shapes counts the nodes of a model by what they do: MACs, and unless work is set the operator and its
// output's shape.
func shapes(r *infer.Result, work bool) map[string]int {
	out := make(map[string]int)
	for i := range r.Steps {
		s := &r.Steps[i]
		macs := s.Cost.MACs
		switch {
		case work && macs > 0:
			out[fmt.Sprintf("nodes of %d MACs", macs)]++
		case !work && (macs > 0 || telling[s.Node.Op.Type]):
			out[fmt.Sprintf("%s %v of %d MACs", s.Node.Op, r.Infos[s.Node.Outputs[0]].Shape, macs)]++
		}
	}
	return out
}
