package zoo

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestVariants holds widths, sizes and minimalistic forms to published figures: millions of parameters, and millions of
// multiply-adds, which the sources print in so many digits and count with or without normalisations.
func TestVariants(t *testing.T) {
	sampling.Alone(t)
	const slim, timm, lite = "TensorFlow models, slim/nets README", "timm results tables", "tensorflow/tpu, efficientnet/lite README"
	for _, row := range []struct {
		spec         string
		params, macs float64
		source       string
	}{
		{"zoo:mobilenetv1?width=25&size=128", 0.47, 14, slim},
		{"zoo:mobilenetv1?width=50&size=160", 1.34, 77, slim},
		{"zoo:mobilenetv1?width=75&size=192", 2.59, 233, slim},
		{"zoo:mobilenetv1?size=128", 4.24, 186, slim},
		{"zoo:mobilenetv1?width=125", 6.27, 890, timm},
		{"zoo:mobilenetv2?width=35&size=96", 1.66, 11, slim},
		{"zoo:mobilenetv2?width=50", 1.97, 100, timm},
		{"zoo:mobilenetv2?width=75&size=160", 2.61, 107, slim},
		{"zoo:mobilenetv2?width=130", 5.34, 509, slim},
		{"zoo:mobilenetv2?width=140", 6.11, 600, timm},
		{"zoo:mobilenetv3-large?width=75", 3.99, 160, timm},
		{"zoo:mobilenetv3-large?minimalistic=1", 3.92, 220, timm},
		{"zoo:mobilenetv3-small?width=50", 1.59, 30, timm},
		{"zoo:mobilenetv3-small?width=75", 2.04, 50, timm},
		{"zoo:mobilenetv3-small?minimalistic=1", 2.04, 60, timm},
		{"zoo:efficientnet-lite3?size=280", 8.20, 1440, lite},
		{"zoo:efficientnet-lite4?size=300", 13.0, 2640, lite},
	} {
		r := built(t, row.spec)
		m := r.Plan.Model
		params := 0.0
		for i := range m.Tensors {
			if c := m.Tensors[i].Init; c != nil && c.Type.IsFloat() {
				params += float64(c.Shape.Elems()) / 1e6
			}
		}
		macs := float64(r.MACs()) / 1e6
		if math.Abs(params-row.params) > 0.013*row.params+0.005 {
			t.Errorf("%s: %.3f M parameters, published are %.2f (%s)", row.spec, params, row.params, row.source)
		}
		if math.Abs(macs-row.macs) > 0.055*row.macs+5 {
			t.Errorf("%s: %.1f M MACs, published are %.0f (%s)", row.spec, macs, row.macs, row.source)
		}
	}
}
