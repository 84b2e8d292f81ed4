package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
	"github.com/ridgepoint/ridgepoint/roofline/trace"
)

// A Run says which model ONNX Runtime executes, and how.
type Run struct {
	Spec    string              // the model
	Stdin   io.Reader           // of a model on standard input
	Library string              // path of ONNX Runtime's shared library, or of its folder; "": the usual places
	Getenv  func(string) string // of the library's path
	Threads int                 // 0: all
	Limit   time.Duration       // no further run begins after it
}

// Runtime gives the id of the runtime that a Run uses.
const Runtime = "onnxruntime-cpu"

// Do runs the model: first bare, for the latency, then with a profile by node, which is mapped to the kernels of the
// estimate. A model without its weights gets random ones.
func (r *Run) Do(ctx context.Context, e *roofline.Estimate, res *infer.Result) (*Measurement, error) {
	version, err := LoadORT(r.Library, r.Getenv)
	if err != nil {
		return nil, err
	}
	dir, remove, err := atomicfile.TempDir()
	if err != nil {
		return nil, err
	}
	defer remove()
	path, random, err := r.runnable(dir)
	if err != nil {
		return nil, err
	}
	m := begin(r.Spec, e, res)
	p, err := r.times(ctx, m, path, dir, res)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Spec, err)
	}
	m.Threads = r.Threads
	if m.Threads == 0 {
		m.Threads = runtime.GOMAXPROCS(0)
	}
	m.Runtime, m.Row.Runtime, m.Row.Version = "ONNX Runtime "+version, "ONNX Runtime", version
	m.Row.Ref = time.Now().UTC().Format(time.DateOnly)
	m.Row.Notes = fmt.Sprintf("threads=%d; load=%s", m.Threads, loadAverage())
	if random {
		m.Notes = append(m.Notes, note.New(note.RandomWeights))
		m.Row.Notes += "; weights=random"
	}
	m.finish(p, res)
	return m, nil
}

// times measures the model at path, bare and then by node.
func (r *Run) times(ctx context.Context, m *Measurement, path, dir string, res *infer.Result) (*trace.Trace,
	error) {
	main := res.Plan.Model.Main
	cfg := &ort.Config{Model: path, Inputs: ports(res, main.Inputs), Outputs: ports(res, main.Outputs), Threads: r.Threads}
	plan := timing.Plan{Warmup: 3, MinRuns: 10, MaxRuns: 2000, Limit: r.Limit, HalfSpan: halfSpan}
	var err error
	if m.Stats, err = session(ctx, cfg, plan); err != nil {
		return nil, err
	}
	cfg.Profile = filepath.Join(dir, "profile")
	if _, err := session(ctx, cfg, timing.Plan{Warmup: 1, MinRuns: 5, MaxRuns: 5}); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(cfg.Profile + "*.json")
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("ONNX Runtime left %d profiles, expected one", len(files))
	}
	return trace.Open(files[0])
}

// session measures a model in a session of its own.
func session(ctx context.Context, cfg *ort.Config, plan timing.Plan) (*timing.Stats, error) {
	s, err := ort.Open(cfg)
	if err != nil {
		return nil, err
	}
	stats, err := timing.Measure(ctx, plan, s.Run)
	return stats, errors.Join(err, s.Close())
}

// LoadORT finds and loads the shared library of ONNX Runtime and returns its version. given is its path or folder, ""
// for the usual places.
func LoadORT(given string, getenv func(string) string) (version string, err error) {
	path, err := ort.Find(given, getenv)
	if err != nil {
		if _, cgo := ort.Load(""); errors.Is(cgo, ort.ErrNoCgo) { // the library would be of no use
			return "", cgo
		}
		return "", err
	}
	return ort.Load(path)
}

// runnable returns the path of a model that a runtime can load: the file itself if it has its weights, else a copy in
// dir with random ones.
func (r *Run) runnable(dir string) (path string, random bool, err error) {
	m, done, err := readers.Default().ONNX(r.Spec, r.Stdin)
	if err != nil {
		return "", false, err
	}
	defer done()
	files, err := onnxread.External(r.Spec, m.Reader, m.Size)
	if err != nil {
		return "", false, err
	}
	present := r.Spec != readers.Stdin && !zoo.IsSpec(r.Spec) && !strings.HasSuffix(r.Spec, ".gz")
	for _, f := range files {
		if _, err := os.Stat(filepath.Join(filepath.Dir(r.Spec), f)); err != nil {
			present = false
		}
	}
	if present {
		return r.Spec, false, nil
	}
	path = filepath.Join(dir, "model.onnx")
	err = atomicfile.Write(path, func(w io.Writer) error { return onnxread.Fill(r.Spec, m.Reader, m.Size, w) })
	s, _ := m.Reader.(*onnxread.Stream)
	return path, len(files) > 0 || s.Sparse(), err
}
