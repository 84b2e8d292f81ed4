// Package validate joins measurements with models, devices and runtimes, and says how far the expected latencies are
// off.
package validate

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// A Case is a measurement that could be matched: what was run, on what, and how.
type Case struct {
	Row       measured.Row           // of the table
	Device    *hwprofiles.Device     // it ran on
	Runtime   *runtimes.Runtime      // it ran in
	Precision dtype.Type             // it ran in
	Threads   int                    // 0: all
	Plan      *infer.Plan            // of the model
	Shapes    map[string]graph.Shape // of the inputs, where the row is of another size than the model's file
	Family    string                 // of the model
	HeldOut   string                 // why no fit may use the row; "" where fits may
	Transfers bool                   // the latency includes copies between host and device
}

// Run infers the model of the case as the row has it.
func (c *Case) Run() (*infer.Result, error) {
	return c.Plan.Run(infer.Bindings{Batch: c.Row.Batch, Shapes: c.Shapes}, nil)
}

// Slice returns what the case is a measurement of.
func (c *Case) Slice() runtimes.Slice {
	return runtimes.Slice{Device: c.Device.MeasuredAs(), Runtime: c.Runtime.ID, Precision: c.Precision.Short(),
		Threads: c.Threads}
}

// Options returns how the model of a case is run.
func (c *Case) Options() roofline.Options {
	return roofline.Options{Precision: c.Precision, Threads: cmp.Or(c.Threads, all(c.Device)), Transfers: c.Transfers}
}

// all returns the number of threads of all cores of a CPU, 0 for other devices.
func all(d *hwprofiles.Device) int {
	if !d.Class.Cores() {
		return 0
	}
	return d.Units
}

// A Matcher finds what rows are about. It remembers models; it may be used by one goroutine.
type Matcher struct {
	Devices  *hwprofiles.Catalog // that names are looked up in
	Runtimes *runtimes.Set       // that names are looked up in
	Models   string              // the folder of the files that rows name; may be empty

	plans   map[string]plan                       // by model
	files   map[string]string                     // of the folder of models, by the name without the image size
	names   *deviceNames                          // of devices
	devices map[string]found[*hwprofiles.Device]  // by published name
	called  map[string]found[[]*runtimes.Runtime] // by published name
	works   map[work]error                        // what a device refuses
	mu      sync.Mutex                            // guards the maps
}

type plan struct {
	plan   *infer.Plan            // of the model
	shapes map[string]graph.Shape // of its inputs
	macs   int64                  // at these shapes
	err    error                  // why there is none
}

type found[T any] struct {
	value T     // that was found
	err   error // why there is none
}

// A work is a precision of a runtime on a device.
type work struct {
	device    *hwprofiles.Device // that runs
	runtime   *runtimes.Runtime  // that runs
	precision dtype.Type         // it runs in
}

// memo returns the value of a key, made when it is first asked for.
func memo[K comparable, V any](mu *sync.Mutex, of *map[K]V, key K, find func() V) V {
	mu.Lock()
	defer mu.Unlock()
	v, ok := (*of)[key]
	if !ok {
		if *of == nil {
			*of = map[K]V{}
		}
		v = find()
		(*of)[key] = v
	}
	return v
}

// Match finds what a row is about, or says why it cannot be used.
func (m *Matcher) Match(row *measured.Row) (*Case, error) {
	if row.Skipped != "" {
		return nil, fmt.Errorf("a cell cannot be read: %s", row.Skipped)
	}
	if row.Latency <= 0 {
		return nil, fmt.Errorf("no latency was published")
	}
	for _, word := range excluded {
		if strings.Contains(row.Notes, word) {
			return nil, fmt.Errorf("not a latency of one inference alone: the notes say %q", word)
		}
	}
	return m.about(row)
}

// MatchThroughput finds what a row is about that publishes the throughput of frames in flight, or says why it cannot be
// used.
func (m *Matcher) MatchThroughput(row *measured.Row) (*Case, error) {
	if row.Skipped != "" {
		return nil, fmt.Errorf("a cell cannot be read: %s", row.Skipped)
	}
	if row.Throughput <= 0 {
		return nil, fmt.Errorf("no throughput was published")
	}
	for _, word := range []string{"SUSPECT", "IMPLAUSIBLE", "END-TO-END", "per token", "scenario=Offline"} {
		if strings.Contains(row.Notes, word) {
			return nil, fmt.Errorf("not a throughput of inferences alone: the notes say %q", word)
		}
	}
	c, err := m.about(row)
	if err != nil {
		return nil, err
	}
	if c.Runtime = c.Runtime.Frames(c.Device.Class); c.Runtime == nil {
		return nil, fmt.Errorf("no latency was published")
	}
	c.Row.Batch = max(row.Batch, 1)
	return c, nil
}

