package ridgepoint

import "github.com/ridgepoint/ridgepoint/roofline/diff"

// A Diff is a new estimate beside an old one: what was added and removed, what got slower and faster.
type Diff = diff.Diff

// A Side is one of the two estimates of a Diff.
type Side struct {
	Model   string // as Load takes it
	Device  string
	Options *Options
}

// Diff estimates two sides and compares them kernel by kernel.
func (e *Estimator) Diff(old, new Side) (*Diff, error) {
	var models [2]*Model
	var sides [2]*Estimate
	both := []Side{old, new}
	for i, s := range both {
		var err error
		if models[i], err = models[0], nil; i == 0 || old.Model != new.Model { // standard input is read once
			models[i], err = e.Load(s.Model)
		}
		if err != nil {
			return nil, err
		}
	}
	for i, s := range both {
		opts, err := optionsFor(models[:], s.Options)
		if err != nil {
			return nil, err
		}
		if sides[i], err = e.Estimate(models[i], s.Device, opts[i]); err != nil {
			return nil, err
		}
	}
	return diff.Compare(sides[0], sides[1]), nil
}
