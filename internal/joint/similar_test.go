package joint

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// bag returns a random bag of some of 30 structures.
func bag(rng *rand.Rand) kernel.Bag {
	var out kernel.Bag
	left := 1.0
	for i := range 30 {
		if rng.IntN(3) > 0 {
			continue
		}
		share := math.Round(left*rng.Float64()*bagSteps) / bagSteps
		if share > 0 {
			out = append(out, kernel.Portion{Structure: fmt.Sprintf("conv:%02d", i), Share: share})
			left -= share
		}
	}
	if len(out) == 0 {
		return kernel.Bag{{Structure: "conv:00", Share: 1}}
	}
	return out
}

func TestSimilarity(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		a, b := bag(rng), bag(rng)
		ab, ba := Similarity(a, b), Similarity(b, a)
		if math.Abs(ab-ba) > 1e-12 || ab < 0 || ab > 1 {
			t.Fatalf("%v and %v: %g one way and %g the other", a, b, ab, ba)
		}
		if aa := Similarity(a, a); math.Abs(aa-1) > 1e-12 {
			t.Fatalf("%v: %g with itself, expected 1", a, aa)
		}
	}
	if s := Similarity(kernel.Bag{{Structure: "a", Share: 1}}, kernel.Bag{{Structure: "b", Share: 1}}); s != 0 {
		t.Errorf("nothing in common: %g, expected 0", s)
	}
}

// clans returns samples of two clans of networks, each with a bag and a deviation of its own.
func clans(networks int) []*Sample {
	rng := rand.New(rand.NewPCG(9, 9))
	var out []*Sample
	for n := range networks {
		clan := n % 2
		for _, device := range []string{"a1", "a2"} {
			s := &Sample{Setting: setting(device, "a", "pytorch-eager", Kind16), Network: fmt.Sprint("net", n), Batch: 1}
			s.Terms = Merge(terms(rand.New(rand.NewPCG(uint64(n), 1)), Kind16))
			s.Bag = clanBag(clan, n)
			p := s.Prior
			s.Measured = timing.Sum(&p, s.Terms) * math.Exp(0.2*float64(2*clan-1)+0.01*rng.NormFloat64())
			out = append(out, s)
		}
	}
	return out
}

func clanBag(clan, n int) kernel.Bag {
	more := float64(n%7) / 64
	return kernel.Bag{
		{Structure: fmt.Sprint("conv:", clan), Share: 0.75 - more},
		{Structure: fmt.Sprint("norm:", clan), Share: 0.25 + more},
	}
}

func TestAlikeNetworksDeviateAlike(t *testing.T) {
	samples := clans(population + 20)
	m := fit(t, samples)
	s := samples[0].Setting
	for clan, want := range []float64{-0.2, 0.2} {
		like := m.Similar(&s, clanBag(clan, 3))
		other := m.Similar(&s, clanBag(1-clan, 3))
		if half := (like.Mean - other.Mean) / 2; math.Abs(half-want) > 0.08 {
			t.Errorf("clan %d deviates by %+.3f, expected about %+.1f", clan, half, want)
		}
		if len(like.Neighbours) != nearest || like.Best < 0.99 || like.Widening > 1 {
			t.Errorf("clan %d: %+v, expected %d near neighbours and a narrow spread", clan, like, nearest)
		}
	}
	near := m.Forecast(&s, samples[0].Terms, &Network{Bag: clanBag(0, 3)})
	none := m.Forecast(&s, samples[0].Terms, &Network{})
	far := m.Forecast(&s, samples[0].Terms, &Network{Bag: kernel.Bag{{Structure: "move:other", Share: 1}}})
	if !(near.Variance < none.Variance && none.Variance < far.Variance) || far.Log != none.Log {
		t.Errorf("alike %+v, unknown %+v, unlike %+v: the less alike, the wider", near, none, far)
	}
}

func TestFewNetworksAreNotAsked(t *testing.T) {
	samples := clans(population - 2)
	m := fit(t, samples)
	s := samples[0].Setting
	if like := m.Similar(&s, samples[0].Bag); !reflect.DeepEqual(like, Likeness{Widening: 1, Best: 1}) {
		t.Errorf("found %+v, expected no deviation from %d networks", like, population-2)
	}
	if like := new(Model).Similar(&s, samples[0].Bag); !reflect.DeepEqual(like, Likeness{Widening: 1}) {
		t.Errorf("found %+v, expected nothing without evidence", like)
	}
	if with, without := m.Forecast(&s, samples[0].Terms, &Network{Bag: samples[0].Bag}),
		m.Forecast(&s, samples[0].Terms, &Network{}); with != without {
		t.Errorf("with a bag %+v, without %+v: expected the same", with, without)
	}
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	samples := clans(population)
	s, b := samples[0].Setting, clanBag(0, 4)
	want := fit(t, samples).Similar(&s, b)
	slices.Reverse(samples)
	if got := fit(t, samples).Similar(&s, b); !reflect.DeepEqual(got, want) {
		t.Errorf("found %+v, expected %+v", got, want)
	}
}

func TestKinshipComesBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	var rs []relative
	for n := range 40 {
		rs = append(rs, relative{fmt.Sprintf("net%02d", n), []string{"a", "b"}[n%2], bag(rng), nil})
	}
	want := kinshipOf(rs)
	data, err := (&part{kin: want}).encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.kin, want) {
		t.Errorf("found %+v, expected %+v", got.kin, want)
	}
}

// TestForeign: a network made of kernels that none measured on the slice has is foreign there, and its answer is wider.
func TestForeign(t *testing.T) {
	samples := clans(population - 2)
	m := fit(t, samples)
	s := samples[0].Setting
	other := kernel.Bag{{Structure: "move:other", Share: 0.9}, samples[0].Bag[0]}
	other[1].Share = 0.1
	k := m.Known(&s)
	if k.Foreign(samples[0].Bag) || !k.Foreign(other) {
		t.Errorf("foreign: %v for a measured network, %v for one of other kernels", k.Foreign(samples[0].Bag), k.Foreign(other))
	}
	s.Device = "elsewhere"
	s.MeasuredAs = s.Device
	if !m.Known(&s).Foreign(samples[0].Bag) {
		t.Error("a network is not foreign on a device that was not measured")
	}
	s = samples[0].Setting
	near := m.Forecast(&s, samples[0].Terms, &Network{Bag: samples[0].Bag})
	far := m.Forecast(&s, samples[0].Terms, &Network{Bag: other})
	if got := far.Variance / near.Variance; math.Abs(got-further) > 1e-9 {
		t.Errorf("the variance is %g times that of a network made alike, expected %g", got, further)
	}
}
