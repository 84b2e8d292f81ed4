package conventions_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/conventions"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// corpus is the folder of real models beside the checkout; the test is skipped where it is absent.
func corpus(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "corpus", "dev")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the corpus of real models is not beside the checkout")
	}
	return dir
}

func load(t testing.TB, file string) *infer.Result {
	t.Helper()
	m, err := onnxread.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Skip(err)
	}
	return r
}

// TestResNet50 reconciles the published figures of one model: convolutions and
// fc are 4,089,184,256 MAC, batch normalisation works on 11,113,984 elements, the last pool reads 100,352.
func TestResNet50(t *testing.T) {
	dir := corpus(t)
	for _, file := range []string{"tv_resnet50_bn", "tv_resnet50"} {
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

func TestScan(t *testing.T) {
	dir := corpus(t)
	f, err := os.Open(filepath.Join(dir, "references.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, n := range rows[0] {
		col[n] = i
	}
	v, _ := conventions.Find("fvcore")
	for _, r := range rows[1:] {
		want, err := strconv.ParseInt(r[col["fvcore_macs_total"]], 10, 64)
		if err != nil {
			continue
		}
		t.Run(r[0], func(t *testing.T) {
			got := v.Of(load(t, filepath.Join(dir, r[0]+".onnx.gz")), conventions.Auto)
			if got.Total != want {
				t.Errorf("%d want %d %s: %+v", got.Total, want, r[col["fvcore_by_op"]], got.Lines)
			}
		})
	}
}
