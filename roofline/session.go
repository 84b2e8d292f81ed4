package roofline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// A target is a device at a precision with the runtime that is taken for it: what does not depend on the model.
type target struct {
	device  *hwprofiles.Device      // in its power mode
	machine *Machine                // without a tuning
	tuner   *Tuner                  // with what is known of the runtime
	runtime *runtimes.Runtime       // nil: the speed of light only
	recipe  lower.Recipe            // of lowering
	owns    map[dtype.Type]*Machine // what own returned, by type
	crews   map[crew]*Machine       // what crewed returned
	rests   map[rest]*Tuning        // what tunings rest on
}

// target returns what the options make of a device.
func (o *Options) target(d *hwprofiles.Device) (t target, err error) {
	t.device, t.tuner = d, o.Tuner
	if t.runtime, t.recipe, err = o.recipe(d); err != nil {
		return t, err
	}
	t.machine, err = newMachine(d, t.runtime, o.Precision, cmp.Or(o.Threads, usual(t.runtime, d)))
	return t, err
}

// usual returns the number of threads of a CPU that a runtime takes where none are asked for; 0: all.
func usual(r *runtimes.Runtime, d *hwprofiles.Device) int {
	if r == nil || !d.Class.Cores() || r.Threads >= d.Units {
		return 0
	}
	return r.Threads
}

// own returns the machine for a model that is run in its own types, most of the work in one. It is another machine
// where the runtime or the device lacks that type: then all floating-point work runs in one that they have.
func (t *target) own(most dtype.Type) (*Machine, error) {
	if m := t.owns[most]; m != nil {
		return m, nil
	}
	m, err := t.inOwn(most)
	if err != nil {
		return nil, err
	}
	if t.owns == nil {
		t.owns = make(map[dtype.Type]*Machine)
	}
	t.owns[most] = m
	return m, nil
}

// inOwn does as own and remembers nothing.
func (t *target) inOwn(most dtype.Type) (*Machine, error) {
	as, why := runsAs(t.device, t.runtime, most), note.Note{}
	switch {
	case as != most:
		why = note.New(note.TypeRunsAs, most.Short(), as.Short(), t.runtime.ID, t.device.ID)
	case most.IsFloat() && !multiplies(t.device, most) && multiplies(t.device, dtype.Float32):
		as, why = dtype.Float32, note.New(note.TypeWithoutPeak, most.Short(), dtype.Float32.Short(), t.device.ID)
	default:
		return t.machine, nil
	}
	m, err := newMachine(t.device, t.runtime, as, t.machine.threads)
	if err == nil {
		m.precision.standsFor(most, why)
	}
	return m, err
}

// recipe returns the runtime of a device, nil for any, and what it does to a graph. Where there is no runtime, it
// returns the fusion asked for.
func (o *Options) recipe(d *hwprofiles.Device) (*runtimes.Runtime, lower.Recipe, error) {
	r, err := o.Tuner.runtime(d)
	if r == nil || err != nil {
		return nil, o.Fusion.Recipe(), err
	}
	var class hwprofiles.Class
	if d != nil {
		class = d.Class
	}
	recipe, err := lower.NewRecipe(r.RuleNames(class))
	if err == nil {
		err = rightLists(r)
	}
	if err != nil {
		err = fmt.Errorf("runtime %s: %w", r.ID, err)
	}
	return r, recipe, err
}

// rightLists demands that the file of a runtime has its passes under passes, and the others under data.
func rightLists(r *runtimes.Runtime) error {
	for _, u := range r.Rules {
		right := runtimes.Data
		pass, ok := lower.IsPass(u.Name)
		if pass {
			right = runtimes.Passes
		}
		if ok && u.List != right && u.List != runtimes.AnyList {
			return fmt.Errorf("found %q in the list %s, expected it in the list %s: move it there", u.Name, u.List, right)
		}
	}
	return nil
}

// A subject is what a tuning depends on beside the target.
type subject struct {
	precision dtype.Type // that most of the matrix work runs in
	asked     dtype.Type // that it is in by the model or by what was asked for
	stored    dtype.Type // of weights that are narrower than the work on them; Undefined: none are
	threads   int        // of a CPU; 0: all
	network   string     // its fingerprint; "" where no corrections are wanted
	batch     int64      // samples
}

// A session lowers one result after another in the same storage. The zero session is ready. Two goroutines must not
// use it at once.
type session struct {
	foot  footprint     // memory of the graph
	opt   *Options      // of the estimates
	res   *infer.Result // the inferred graph
	print string        // the network's fingerprint, "" before it is asked for
	times []timed       // used again: by number of a kernel

	*lowering               // that the kernels are of
	common    *lower.Common // nil unless the result is lowered for many devices
	lowerings []*lowering   // of every recipe that was asked for, of which the first fresh ones are of the result
	fresh     int           // lowerings so far
}

// A lowering holds the kernels that a recipe makes of a result.
type lowering struct {
	lower       lower.Lowerer   // used again
	kernels     []kernel.Kernel // of the last graph
	recipe      lower.Recipe    // of the last graph
	own         dtype.Type      // of most of the matrix work, whatever precision is asked for
	macs, flops int64           // before attention is made causal
	causal      int             // kernels of attention that were made causal
	bag         kernel.Bag      // nil before it is asked for
	alike       kernel.Numbering
	numbers     []int32 // by kernel: equal for those that are alike
}

// open makes a result the one that the session is about.
func (s *session) open(res *infer.Result, opt *Options) error {
	if res == nil || res.Plan == nil {
		return errors.New("found no inferred model, expected one such as infer.Plan.Run returns")
	}
	s.opt, s.res, s.print, s.fresh, s.lowering = opt, res, "", 0, nil
	if s.common != nil {
		s.common.Open(res)
	}
	return nil
}

