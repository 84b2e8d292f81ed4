package export

import (
	"io"
	"math"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// A trace is a file of the Trace Event format, in µs, as ONNX Runtime's profiles are.
type trace struct {
	Events  []event           `json:"traceEvents"`
	Unit    string            `json:"displayTimeUnit"`
	Remarks map[string]string `json:"otherData"`
}

type event struct {
	Name  string   `json:"name"`
	Cat   string   `json:"cat,omitempty"`
	Phase string   `json:"ph"` // X: complete, C: counter, M: metadata
	Start float64  `json:"ts"`
	Took  *float64 `json:"dur,omitempty"`
	PID   int      `json:"pid"`
	TID   int      `json:"tid"`
	Args  any      `json:"args,omitempty"`
}

// writeTrace writes a process for each estimate. Kernels stand end to end on one thread, the modules around them.
func writeTrace(w io.Writer, in *Input) error {
	out := trace{Events: []event{}, Unit: "ms", Remarks: map[string]string{}}
	for i, e := range in.Estimates {
		t := &tracer{estimate: e, pid: i + 1}
		t.run()
		out.Events = append(out.Events, t.events...)
		out.Remarks[titleOf(e)] = latencyText(e)
	}
	return writeJSON(w, out)
}

// A tracer lays the parts of an estimate on a line of time. Edges are whole nanoseconds.
type tracer struct {
	estimate *roofline.Estimate
	pid      int
	events   []event
	now      float64 // seconds
	open     []frame // enclosing modules, the outermost first
}

type frame struct {
	name string
	at   int // of its event in events
}

// micros returns a time as whole nanoseconds in µs.
func micros(seconds float64) float64 { return math.Round(1e9*seconds) / 1e3 }

// run adds the events of an estimate, one kernel after another.
func (t *tracer) run() {
	e := t.estimate
	parts := Parts(e)
	meta := func(kind, name string) {
		t.events = append(t.events, event{Name: kind, Phase: "M", PID: t.pid, TID: 1, Args: map[string]string{"name": name}})
	}
	meta("process_name", titleOf(e)+" ("+measureOf(e)+")")
	meta("thread_name", "kernels")
	t.enter(e.Model, "model")
	for i := range parts {
		p := &parts[i]
		t.enclose(p.Modules)
		t.kernel(p)
	}
	t.enclose(nil)
	t.leave()
	t.counter("activation memory", "bytes", 0)
	t.counter("work", "FLOP/s", 0)
	t.counter("traffic", "B/s", 0)
}

// enclose leaves and enters modules until those of the next part are open. The model stays open.
func (t *tracer) enclose(modules []string) {
	same := 0
	for same < len(modules) && same+1 < len(t.open) && t.open[same+1].name == modules[same] {
		same++
	}
	for len(t.open) > same+1 {
		t.leave()
	}
	for _, m := range modules[same:] {
		t.enter(m, "module")
	}
}

// enter begins a module.
func (t *tracer) enter(name, cat string) {
	t.open = append(t.open, frame{name, len(t.events)})
	t.events = append(t.events, event{Name: name, Cat: cat, Phase: "X", Start: micros(t.now), PID: t.pid, TID: 1})
}

// leave ends the innermost module.
func (t *tracer) leave() {
	last := len(t.open) - 1
	at := t.open[last].at
	t.open = t.open[:last]
	t.end(at)
}

// early gives by how many µs an event ends before the one that encloses it. Viewers add start and duration in floating
// point: of equal ends an inner one may come out later, and the events would not nest. It rounds to no nanosecond.
const early = 1e-5

// end sets how long an event took. Those that enclose it are open.
func (t *tracer) end(at int) {
	e := &t.events[at]
	depth := min(len(t.open), 40)
	took := max(0, math.Round(1e3*(micros(t.now)-e.Start))/1e3-early*float64(depth))
	e.Took = &took
}

// kernelArgs are the figures of a kernel.
type kernelArgs struct {
	Op     string  `json:"op_name"`
	Bound  string  `json:"bound"`
	FLOPs  int64   `json:"flops"`
	Bytes  int64   `json:"bytes"`
	Light  float64 `json:"lower_bound_us"`
	Times  int64   `json:"times"`
	DType  string  `json:"type"`
	Module string  `json:"module,omitempty"`
}

// kernel adds a kernel with its figures, and the memory in use at its start.
func (t *tracer) kernel(p *Part) {
	at, cat := len(t.events), "host"
	t.events = append(t.events, event{Name: p.Name, Phase: "X", Start: micros(t.now), PID: t.pid, TID: 1})
	if l := p.Layer; l != nil {
		cat = "kernel"
		t.events[at].Args = kernelArgs{p.Op, p.Bound, p.FLOPs, p.Bytes, 1e6 * p.Light, l.Times, l.Type.Short(), l.Module}
		t.counter("activation memory", "bytes", float64(alive(t.estimate, l)))
	}
	t.events[at].Cat = cat
	if p.Seconds > 0 {
		t.counter("work", "FLOP/s", float64(p.FLOPs)/p.Seconds)
		t.counter("traffic", "B/s", float64(p.Bytes)/p.Seconds)
	}
	t.now += p.Seconds
	t.end(at)
}

// alive returns the bytes of activations while a kernel runs: the most of its steps.
func alive(e *roofline.Estimate, l *roofline.Layer) (most int64) {
	for _, s := range l.Steps {
		most = max(most, e.Alive[s])
	}
	return most
}

// counter adds a value that changes over time.
func (t *tracer) counter(name, unit string, v float64) {
	t.events = append(t.events, event{Name: name, Phase: "C", Start: micros(t.now), PID: t.pid, TID: 1,
		Args: map[string]float64{unit: v}})
}
