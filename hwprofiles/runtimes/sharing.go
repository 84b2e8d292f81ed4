package runtimes

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// Sharing says how a runtime shares work between the cores of a CPU.
type Sharing string

// The ways to share.
const (
	Dynamic  Sharing = "dynamic"   // a core that is done takes more
	Static   Sharing = "static"    // every core gets as much and the slowest is waited for, on as many cores as that pays
	BigCores Sharing = "big cores" // as dynamic, on the cores of the fastest kind alone unless more threads are asked for
)

var sharings = []string{string(Dynamic), string(Static), string(BigCores)}

// readSharing reads `sharing`, how cores of several kinds share work.
func readSharing(v strictyaml.Value, r *Runtime) {
	text, _ := v.Scalar()
	if !slices.Contains(sharings, text) {
		v.Errorf("", "found %s, expected one of %s", v, strings.Join(sharings, ", "))
	}
	r.Sharing = Sharing(text)
}

// Uneven returns how many times longer work takes on so many threads than where it is shared in proportion to what each
// core does: 1 on cores of one kind, and for no runtime, nil.
func (r *Runtime) Uneven(d *hwprofiles.Device, e cost.Engine, t dtype.Type, threads int) float64 {
	if r == nil || len(d.Clusters) < 2 {
		return 1
	}
	all := d.PeakShare(e, t, threads)
	switch {
	case r.Sharing == Static:
		return all / d.EvenShare(e, t, threads)
	case r.Sharing == BigCores && threads == 0:
		return all / d.PeakShare(e, t, d.Clusters[0].Cores)
	}
	return 1
}
