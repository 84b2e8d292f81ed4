package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/timing"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/ort"
	"github.com/ridgepoint/ridgepoint/roofline/profile"
)

// hostID is the profile that "ridgepoint host" writes for this machine.
const hostID = "host"

// measureFlags say how a model is measured and where the result goes.
type measureFlags struct {
	bind              bindFlags
	engine            runtimeFlags
	from, device, ort string
	limit             time.Duration
	csv, source, plot string
	out               output
	shared            bool
}

func measureCommand(a *app) *cobra.Command {
	var f measureFlags
	cmd := &cobra.Command{
		Use:   "measure [MODEL] [--from FILE]",
		Short: "Run a model on this machine, or read a profile, and lay it beside the prediction",
		Long: `Run a model in ONNX Runtime on this machine: warm up, run until the median is known to 2 % with 95 %
confidence or the time is up, then once more with a profile by node, which is mapped back to the
kernels of the estimate. A model without its weights, and a built-in one, gets random weights in a
temporary file. This needs a build with cgo and ONNX Runtime's shared library ("make ort" gets it).

With --from the measurement is read from a file instead; its content says which tool wrote it:
trtexec --exportProfile and --exportTimes, ONNX Runtime's profile, OpenVINO's benchmark_app counters,
benchncnn, llama-bench (table or JSON) and the Chrome trace of PyTorch's profiler. With a MODEL its
nodes are mapped to the model's kernels.

The prediction is for --device, by default the profile "host", which "ridgepoint host" writes, and for
the runtime that ran the model; --runtime none compares with the speed of light.`,
		Example: `  ridgepoint measure zoo:resnet50 --threads 1
  ridgepoint measure model.onnx --batch 8 --csv measured.csv --plot measured.png
  ridgepoint measure model.onnx --from trtexec-profile.json --device jetson-orin-nano-8 --precision fp16`,
		Args: positional(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			var how runFlags
			how.fusion, how.precision = "full", cmd.Flag("precision").Value.String()
			opt, err := how.options()
			if err != nil {
				return err
			}
			switch {
			case f.engine.threads < 0 || f.limit <= 0:
				return usagef("--threads takes 0 or more, --limit more than 0")
			case f.from == "" && opt.Precision != dtype.Undefined:
				return usagef("--precision goes with --from: a model is run in its own")
			case len(list) == 0 && f.from == "":
				return usagef("measure takes a MODEL, or --from FILE, or both")
			case len(list) == 0:
				return a.readProfile(&f)
			}
			return a.measure(cmd.Context(), list[0], &f, opt)
		},
	}
	f.bind.add(cmd)
	f.engine.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "read the measurement from `FILE`, - for standard input, instead of running the model")
	flags.StringVarP(&f.device, "device", "d", "", "`DEVICE` to predict for (default: host, where there is such a profile)")
	flags.StringVar(&f.ort, "ort", "", "`PATH` of ONNX Runtime's shared library, or of its folder (default: $"+ort.Env+", then the usual places)")
	flags.DurationVar(&f.limit, "limit", 10*time.Second, "begin no further run after this `TIME`")
	flags.String("precision", "", "with --from, the `TYPE` that the model ran in: fp32|tf32|fp16|bf16|fp8|int8|int4 (default: the model's own)")
	flags.StringVar(&f.csv, "csv", "", "append the measurement to a table of measurements, `FILE`")
	flags.BoolVar(&f.shared, "shared", false, "other work uses this machine: the table's latency is the 10 % quantile, not the median, and of repeated measurements the fastest")
	flags.StringVar(&f.source, "source", "own measurement", "what the table shall name as the source, `TEXT`")
	flags.StringVar(&f.plot, "plot", "", "draw the measured kernels under the roofline, `FILE`: .png, .svg or .pdf")
	f.out.addReport(a, cmd)
	return cmd
}

