package joint

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// moves returns the slopes of a made-up network's time, and the logarithm of its ratio after some parameters moved, by
// the timing model itself.
func moves(rng *rand.Rand, at params.Values, moved *params.Values) (slope params.Values, ratio float64) {
	of := terms(rng, Kind16)
	before := timing.Gradient(&at, of, &slope)
	for p := range slope {
		slope[p] /= before
		at[p] *= math.Exp(moved[p])
	}
	return slope, math.Log(timing.Sum(&at, of) / before)
}

func TestCurveFollowsTheTimingModel(t *testing.T) {
	at := params.Priors()
	at[params.Fixed], at[params.Dispatch], at[params.Launch] = 20e-6, 5e-6, 4e-6
	for _, c := range []struct {
		name  string
		moved params.Values
		off   float64 // at most, in logarithms
	}{
		{"nothing", params.Values{}, 1e-9},
		{"a call's own cost", params.Values{params.Fixed: 5}, 1e-9},
		{"all of the device", params.Values{params.Scale: 3}, 1e-9},
		{"the host", params.Values{params.Dispatch: 4}, 1e-9},
		{"launches", params.Values{params.Launch: 4}, 1e-9},
		{"less efficient", params.Values{params.EffMatrix: -2}, 0.6},
		{"less bandwidth", params.Values{params.BandMatrix: -2}, 0.9}, // what little a rounded ridge shows of it
		{"all at once", params.Values{params.Fixed: 2, params.Scale: -1, params.Launch: 1, params.EffMatrix: -1}, 0.6},
	} {
		for seed := range uint64(20) {
			slope, want := moves(rand.New(rand.NewPCG(seed, 2)), at, &c.moved)
			of := curveOf(&slope)
			var g params.Values
			found, straight := of.at(&c.moved, &g), line(&slope, &c.moved)
			if off := math.Abs(found - want); off > c.off || off > math.Abs(straight-want)+1e-9 {
				t.Errorf("%s: found e^%.3f times, expected e^%.3f; a straight line says e^%.3f", c.name, found, want, straight)
			}
		}
	}
}

// Slopes come from files too: whatever they are, nothing moves the time where no parameter moves.
func TestCurveAtRest(t *testing.T) {
	for _, slope := range []params.Values{
		{}, {params.Fixed: 0.001}, {params.Scale: 0.5}, {params.Scale: 2, params.Fixed: 3, params.EffMatrix: -4},
		{params.Scale: -1, params.Dispatch: -1, params.Fixed: -1, params.Transfer: 1}, {params.EffMatrix: -1},
	} {
		c := curveOf(&slope)
		var g params.Values
		if log := c.at(&params.Values{}, &g); math.Abs(log) > 1e-12 {
			t.Errorf("slopes %v: found e^%g times, expected as long as before", slope, log)
		}
		for p := range g {
			if math.IsNaN(g[p]) {
				t.Errorf("slopes %v: parameter %d has no slope", slope, p)
			}
		}
	}
}

func TestCurveHasTheSlopesItSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	at := params.Priors()
	at[params.Fixed], at[params.Dispatch] = 20e-6, 5e-6
	slope, _ := moves(rng, at, &params.Values{})
	c := curveOf(&slope)
	var moved, g, unused params.Values
	for p := range moved {
		moved[p] = rng.NormFloat64()
	}
	c.at(&moved, &g)
	const h = 1e-5
	for p := range moved {
		up, down := moved, moved
		up[p], down[p] = up[p]+h, down[p]-h
		if want := (c.at(&up, &unused) - c.at(&down, &unused)) / (2 * h); math.Abs(g[p]-want) > 1e-6 {
			t.Errorf("parameter %d: found a slope of %g, expected %g", p, g[p], want)
		}
	}
}

// line returns what a straight line of those slopes says.
func line(slope, moved *params.Values) (sum float64) {
	for p := range slope {
		sum += slope[p] * moved[p]
	}
	return sum
}