// Elsewhere reports whether a row is of another device or runtime than a slice: one that is known.
func (m *Matcher) Elsewhere(row *measured.Row, of *runtimes.Slice) bool {
	if d, err := m.device(row.Device, cmp.Or(row.Note("system"), clockRemark(row.Notes))); err == nil {
		silicon, _, _ := strings.Cut(of.Device, "@")
		if is, _, _ := strings.Cut(d.MeasuredAs(), "@"); is != silicon && is+"-cpu" != silicon {
			return true
		}
	}
	named, err := m.named(engineOf(row))
	return err == nil && !slices.ContainsFunc(named, func(r *runtimes.Runtime) bool { return r.ID == of.Runtime })
}

// Measured returns the time of the case in seconds: the latency of a batch, or the interval between batches where
// several are in flight.
func (c *Case) Measured() float64 {
	if c.Runtime.Interval {
		return float64(max(c.Row.Batch, 1)) / c.Row.Throughput
	}
	return c.Row.Latency
}

// about finds what a row is about, whatever it measures.
func (m *Matcher) about(row *measured.Row) (*Case, error) {
	c := &Case{Row: *row, Family: row.Family, Transfers: copies(row.Notes)}
	if c.Family == "" {
		c.Family = row.Model
	}
	var err error
	if c.Device, err = m.device(row.Device, cmp.Or(row.Note("system"), clockRemark(row.Notes))); err != nil {
		return nil, err
	}
	if c.Runtime, c.Device, err = m.runtime(row, c.Device); err != nil {
		return nil, err
	}
	if err = onOneUnit(row, c.Device); err != nil {
		return nil, err
	}
	if c.Device, err = m.cluster(row, c.Device); err != nil {
		return nil, err
	}
	if c.Precision, err = m.precision(row, c.Device, c.Runtime); err != nil {
		return nil, err
	}
	if c.Threads, err = threadsOf(row, c.Device); err != nil {
		return nil, err
	}
	if c.Plan, c.Shapes, err = m.plan(row); err != nil {
		return nil, err
	}
	if strings.Contains(strings.ToLower(row.Notes), "per image") && row.Batch > 1 {
		c.Row.Latency *= float64(row.Batch)
	}
	return c, sameNetwork(row, c.Plan)
}

// excluded lists remarks that say that a row is no latency of one inference.
var excluded = []string{"SUSPECT", "IMPLAUSIBLE", "END-TO-END", "THROUGHPUT mode", "SYSTEM latency", "SUM over",
	"pipelined", "per token"}

// copied and kept are remarks that say that a latency includes the copies between host and device, and that it does
// not.
var (
	copied = []string{"with host transfers", "includes host transfers", "data transfer time included"}
	kept   = []string{"without transfers"}
)

// copies reports whether remarks say that a latency includes the copies between host and device.
func copies(notes string) bool {
	notes = strings.ToLower(notes)
	in := func(word string) bool { return strings.Contains(notes, word) }
	return slices.ContainsFunc(copied, in) && !slices.ContainsFunc(kept, in)
}

// device finds the device of a row by its published name, in the power mode that the name or the system's name says.
func (m *Matcher) device(name, system string) (*hwprofiles.Device, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.names == nil {
		m.names, m.devices = newDeviceNames(m.Devices), map[string]found[*hwprofiles.Device]{}
	}
	key := name + "\n" + system
	f, ok := m.devices[key]
	if !ok {
		f.value, f.err = m.names.match(name, system)
		m.devices[key] = f
	}
	return f.value, f.err
}

// runtime finds a runtime by the published name, which may carry a version, and by what the device and the
// notes say of it: one name may be two engines on a CPU and on a GPU, or two layouts. Where the runtime needs the CPU
// of a board or chip whose name is that of its accelerator, the device becomes the CPU.
func (m *Matcher) runtime(row *measured.Row, d *hwprofiles.Device) (*runtimes.Runtime, *hwprofiles.Device, error) {
	named, err := m.named(engineOf(row))
	if err != nil {
		return nil, nil, err
	}
	text := row.Runtime + " " + row.Device
	r, err := m.Runtimes.Published(d, named, row.Note("layout"), text)
	if err != nil {
		cpu, unknown := m.Devices.Named(d.ID + "-cpu")
		if unknown != nil {
			return nil, nil, fmt.Errorf("%w: the row is of another part of the device, or of a runtime without a profile", err)
		}
		if r, err = m.Runtimes.Published(cpu, named, row.Note("layout"), text); err != nil {
			return nil, nil, err
		}
		d = cpu
	}
	for _, word := range r.Published.Not {
		if strings.Contains(row.Runtime, word) {
			return nil, nil, fmt.Errorf("runtime %q: found %q in the name, which means another engine than %s", row.Runtime,
				word, r.ID)
		}
	}
	return r, d, nil
}

