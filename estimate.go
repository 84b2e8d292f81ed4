package ridgepoint

import (
	"errors"
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/conventions"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// An Estimate is the predicted latency of one model on one device, layer by layer and in total.
type Estimate = roofline.Estimate

// A Note is one thing to know about a result: a code to key on, a level and a text. docs/notes.md lists the codes.
type Note = note.Note

// Warning gives the level of notes that say that something is unknown, unusual or uncertain.
const Warning = note.Warning

// Estimate predicts the latency of a model on a device: an id, an alias, id@MODE or the path of a profile.
func (e *Estimator) Estimate(m *Model, device string, opt *Options) (*Estimate, error) {
	all, err := e.EstimateOn(m, []string{device}, opt)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// EstimateOn predicts the latency of a model on several devices.
func (e *Estimator) EstimateOn(m *Model, devices []string, opt *Options) ([]*Estimate, error) {
	s, err := e.setting(m, opt)
	if err != nil {
		return nil, err
	}
	found, err := e.find(devices)
	if err != nil {
		return nil, err
	}
	out := make([]*Estimate, len(found))
	for i, d := range found {
		how, notes := e.onDevice(m, d, s.how)
		one, err := roofline.Run(s.res, d, how)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Spec, err)
		}
		one.Model, one.Notes = s.model.Name, append(one.Notes, notes...)
		out[i] = one
	}
	return out, nil
}

// Place estimates a model on a device as Estimate does; where opt names no precision and the device does not run the
// model's own, in the widest one that it runs.
func (e *Estimator) Place(m *Model, device string, opt *Options) (*Estimate, error) {
	one, err := e.Estimate(m, device, opt)
	lacks := new(roofline.TypeError)
	if !errors.As(err, &lacks) || opt != nil && opt.Precision != "" || lacks.Instead() == "" {
		return one, err
	}
	var o Options
	if opt != nil {
		o = *opt
	}
	o.Precision = lacks.Instead()
	return e.Estimate(m, device, &o)
}

// Infer binds the free dimensions of a model and returns it with every shape, type and cost.
func (m *Model) Infer(opt *Options) (*infer.Result, error) {
	if m == nil || m.plan == nil {
		return nil, (*Estimator)(nil).check(nil)
	}
	b, err := opt.bindings()
	if err != nil {
		return nil, err
	}
	return m.infer(b)
}

// Plan returns what is known of a model before its free dimensions are bound.
func (m *Model) Plan() *infer.Plan { return m.plan }

// A Folding says what a count assumes of batch normalisation that was folded at export.
type Folding = conventions.Folding

// Foldings returns the foldings by name: auto, asis, unfold.
func Foldings() map[string]Folding {
	return map[string]Folding{"auto": conventions.Auto, "asis": conventions.AsIs, "unfold": conventions.Unfold}
}

// Count counts a model as other tools do: one of them, or all where tool is "".
func (m *Model) Count(tool string, fold Folding, opt *Options) ([]*conventions.Count, error) {
	rows := conventions.Conventions
	if tool != "" {
		row, err := conventions.Find(tool)
		if err != nil {
			return nil, err
		}
		rows = []conventions.Convention{*row}
	}
	res, err := m.Infer(opt)
	if err != nil {
		return nil, err
	}
	var counts []*conventions.Count
	for i := range rows {
		counts = append(counts, rows[i].Of(res, fold))
	}
	return counts, nil
}
