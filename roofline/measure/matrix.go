package measure

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
)

// matrixSizes lists the sides of the square fp32 matrix multiplications that are timed; the best rate counts.
var matrixSizes = []int64{512, 1024, 1536}

// MatrixRate returns a measurement of fp32 matrix multiplication in ONNX Runtime, in FLOP/s, for host.Options. LoadORT
// comes first and tells the version.
func MatrixRate(ctx context.Context, version string) host.Matrix {
	return func(threads int) (host.MatrixRate, error) {
		best := host.MatrixRate{By: "ONNX Runtime " + version}
		for _, n := range matrixSizes {
			s, err := timeMatrix(ctx, n, threads)
			if err != nil {
				return best, err
			}
			if rate := 2 * float64(n*n*n) / s.Min; rate > best.Rate {
				best.Rate, best.Noise = rate, 1-s.Min/s.Median
			}
		}
		return best, nil
	}
}

// timeMatrix times a product of n x n matrices in ONNX Runtime.
func timeMatrix(ctx context.Context, n int64, threads int) (*timing.Stats, error) {
	model, cfg, err := ort.MatMul(n)
	if err != nil {
		return nil, err
	}
	dir, remove, err := atomicfile.TempDir()
	if err != nil {
		return nil, err
	}
	defer remove()
	cfg.Model, cfg.Threads = filepath.Join(dir, "matmul.onnx"), threads
	err = atomicfile.Write(cfg.Model, func(w io.Writer) error { _, err := w.Write(model); return err })
	if err != nil {
		return nil, err
	}
	return session(ctx, cfg, timing.Plan{Warmup: 3, MinRuns: 15, MaxRuns: 200, Limit: time.Second})
}