// measure runs a model, or takes its measurement from a file, and reports it.
func (a *app) measure(ctx context.Context, spec string, f *measureFlags, opt roofline.Options) error {
	b, err := f.bind.bindings()
	if err != nil {
		return err
	}
	res, err := a.infer(spec, b)
	if err != nil {
		return err
	}
	if res.Scale != 1 {
		return fmt.Errorf("%s: the model fixes its batch at %d inside the graph, so it cannot be run at another; leave --batch out", spec, int64(float64(max(res.Batch, 1))/res.Scale))
	}
	p := &profile.Profile{Runtimes: []string{"onnxruntime-cpu"}} // of what is going to run
	if f.from != "" {
		if p, err = a.openProfile(f.from); err != nil {
			return err
		}
		if len(p.Rows) > 0 {
			return usagef("%s holds whole models by their own names: leave MODEL out", f.from)
		}
	}
	dev, alone, err := a.predictFor(f)
	if err != nil {
		return err
	}
	if opt.Tuner, err = a.tunerOf(f, p, dev); err != nil {
		return err
	}
	e, err := estimateFor(res, dev, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	e.Model = modelName(spec)
	m := &report.Measurement{Model: e.Model, Threads: f.engine.threads, Estimate: e, Notes: append(append([]string{}, e.Warnings...), alone...)}
	row := measured.Row{Source: f.source, Model: e.Model, Precision: e.Precision.Short(), Batch: max(e.Batch, 1), Params: float64(e.Params), Work: float64(e.MACs()), WorkUnit: "mac"}
	if f.from != "" {
		m.Runtime, row.Runtime, row.Ref = p.Format, p.Format, f.from
		m.Notes = append(m.Notes, note.Texts(p.Notes)...)
	} else if p, err = a.runORT(ctx, spec, res, f, m, &row); err != nil {
		return err
	}
	if len(p.Times) > 0 && m.Stats == nil {
		m.Stats = timing.Of(p.Times)
		m.Stats.Settled = m.Stats.MedianHigh-m.Stats.MedianLow <= 2*wanted*m.Stats.Median
	}
	if len(p.Nodes) > 0 {
		m.Match = profile.Kernels(e, res, p.Nodes)
	}
	if err := a.write(&f.out, report.Measure(m)); err != nil {
		return err
	}
	row.Graph, row.Family, row.Task = graphOf(spec)
	row.InputShape = inputShapes(res)
	if m.Stats != nil {
		row.Latency = m.Stats.Median
		if f.shared {
			row.Latency = m.Stats.Low
			row.Notes += "; statistic=p10"
		}
		row.Notes = statNotes(m.Stats, row.Notes)
	} else {
		row.Latency, row.Notes = p.Total, "sum over nodes"
	}
	switch {
	case dev != nil:
		row.Device, row.Class = dev.Name, dev.Class
	case f.from == "":
		row.Device, row.Class = host.Detect().Name, "cpu"
	case f.csv != "":
		return usagef("%s does not say which machine it is from: name it with --device", f.from)
	}
	return a.keep(f, m, row)
}

// wanted is the half width of the median's 95 % interval at which it is known well enough.
const wanted = 0.02

// keep appends the row to the table and draws the picture, as the flags say.
func (a *app) keep(f *measureFlags, m *report.Measurement, row measured.Row) error {
	if f.csv != "" {
		if err := changeRows(f.csv, func(rows []measured.Row) []measured.Row { return f.with(rows, row) }); err != nil {
			return err
		}
		fmt.Fprintf(a.Err, "ridgepoint: the measurement is in %s\n", f.csv)
	}
	if f.plot == "" {
		return nil
	}
	switch {
	case m.Estimate.Device == nil:
		return errors.New("--plot needs a device whose roofline to draw: name one with --device, or write this machine's with \"ridgepoint host\"")
	case m.Match == nil:
		return errors.New("--plot needs times by node, which this measurement does not have")
	}
	fig, err := plots.Measured(m.Estimate, m.Match.Layers, row.Latency, m.Runtime)
	if err != nil {
		return err
	}
	return a.draw(fig, f.plot)
}

// with is the rows and one more. On a shared machine the faster of two measurements of the same thing was disturbed less, and is kept.
func (f *measureFlags) with(rows []measured.Row, row measured.Row) []measured.Row {
	i := slices.IndexFunc(rows, func(o measured.Row) bool {
		return o.Model == row.Model && o.Device == row.Device && o.Runtime == row.Runtime && o.Version == row.Version && o.Precision == row.Precision &&
			o.Batch == row.Batch && o.InputShape == row.InputShape && o.Note("threads") == row.Note("threads")
	})
	if !f.shared || i < 0 {
		return append(rows, row)
	}
	if row.Latency < rows[i].Latency {
		rows[i] = row
	}
	return rows
}

// changeRows changes the rows of a table, which may not be there yet; the whole table is written anew, or nothing.
func changeRows(path string, change func([]measured.Row) []measured.Row) error {
	old, err := measured.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error { return measured.Write(w, change(old)) })
}