// prepare lowers a result for a device and returns the machine that its kernels run on.
func (s *session) prepare(res *infer.Result, d *hwprofiles.Device, opt *Options) (*Machine, error) {
	if err := s.open(res, opt); err != nil {
		return nil, err
	}
	t, err := opt.target(d)
	if err != nil {
		return nil, err
	}
	m, err := s.machine(&t, nil)
	if err != nil {
		return nil, err
	}
	return m, m.check(s.kernels)
}

// machine lowers the result for a target and returns the target's machine, tuned for the result. That is last, if last
// was tuned for the same.
func (s *session) machine(t *target, last *Machine) (*Machine, error) {
	s.lowerBy(t.recipe)
	m := t.machine
	if m.precision.want == dtype.Undefined {
		var err error
		if m, err = t.own(s.own); err != nil {
			return nil, err
		}
	}
	if t.runtime == nil {
		return m, nil
	}
	of := s.subject(t, m)
	if last != nil && of.threads == 0 && last.serves(&of, s.made) {
		return last, nil
	}
	tuning, err := t.tune(of, s.made)
	if err != nil {
		return nil, err
	}
	if s.opt.Threads == 0 && of.threads > 0 {
		said := note.New(note.UsualThreads, t.runtime.ID, of.threads, t.device.Units, t.device.ID)
		tuning.Adapted = append(tuning.Adapted, said)
	}
	m = m.tuned(tuning, of)
	m.bag = s.bag
	if of.threads > 0 {
		return s.held(t, m)
	}
	return m, nil
}

// subject returns what a tuning for the result on a target's machine depends on.
func (s *session) subject(t *target, m *Machine) subject {
	p := &m.precision
	of := subject{precision: p.matrix, threads: m.threads, batch: s.res.Batch}
	if p.want == dtype.Undefined {
		of.precision = s.own
	}
	of.asked = cmp.Or(p.from, of.precision)
	if p.weights < 8 && of.precision.Bits() > p.weights {
		of.stored = p.want
	}
	if !t.tuner.Uncorrected {
		if s.print == "" {
			if s.print = s.opt.Like; s.print == "" {
				s.print = Fingerprint(s.res)
			}
		}
		of.network = s.print
	}
	return of
}

// made returns what the network is made of, as its kernels are now.
func (s *session) made() kernel.Bag {
	if s.bag == nil {
		s.bag = kernel.NewBag(s.kernels)
	}
	return s.bag
}

// serves reports whether a machine was tuned for a subject, or for another batch of a network that was not measured:
// then only what the network is made of matters. Networks of one fingerprint may be made of kernels of other names.
func (m *Machine) serves(of *subject, made func() kernel.Bag) bool {
	was := m.subject
	was.batch = of.batch
	switch {
	case was != *of:
		return false
	case m.subject == *of && m.bag == nil:
		return true
	}
	return (m.subject == *of || !m.tuning.seen) && slices.Equal(m.bag, made())
}

// lowerBy makes the kernels of the result, which are valid until the session is opened again.
func (s *session) lowerBy(r lower.Recipe) {
	if s.lowering != nil && s.recipe == r {
		return
	}
	for _, l := range s.lowerings[:s.fresh] {
		if l.recipe == r {
			s.lowering = l
			return
		}
	}
	s.lowering = s.next(r)
	s.lowering.make(s.res, s.opt, s.common)
}

// next returns a lowering for a recipe in storage that no kernels of the result are in: where it can be, that of the
// same recipe for the result before.
func (s *session) next(r lower.Recipe) *lowering {
	i := s.fresh
	if same := slices.IndexFunc(s.lowerings[i:], func(l *lowering) bool { return l.recipe == r }); same > 0 {
		s.lowerings[i], s.lowerings[i+same] = s.lowerings[i+same], s.lowerings[i]
	}
	if i == len(s.lowerings) {
		s.lowerings = append(s.lowerings, new(lowering))
	}
	s.fresh++
	s.lowerings[i].recipe = r
	return s.lowerings[i]
}

// make lowers a result by the recipe. common is what lowerings by other recipes share, nil where there are none.
func (l *lowering) make(res *infer.Result, opt *Options, common *lower.Common) {
	if l.bag = nil; common != nil {
		l.kernels = l.lower.LowerIn(common, l.recipe)
	} else {
		l.kernels = l.lower.Lower(res, l.recipe)
	}
	for i := range l.kernels {
		if opt.Change != nil {
			opt.Change(res, &l.kernels[i])
		}
	}
	l.macs, l.flops, l.causal = 0, 0, 0
	var stored int64
	for i := range l.kernels {
		k := &l.kernels[i]
		stored = sat.Add(stored, k.Cost.Weights)
		l.macs = sat.Add(l.macs, sat.Mul(k.Cost.MACs, k.Times))
		l.flops = sat.Add(l.flops, sat.Mul(k.Cost.FLOPs(), k.Times))
	}
	for i := range l.kernels {
		l.kernels[i].ModelWeights = stored
		if opt.Causal && lower.Causal(&l.kernels[i]) {
			l.causal++
		}
	}
	l.own = mostOf(l.kernels)
	l.numbers = l.alike.Of(l.kernels)
}

// mostOf returns the type of most of the matrix work of kernels, fp32 where they have none. No recipe changes it: a
// test holds that for every model of the zoo and the corpus.
func mostOf(kernels []kernel.Kernel) dtype.Type {
	var ops [numTypes]int64
	best := dtype.Float32
	for i := range kernels {
		w := &kernels[i].Cost.Work[cost.Matrix]
		ops[w.Type] += w.Ops
		if w.Ops > 0 && ops[w.Type] > ops[best] {
			best = w.Type
		}
	}
	return best
}
