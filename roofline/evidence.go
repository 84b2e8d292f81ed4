package roofline

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
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

// evidenceSpread is 90 % of measured over predicted where the network was measured on another device with the same
// runtime, and where only with a related one (docs/accuracy.md).
var evidenceSpread = map[float64][2]float64{1: {0.9, 1.12}, 0.8: {0.85, 1.2}, 0.5: {0.75, 1.8}}

// borrow corrects a tuning by what a network did elsewhere. It returns the tuning where nothing is known.
func (t *Tuning) borrow(network, class string) (*Tuning, error) {
	b, err := runtimes.Borrow(network, t.Slice, class)
	if err != nil || b == nil {
		return t, err
	}
	c := *t
	c.Evidence = b
	c.Values[params.Scale] *= b.Factor
	c.Values[params.Fixed] *= b.Factor
	spread := evidenceSpread[b.Weight]
	switch {
	case t.Tier == TierSlice:
		c.Low, c.High = max(t.Low, spread[0]), min(t.High, spread[1])
	default: // the device itself is as uncertain as before, by one factor
		c.Low, c.High = min(max(t.Low, spread[0]*spread[0]), spread[0]), max(min(t.High, spread[1]*spread[1]), spread[1])
	}
	return &c, nil
}

// evidenceNote says in a sentence what was borrowed.
func evidenceNote(b *runtimes.Borrowed) string {
	var from []string
	for i := range b.From {
		from = append(from, b.From[i].Slice.Device+"/"+b.From[i].Slice.Runtime)
	}
	from = slices.Compact(from)
	if len(from) > 3 {
		from = append(from[:3], "…")
	}
	return fmt.Sprintf("evidence: %s on %s, w %.1f: factor %.2f", b.From[0].Model, strings.Join(from, ", "), b.Weight, b.Factor)
}