// predictFor is the device to compare with; nil, and a note, where none is named and this machine has no profile.
func (a *app) predictFor(f *measureFlags) (*hwprofiles.Device, []string, error) {
	name := f.device
	if name == "" {
		name = hostID
	}
	if f.device == "" && f.engine.threads == 1 && f.engine.runtime == "none" {
		if dev, err := a.catalog().Get(hostID + "@1t"); err == nil { // a machine of one core has no such mode
			return dev, nil, nil
		}
	}
	dev, err := a.catalog().Get(name)
	if err != nil && f.device == "" {
		return nil, []string{"there is nothing to compare with: \"ridgepoint host\" writes a profile of this machine, and --device names any other"}, nil
	}
	return dev, nil, err
}

// tunerOf is what is expected of the runtime that ran, or is going to run, the model: the flag's, else of those that the profile may be
// of the first that is known on the device.
func (a *app) tunerOf(f *measureFlags, p *profile.Profile, dev *hwprofiles.Device) (*roofline.Tuner, error) {
	t, err := f.engine.tuner(a)
	if err != nil || t == nil || t.Runtime != nil {
		return t, err
	}
	for _, id := range p.Runtimes {
		if t.Runtime, err = t.Runtimes.Get(id); err != nil {
			return nil, err
		}
		if dev == nil || t.Runtime.RunsOn(dev.Class) {
			break
		}
	}
	return t, nil
}

// estimateFor estimates a model; without a device only its kernels.
func estimateFor(res *infer.Result, dev *hwprofiles.Device, opt roofline.Options) (*roofline.Estimate, error) {
	if dev == nil {
		return roofline.Kernels(res, opt)
	}
	return roofline.Run(res, dev, opt)
}

// graphOf says which built-in model or file a row is of.
func graphOf(spec string) (name, family, task string) {
	if e, _, err := zoo.Lookup(spec); err == nil && zoo.IsSpec(spec) {
		return spec, e.Family, e.Task
	}
	return modelName(spec), "", ""
}

// inputShapes writes the shapes of all inputs as 1x3x224x224, or 2 of 1x1;24 of 1x12x512x64.
func inputShapes(res *infer.Result) string {
	var all []string
	var times []int
	for _, in := range ports(res, res.Plan.Model.Main.Inputs) {
		var dims []string
		for _, d := range in.Shape {
			dims = append(dims, fmt.Sprint(d))
		}
		shape := strings.Join(dims, "x")
		if n := len(all); n > 0 && all[n-1] == shape {
			times[n-1]++
			continue
		}
		all, times = append(all, shape), append(times, 1)
	}
	for i, n := range times {
		if n > 1 {
			all[i] = fmt.Sprintf("%d of %s", n, all[i])
		}
	}
	return strings.Join(all, ";")
}

// ports are the inputs or outputs of a model with their shapes.
func ports(res *infer.Result, ids []graph.ID) []ort.Input {
	var out []ort.Input
	m := res.Plan.Model
	for _, id := range ids {
		i := &res.Infos[id]
		out = append(out, ort.Input{Name: m.Tensors[id].Name, Type: i.Type, Shape: i.Shape})
	}
	return out
}

func statNotes(s *timing.Stats, more string) string {
	text := fmt.Sprintf("runs=%d; median_ms=%.6g; min_ms=%.6g; p10_ms=%.6g; q1_ms=%.6g; q3_ms=%.6g; median95_ms=%.6g..%.6g", s.Runs, 1e3*s.Median, 1e3*s.Min, 1e3*s.Low, 1e3*s.Q1, 1e3*s.Q3, 1e3*s.MedianLow, 1e3*s.MedianHigh)
	if more != "" {
		text = more + "; " + text
	}
	return text
}

// openProfile reads a profile from a file or from standard input.
func (a *app) openProfile(path string) (*profile.Profile, error) {
	if path == "-" {
		return profile.Read("standard input", a.In)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return profile.Read(path, file)
}

// readProfile reports a profile for which no model is named.
func (a *app) readProfile(f *measureFlags) error {
	if f.plot != "" {
		return usagef("--plot needs a MODEL, whose kernels it draws")
	}
	p, err := a.openProfile(f.from)
	if err != nil {
		return err
	}
	if err := a.write(&f.out, report.Profile(p)); err != nil {
		return err
	}
	if f.csv == "" {
		return nil
	}
	if len(p.Rows) == 0 {
		return usagef("--csv needs to know of which MODEL %s is", f.from)
	}
	var dev *hwprofiles.Device
	if f.device != "" {
		if dev, err = a.catalog().Get(f.device); err != nil {
			return err
		}
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		r.Source, r.Ref = f.source, f.from
		if dev != nil {
			r.Device, r.Class = dev.Name, dev.Class
		} else if r.Device == "" {
			return usagef("%s does not say which machine it is from: name it with --device", f.from)
		}
	}
	if err := changeRows(f.csv, func(rows []measured.Row) []measured.Row { return append(rows, p.Rows...) }); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "ridgepoint: appended %d rows to %s\n", len(p.Rows), f.csv)
	return nil
}