// named finds runtimes by a published name.
func (m *Matcher) named(name string) ([]*runtimes.Runtime, error) {
	f := memo(&m.mu, &m.called, name, func() (f found[[]*runtimes.Runtime]) {
		f.value, f.err = m.search(name)
		return f
	})
	return f.value, f.err
}

// search finds runtimes by the longest beginning of one of the parts of a published name: "JetPack 4.6, TensorRT 8.0.1,
// CUDA 10.2".
func (m *Matcher) search(name string) ([]*runtimes.Runtime, error) {
	for part := range strings.SplitSeq(name, ",") {
		for part = strings.TrimSpace(part); part != ""; {
			if found, err := m.Runtimes.Named(part); err == nil {
				return found, nil
			}
			part = strings.TrimRight(part[:max(0, strings.LastIndexAny(part, " ;("))], " ;(")
		}
	}
	return m.Runtimes.Named(name)
}

// precisions lists published names of precisions that are not names of element types.
var precisions = map[string]dtype.Type{
	"amp-fp16": dtype.Float16, "amp-bf16": dtype.BFloat16, "fp16-mixed": dtype.Float16, "half": dtype.Float16,
	"mixed":   dtype.Float16,
	"int8-v1": dtype.Int8, "int8-v2": dtype.Int8, "float": dtype.Float32, "w8a8": dtype.Int8, "uint8": dtype.Int8,
	"fp32/tf32": dtype.Float32, "int8 with fp16": dtype.Int8, "int8,fp16": dtype.Int8, "int8, fp16": dtype.Int8,
	"": dtype.Float32,
}

// precision finds the precision of a row, which the device must run.
func (m *Matcher) precision(row *measured.Row, d *hwprofiles.Device, r *runtimes.Runtime) (dtype.Type, error) {
	t, err := precisionOf(row, d)
	if err != nil {
		return t, err
	}
	return t, memo(&m.mu, &m.works, work{d, r, t}, func() error {
		_, err := roofline.NewMachine(d, r.RunsAs(d, t), nil)
		return err
	})
}

// precisionOf returns the precision of a row on a device. Names that leave it to the device take
// the faster type.
func precisionOf(row *measured.Row, d *hwprofiles.Device) (dtype.Type, error) {
	name := strings.ToLower(row.Precision)
	if name == "" && strings.Contains(row.Notes, "reference models are int8") {
		return dtype.Int8, nil
	}
	if strings.HasPrefix(name, "fp16-auto") { // fp16 where the cores have it
		if half, full := fastest(d, dtype.Float16), fastest(d, dtype.Float32); half > full {
			return dtype.Float16, nil
		}
		return dtype.Float32, nil
	}
	t, ok := precisions[name]
	if word, _, remark := strings.Cut(name, " ("); !ok && remark { // what was inferred or is not stated
		name = word
		t, ok = precisions[name]
	}
	if !ok {
		if t, ok = dtype.Parse(name); !ok {
			hint := ""
			if near := spelling.Nearest(name, roofline.Precisions(), 2); len(near) > 0 {
				hint = NearWords + strings.Join(near, ", ") + "?"
			}
			return t, fmt.Errorf("precision %q is not known%s", row.Precision, hint)
		}
	}
	return t, nil
}

// fastest returns the highest rate of a type on the engines that runtimes use by default, 0 where there is none: on
// cores the vectors.
func fastest(d *hwprofiles.Device, t dtype.Type) (rate float64) {
	for _, e := range []cost.Engine{cost.Vector, cost.Matrix} {
		if p, ok := d.Peak(e, t); ok && (e == cost.Vector || !d.Class.Cores()) {
			rate = max(rate, p.Rate.Value)
		}
	}
	return rate
}

// onOneUnit refuses a row whose notes say that layers ran on other units of the chip than the device.
func onOneUnit(row *measured.Row, d *hwprofiles.Device) error {
	layers := row.Note("layers npu/gpu/cpu")
	if layers == "" {
		return nil
	}
	for i, n := range strings.Split(layers, "/") {
		unit := []hwprofiles.Class{hwprofiles.NPU, hwprofiles.GPU, hwprofiles.CPU}[min(i, 2)]
		if n != "0" && unit != d.Class && (unit != hwprofiles.CPU || !d.Class.Cores()) {
			return fmt.Errorf("layers ran on other units of the chip: npu/gpu/cpu=%s, expected all on %s", layers, d.ID)
		}
	}
	return nil
}

