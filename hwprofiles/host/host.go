package host

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// A Matrix measures the rate of fp32 matrix products with a number of threads.
type Matrix func(threads int) (MatrixRate, error)

// A MatrixRate is what matrix products achieve.
type MatrixRate struct {
	Rate  float64 // FLOP/s, of the best product
	Noise float64 // by which share the median of the products is below the best
	By    string  // with what it was measured
}

// A Peak is a theoretical rate of the whole machine: cores x clock x operations a cycle.
type Peak struct {
	Rate
	ISA     string  // instructions that reach it
	Value   float64 // FLOP/s or OP/s
	Assumed bool    // the number of units is a guess
}

// A Level is one level of memory with its measured bandwidth, the main memory first.
type Level struct {
	Name     string    // such as L2
	Capacity int64     // bytes, of all instances together; 0 where unknown
	One, All Bandwidth // with one thread, and with all
}

// A Bandwidth is the best of the kernels at a level.
type Bandwidth struct {
	Rate   float64 // B/s; 0 where no working set fits the level alone
	Kernel string  // read, copy or triad
	Noise  float64 // by which share the median of the tries was below the best
}

// A Profile is a machine as found.
type Profile struct {
	CPU       *CPU          // as it says of itself
	Clock     float64       // Hz, measured
	Peaks     []Peak        // theoretical
	Levels    []Level       // of memory
	Points    []Point       // the whole sweep
	MatrixOne MatrixRate    // fp32, one thread
	MatrixAll MatrixRate    // with all threads
	Notes     []note.Note   // on what was measured
	Took      time.Duration // to measure it
}

// Options say how a machine is profiled.
type Options struct {
	Matrix    Matrix // nil: our own portable kernel
	NoRuntime error  // why Matrix is not a runtime's; nil where it is
	Sweep     int64  // the largest working set in bytes; 0 means four times the last cache, 64 MiB to 1 GiB
}

// maxSweep bounds the largest working set: caches are left behind at twice their size, and a quarter of the memory is
// enough to take.
const maxSweep = 1 << 30

// Measure profiles this machine; it takes 10 to 30 s.
func Measure(ctx context.Context, o Options) (*Profile, error) {
	begin := time.Now()
	p := &Profile{CPU: Detect(), Clock: clock()}
	var err error
	if p.Points, err = sweep(ctx, p.CPU.sizes(o.Sweep), p.CPU.Threads); err != nil {
		return nil, err
	}
	p.Clock = max(p.Clock, clock())
	p.Peaks = peaks(p.CPU, p.Clock)
	p.levels()
	if o.Matrix == nil {
		o.Matrix = goMatrix
	}
	var errOne, errAll error
	p.MatrixOne, errOne = o.Matrix(1)
	p.MatrixAll, errAll = o.Matrix(p.CPU.Threads)
	if err := errors.Join(errOne, errAll); err != nil {
		return nil, err
	}
	if o.NoRuntime != nil {
		p.Notes = append(p.Notes, note.New(note.MatrixPortable, o.NoRuntime.Error()))
	}
	p.doubts()
	p.Took = time.Since(begin)
	return p, nil
}

// sizes returns the working sets of the sweep: three a level well inside each cache, then beyond the last.
func (c *CPU) sizes(top int64) []int64 {
	var out []int64
	last := int64(16 << 20)
	for i := range c.Caches {
		l := &c.Caches[i]
		out = append(out, l.Bytes/4, l.Bytes/2, l.Total()/4, l.Total()/2)
		last = l.Total()
	}
	if top == 0 {
		top = min(max(4*last, 64<<20), maxSweep)
	}
	if c.Memory > 0 {
		top = min(top, c.Memory/4)
	}
	out = append(out, top/2, top)
	for i := range out {
		out[i] = min(max(out[i], 4<<10), top)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// peaks returns the theoretical peaks in FLOP/s: operations a cycle, times the clock in Hz, times
// cores.
func peaks(c *CPU, clock float64) []Peak {
	var out []Peak
	for _, r := range table(cpuID()) {
		out = append(out, Peak{r.Rate, r.isa, r.PerCycle * clock * float64(c.Cores), r.assume})
	}
	return out
}

// levels picks each level's bandwidth from the sweep: the fastest kernel among the working sets that fit the
// level but not the one inside it. With one thread a private cache is one instance; with all, all of them.
func (p *Profile) levels() {
	main := Level{Name: "dram", Capacity: p.CPU.Memory}
	n := len(p.CPU.Caches)
	if n == 0 { // without a word on caches, what is larger than any is the main memory
		quarter := p.Points[len(p.Points)-1].Bytes / 4
		main.One, main.All = p.best(1, quarter, 0), p.best(p.CPU.Threads, quarter, 0)
		p.Levels = []Level{main}
		return
	}
	outer := p.CPU.Caches[n-1].Total()
	main.One, main.All = p.best(1, 2*outer, 0), p.best(p.CPU.Threads, 2*outer, 0)
	if main.All.Rate == 0 { // the sweep ends before twice the last cache
		top := p.Points[len(p.Points)-1].Bytes * 9 / 10
		main.One, main.All = p.best(1, top, 0), p.best(p.CPU.Threads, top, 0)
		p.Notes = append(p.Notes, note.New(note.CacheLarge))
	}
	p.Levels = []Level{main}
	for i := n - 1; i >= 0; i-- {
		l := &p.CPU.Caches[i]
		var insideOne, insideAll int64
		if i > 0 {
			insideOne, insideAll = p.CPU.Caches[i-1].Bytes, p.CPU.Caches[i-1].Total()
		}
		p.Levels = append(p.Levels, Level{l.Name, l.Total(), p.best(1, insideOne, l.Bytes*3/4), p.best(p.CPU.Threads, insideAll, l.Total()*3/4)})
	}
}

// best returns the fastest point of some threads whose working set is above low and at most high; 0 is no limit.
func (p *Profile) best(threads int, low, high int64) (b Bandwidth) {
	for _, q := range p.Points {
		if q.Threads == threads && q.Bytes > low && (high == 0 || q.Bytes <= high) && q.Rate > b.Rate {
			b = Bandwidth{q.Rate, q.Kernel, q.Noise}
		}
	}
	return b
}

// noisy gives the noise above which repeated runs cannot be expected to agree.
const noisy = 0.05

// doubts notes what makes the figures less than certain.
func (p *Profile) doubts() {
	worst, where := 0.0, []string(nil)
	doubt := func(name, threads string, noise float64) {
		if noise > noisy {
			worst, where = max(worst, noise), append(where, name+" with "+threads)
		}
	}
	for _, l := range p.Levels {
		doubt(l.Name, "one thread", l.One.Noise)
		doubt(l.Name, "all threads", l.All.Noise)
	}
	doubt("matmul", "one thread", p.MatrixOne.Noise)
	doubt("matmul", "all threads", p.MatrixAll.Noise)
	if worst > 0 {
		p.Notes = append(p.Notes, note.New(note.HostNoisy, worst, where))
	}
	if v := p.Peak(cost.Vector, dtype.Float32); v != nil && p.MatrixAll.Rate > v.Value {
		p.Notes = append(p.Notes, note.New(note.MatrixAbovePeak))
	}
}

// Peak returns the theoretical rate of an engine and type, nil where there is none.
func (p *Profile) Peak(e cost.Engine, t dtype.Type) *Peak {
	for i := range p.Peaks {
		if p.Peaks[i].Engine == e && p.Peaks[i].Type == t {
			return &p.Peaks[i]
		}
	}
	return nil
}