// runORT runs a model: first bare, for the latency, then with a profile by node. It completes the measurement and the row.
func (a *app) runORT(ctx context.Context, spec string, res *infer.Result, f *measureFlags, m *report.Measurement, row *measured.Row) (*profile.Profile, error) {
	version, err := a.loadORT(f.ort)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ridgepoint-measure-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path, random, err := a.runnable(spec, dir)
	if err != nil {
		return nil, err
	}
	main := res.Plan.Model.Main
	cfg := &ort.Config{Model: path, Inputs: ports(res, main.Inputs), Outputs: ports(res, main.Outputs), Threads: f.engine.threads}
	plan := timing.Plan{Warmup: 3, MinRuns: 10, MaxRuns: 2000, Limit: f.limit, HalfSpan: wanted}
	if m.Stats, err = runs(ctx, cfg, plan); err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	cfg.Profile = filepath.Join(dir, "profile")
	plan = timing.Plan{Warmup: 1, MinRuns: 5, MaxRuns: 5}
	if _, err := runs(ctx, cfg, plan); err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	files, err := filepath.Glob(cfg.Profile + "*.json")
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("%s: ONNX Runtime left %d profiles, expected one", spec, len(files))
	}
	p, err := a.openProfile(files[0])
	if err != nil {
		return nil, err
	}
	m.Runtime, row.Runtime, row.Version = "ONNX Runtime "+version, "ONNX Runtime", version
	if random {
		m.Notes = append(m.Notes, "the weights are random: the latency is the same, the results mean nothing")
	}
	if m.Threads == 0 {
		m.Threads = runtime.GOMAXPROCS(0)
	}
	row.Ref = time.Now().UTC().Format("2006-01-02")
	row.Notes = fmt.Sprintf("threads=%d; load=%s", m.Threads, loadAverage())
	if random {
		row.Notes += "; weights=random"
	}
	return p, nil
}

// runs measures a model in a session of its own.
func runs(ctx context.Context, cfg *ort.Config, plan timing.Plan) (*timing.Stats, error) {
	s, err := ort.Open(cfg)
	if err != nil {
		return nil, err
	}
	stats, err := timing.Measure(ctx, plan, s.Run)
	return stats, errors.Join(err, s.Close())
}

// loadORT finds and loads the shared library of ONNX Runtime.
func (a *app) loadORT(given string) (version string, err error) {
	path, err := ort.Find(given, a.Getenv)
	if err != nil {
		if _, cgo := ort.Load(""); errors.Is(cgo, ort.ErrNoCgo) { // the library would be of no use
			return "", cgo
		}
		if given == "" {
			err = fmt.Errorf("%w; --ort FILE names it", err)
		}
		return "", err
	}
	return ort.Load(path)
}

// runnable is the path of a model that a runtime can load: the file itself if it has its weights, else a copy with random ones in dir.
func (a *app) runnable(spec, dir string) (path string, random bool, err error) {
	m, done, err := readers.Default().ONNX(spec, a.In)
	if err != nil {
		return "", false, err
	}
	defer done()
	plain := spec != readers.Stdin && !zoo.IsSpec(spec) && !strings.HasSuffix(spec, ".gz")
	files, err := onnxread.External(spec, m.Reader, m.Size)
	if err != nil {
		return "", false, err
	}
	present := plain
	for _, f := range files {
		if _, err := os.Stat(filepath.Join(filepath.Dir(spec), f)); err != nil {
			present = false
		}
	}
	if present {
		return spec, false, nil
	}
	path = filepath.Join(dir, "model.onnx")
	err = atomicfile.Write(path, func(w io.Writer) error { return onnxread.Fill(spec, m.Reader, m.Size, w) })
	return path, len(files) > 0, err
}

// loadAverage is how many processes wanted to run in the last minute, "unknown" where the system does not tell.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}
