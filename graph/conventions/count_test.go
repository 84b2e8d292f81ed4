package conventions_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/conventions"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/internal/reference"
)

// load infers a model as it stands, nil where it has free dimensions.
func load(t testing.TB, file string) *infer.Result {
	t.Helper()
	m, err := readers.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(infer.Bindings{}, nil)
	if err != nil {
		return nil // free dimensions: the reference does not say what they were
	}
	return r
}

// TestResNet50 reconciles the published figures of one model: convolutions and
// fc are 4,089,184,256 MAC, batch normalisation works on 11,113,984 elements, the last pool reads 100,352.
func TestResNet50(t *testing.T) {
	dir := reference.Path(t, "corpus", "dev")
	for _, file := range []string{"tv_resnet50_bn", "tv_resnet50", "resnet50_int8_qoperator", "ortopt_resnet50_qdq"} {
		res := load(t, filepath.Join(dir, file+".onnx.gz"))
		for _, want := range []struct {
			name  string
			total int64
		}{
			{"torchvision", 4_089_184_256},
			{"fvcore", 4_089_184_256 + 2*11_113_984 + 100_352},
			{"timm", 4_111_512_576},
			{"thop", 4_133_742_592},
			{"ultralytics", 2 * 4_133_742_592},
		} {
			v, err := conventions.Find(want.name)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Of(res, conventions.Auto); got.Total != want.total {
				t.Errorf("%s as %s: %d, want %d: %+v", file, want.name, got.Total, want.total, got.Lines)
			}
		}
	}
}

// unlike are graphs whose export no longer shows what the tool saw, by reason.
var unlike = map[string]string{
	"detr_resnet50": merged, "hf_maskformer_swin_t": merged, "sam_vit_b_encoder": merged,
	"timm_samvit_base_patch16_224": merged,
	"hf_funnel":                    einsum, "hf_xlnet_base": einsum, "tv_raft_small": einsum,
	"timm_dm_nfnet_f1_224": standard, "timm_dm_nfnet_f1_224_dynb": standard, "timm_nf_ecaresnet50_224": standard,
	"timm_nf_regnet_b3_288": standard, "timm_nf_resnet50_288": standard, "timm_nf_seresnet50_224": standard,
	"timm_nfnet_l0_288":          standard,
	"timm_vit_small_r26_s32_384": standard, "timm_vit_tiny_r_s16_p8_384": standard,
	"timm_maxvit_small_tf_384": pooling, "timm_maxvit_tiny_tf_384": pooling, "timm_mvitv2_tiny_224": pooling,
	"tv_alexnet": pooling, "tv_maxvit_t": pooling, "tv_r3d_18": pooling, "tv_vgg16": pooling,
}

const (
	merged   = "products or normalisations that the export computes otherwise than the module the tool hooked"
	einsum   = "the export writes einsum with other products, or works out constant ones beforehand"
	standard = "standardised weights: the tool sees a batch normalisation of weights that the export folds away"
	pooling  = "adaptive pooling or a normalisation that the export drops, adds or writes out"
)

// TestFvcore compares with figures that fvcore itself gave for the modules behind the graphs.
func TestFvcore(t *testing.T) {
	dir := reference.Path(t, "corpus", "dev")
	f, err := os.Open(filepath.Join(dir, "references.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], "fvcore_macs_total")
	v, err := conventions.Find("fvcore")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, r := range rows[1:] {
		want, err := strconv.ParseInt(r[column], 10, 64)
		if err != nil || unlike[r[0]] != "" {
			continue
		}
		if res := load(t, filepath.Join(dir, r[0]+".onnx.gz")); res != nil {
			compared++
			if got := v.Of(res, conventions.Auto); got.Total != want {
				t.Errorf("%s: %d, fvcore says %d: %+v", r[0], got.Total, want, got.Lines)
			}
		}
	}
	if least := reference.Least(t, 250, 9); compared < least {
		t.Errorf("found %d graphs to compare, expected at least %d", compared, least)
	}
}

// TestRows holds that every tool counts convolutions and has a documented unit.
func TestRows(t *testing.T) {
	seen := make(map[string]bool)
	for i := range conventions.Conventions {
		v := &conventions.Conventions[i]
		if seen[v.Name] || v.Doc == "" || v.Calls == "" {
			t.Errorf("row %d (%s) is a duplicate or undocumented", i, v.Name)
		}
		seen[v.Name] = true
	}
	if _, err := conventions.Find("pytorch"); err == nil {
		t.Error("a convention that does not exist was found")
	}
}