// cluster returns the cores of a device that a row is of. ncnn's powersave=1 keeps to the little ones, which a profile
// of their own describes; on equal cores it keeps to none.
func (m *Matcher) cluster(row *measured.Row, d *hwprofiles.Device) (*hwprofiles.Device, error) {
	if n, _ := strconv.Atoi(row.Note("threads")); row.Note("powersave") != "1" || len(d.Clusters) == 0 && n == d.Units {
		return d, nil
	}
	little, err := m.Devices.Named(d.ID + "-little")
	if err != nil {
		return nil, fmt.Errorf("the row is of the little cores of %s alone: powersave=1", d.ID)
	}
	return little, nil
}

// threadWords match a number of threads as a key among notes, in the name of a device, and as a remark of its own.
var threadWords = struct{ key, name, notes func() *regexp.Regexp }{
	lazyexp.New(`(?:^|[;,] ?)(?:cpu_math_library_num_)?threads=(\d+)`),
	lazyexp.New(`\b(\d+) (?:threads?|large cores?)\b`),
	lazyexp.New(`(?:^|[;,] )(?:(\d+) (?:CPU )?thread(?:s|\(s\))?|(?:CPU )?threads:? (\d+))(?:[,;]|$)`),
}

// threadsOf returns the number of threads that a row names in its notes or beside the device, 0 for all or where it
// names none. Remarks about threads beside an accelerator are of its host.
func threadsOf(row *measured.Row, d *hwprofiles.Device) (int, error) {
	if !d.Class.Cores() {
		return 0, nil
	}
	for _, found := range [][]string{
		threadWords.key().FindStringSubmatch(row.Notes), threadWords.name().FindStringSubmatch(row.Device),
		threadWords.notes().FindStringSubmatch(row.Notes),
	} {
		if found == nil {
			continue
		}
		if n, err := strconv.Atoi(cmp.Or(found[1:]...)); err == nil && n > 0 {
			return d.NormalThreads(n)
		}
	}
	return 0, nil
}

// plan reads the model that a row names: a file below Models, else a built-in one, else a file of the same network at
// another image size.
func (m *Matcher) plan(row *measured.Row) (*infer.Plan, map[string]graph.Shape, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.plans == nil {
		m.plans = map[string]plan{}
	}
	if name := cmp.Or(row.Graph, builtIn(row)); name != "" {
		if row.Graph == "" && oblong(row.InputShape) {
			return nil, nil, fmt.Errorf("images of %q: expected square ones, as built-in models have", row.InputShape)
		}
		p := m.once(name, func() (p plan) {
			p.plan, p.err = m.open(name)
			return p
		})
		if side := otherSide(row, &p); side > 0 {
			p = m.once(fmt.Sprint(name, "@", side), func() plan { return m.atSize(name, side) })
		}
		return p.plan, p.shapes, p.err
	}
	name, side, err := m.resized(row)
	if err != nil {
		return nil, nil, err
	}
	p := m.once(fmt.Sprint(name, "@", side), func() plan { return m.atSize(name, side) })
	return p.plan, p.shapes, cmp.Or(p.err, sameWork(row, p.macs))
}

// otherSide returns the side of a row's images where the file that it names was exported at another one, 0 where it was
// not.
func otherSide(row *measured.Row, p *plan) int64 {
	option, side := inputSize(row.InputShape)
	if row.Graph == "" || option != "size" || p.err != nil {
		return 0
	}
	declared := p.plan.Model.Tensors[p.plan.Model.Main.Inputs[0]].Decl
	if declared == nil || len(declared.Dims) != 4 {
		return 0
	}
	height, width := declared.Dims[2], declared.Dims[3]
	if height.Symbol != "" || height.Value != width.Value || height.Value <= 0 || height.Value == side {
		return 0
	}
	return side
}

// once returns the plan of a key, made when it is first asked for.
func (m *Matcher) once(key string, read func() plan) plan {
	p, ok := m.plans[key]
	if !ok {
		p = read()
		m.plans[key] = p
	}
	return p
}

// open returns the plan of a named model.
func (m *Matcher) open(name string) (*infer.Plan, error) {
	model, err := m.read(name)
	if err != nil {
		return nil, err
	}
	return infer.Prepare(model)
}

// read reads a built-in model, or one of the matcher's folder.
func (m *Matcher) read(name string) (*graph.Model, error) {
	if zoo.IsSpec(name) {
		return readers.Open(name)
	}
	if m.Models != "" && !strings.ContainsAny(name, `/\`) {
		for _, suffix := range []string{"", ".onnx", ".onnx.gz"} {
			file := filepath.Join(m.Models, name+suffix)
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				return readers.Open(file)
			}
		}
	}
	return nil, fmt.Errorf("model %q is no file in the folder of models", name)
}
