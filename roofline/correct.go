package roofline

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// Fingerprint names a network by its work alone: operators with multiply-adds, each with those of one
// sample. Names, weights, the batch and the exporter's bookkeeping do not matter.
func Fingerprint(res *infer.Result) string {
	lines := make([]string, 0, len(res.Steps))
	batch := float64(max(res.Batch, 1))
	var buf []byte
	for i := range res.Steps {
		if s := &res.Steps[i]; s.Cost.MACs > 0 && s.Times > 0 && !s.Folded {
			macs := float64(s.Cost.MACs) * float64(s.Times) * res.Scale / batch
			buf = append(append(buf[:0], s.Node.Op.Type...), ' ')
			lines = append(lines, string(strconv.AppendFloat(buf, macs, 'f', 0, 64)))
		}
	}
	slices.Sort(lines)
	h := fnv.New64a()
	for _, l := range lines {
		h.Write(append(append(buf[:0], l...), 0))
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// correct returns a tuning corrected by what a network did elsewhere; the tuning itself where nothing is known.
func (t *Tuner) correct(tuning *Tuning, network string, class hwprofiles.Class) (*Tuning, error) {
	found, err := t.Corrections.Find(runtimes.Subject{Network: network, Slice: tuning.Slice, Class: class,
		Related: func(id string) bool { return t.Runtimes.Related(tuning.Runtime, id) }})
	if err != nil || found == nil {
		return tuning, err
	}
	c := *tuning
	c.Correction = found
	c.Values[params.Scale] *= found.Factor
	c.Values[params.Fixed] *= found.Factor
	low, high := found.Kinship.Interval()
	switch {
	case c.Tier == TierSlice:
		c.Low, c.High = max(c.Low, low), min(c.High, high)
	default: // the device itself is as uncertain as before, by one factor
		c.Low, c.High = min(max(c.Low, low*low), low), max(min(c.High, high*high), high)
	}
	return &c, nil
}
