package ridgepoint

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Width is a number of channels of a network that a Candidate may change.
type Width = infer.Width

// A Block is a part of a network with a shortcut around it, which a Candidate may leave out.
type Block = infer.Block

// A Space is a network whose widths, depth and image size are free, on one device: what a search for architectures
// evaluates. The network is read and prepared once. One goroutine at a time may use a Space; others take Another.
type Space struct {
	template *infer.Template
	eval     *roofline.Evaluator
	plan     *infer.Plan
	base     infer.Bindings
	sizes    map[Size]infer.Bindings
	cell     []roofline.Cell
}

// A Candidate is a network of a Space. The zero Candidate is the network that the Space was made of.
type Candidate struct {
	Widths  []int64 // channels, as many as Space.Widths lists, 0: as the network has it; nil: all as it has them
	Without []bool  // blocks to leave out, as many as Space.Blocks lists; nil: none
	Size    Size    // of images; the zero Size: the network's own
}

// A Forecast says how a candidate does. Times are in seconds. What measurements say of a network that was itself
// measured, or of others made alike, is left out: an Estimator with Config.NoCorrection estimates the same.
type Forecast struct {
	Expected, Low, High float64 // 0 where there is only a lower bound
	LowerBound          float64
	MACs, Params        int64
	MemoryBytes         int64
	Kernels             int64
}

// Space prepares a network for a search on a device. Options hold for all candidates, but for the size.
func (e *Estimator) Space(m *Model, device string, opt *Options) (*Space, error) {
	if err := e.check(m); err != nil {
		return nil, err
	}
	d, err := e.Device(device)
	if err != nil {
		return nil, err
	}
	how, err := e.how(opt)
	if err != nil {
		return nil, err
	}
	if err := how.Check(d); err != nil {
		return nil, err
	}
	if how.Tuner != nil {
		tuner := *how.Tuner
		tuner.Uncorrected, how.Tuner = true, &tuner
	}
	b, err := opt.bindings()
	if err != nil {
		return nil, err
	}
	return newSpace(m.plan, b, roofline.NewEvaluator([]*hwprofiles.Device{d}, how))
}

// newSpace returns a space of the widths and blocks of a plan, evaluated by eval.
func newSpace(p *infer.Plan, b infer.Bindings, eval *roofline.Evaluator) (*Space, error) {
	t, err := infer.NewTemplate(p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Model.Name, err)
	}
	return &Space{template: t, eval: eval, plan: p, base: b, sizes: map[Size]infer.Bindings{{}: b},
		cell: make([]roofline.Cell, 1)}, nil
}

// Another returns a space as s is, for another goroutine.
func (s *Space) Another() (*Space, error) { return newSpace(s.plan, s.base, s.eval.Another()) }

// Widths lists the widths that can be changed. Channels that must agree, as those that a shortcut joins, are one width.
func (s *Space) Widths() []Width { return s.template.Widths() }

// Blocks lists the blocks that can be left out.
func (s *Space) Blocks() []Block { return s.template.Blocks() }

// maxCandidateSizes bounds the image sizes that a space remembers.
const maxCandidateSizes = 1024

// At evaluates a candidate.
func (s *Space) At(c Candidate) (f Forecast, err error) {
	plan, err := s.template.Variant(c.Widths, c.Without)
	if err != nil {
		return f, err
	}
	b, known := s.sizes[c.Size]
	if !known {
		if b, err = roofline.SizeBindings(s.plan, s.base, c.Size.Height, c.Size.Width); err != nil {
			return f, err
		}
		if len(s.sizes) >= maxCandidateSizes {
			s.sizes = map[Size]infer.Bindings{{}: s.base}
		}
		s.sizes[c.Size] = b
	}
	s.eval.Run(&roofline.Job{Plan: plan, Bindings: b}, s.cell)
	cell := &s.cell[0]
	if cell.Err != nil {
		return f, cell.Err
	}
	f = Forecast{LowerBound: cell.Latency.SpeedOfLight, MACs: cell.Whole.MACs, Params: cell.Params,
		MemoryBytes: cell.MemoryBytes, Kernels: cell.Spent.Kernels}
	for i, to := range []*float64{&f.Expected, &f.Low, &f.High} {
		if v := []*float64{cell.Latency.Expected, cell.Latency.Low, cell.Latency.High}[i]; v != nil {
			*to = *v
		}
	}
	return f, nil
}
