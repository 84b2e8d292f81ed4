package roofline

import (
	"context"
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// took is an outcome of so many seconds with the interval of a third around it.
func took(seconds float64, macs int64) Cell {
	low, high := seconds/1.5, seconds*1.5
	return Cell{Batch: 1, MACs: macs,
		Latency: Latency{SpeedOfLight: seconds / 2, Expected: &seconds, Low: &low, High: &high}, MemoryBytes: 1 << 20}
}

func TestJudge(t *testing.T) {
	light := Cell{Batch: 4, Latency: Latency{SpeedOfLight: 0.1}}
	large := took(0.001, 1)
	large.Room, large.MemoryBytes, large.UsableBytes = RoomNone, 2<<30, 1<<30
	for _, c := range []struct {
		name   string
		budget Budget
		cell   Cell
		want   Verdict
	}{
		{"all of the interval", Budget{Latency: 0.016}, took(0.01, 1), Sure},
		{"the expected", Budget{Latency: 0.012}, took(0.01, 1), Likely},
		{"the expected with its margin", Budget{Latency: 0.012, Risk: 1.15}, took(0.01, 1), Likely},
		{"the expected without its margin", Budget{Latency: 0.011, Risk: 1.15}, took(0.01, 1), Close},
		{"not the whole interval", Budget{Latency: 0.012, Risk: math.Inf(1)}, took(0.01, 1), Close},
		{"the whole interval", Budget{Latency: 0.016, Risk: math.Inf(1)}, took(0.01, 1), Sure},
		{"neither", Budget{Latency: 0.009}, took(0.01, 1), TooMuch},
		{"frames a second", Budget{FPS: 60}, took(0.01, 1), Sure},
		{"frames a second of a batch of 4", Budget{FPS: 40}, light, Possible},
		{"too many of them", Budget{FPS: 41}, light, TooMuch},
		{"memory allowed", Budget{Memory: 1 << 19}, took(0.01, 1), TooMuch},
		{"memory of the device", Budget{Latency: 1}, large, TooMuch},
		{"no outcome", Budget{Latency: 1}, Cell{Err: context.Canceled}, Fails},
	} {
		if got := c.budget.Judge(&c.cell); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if _, over := (Budget{}).Over(&large); over != 1<<30 {
		t.Errorf("%d B over the memory", over)
	}
}

func names(choices []Choice) (out []string) {
	for i := range choices {
		out = append(out, choices[i].Model)
	}
	return out
}

func TestPickOrder(t *testing.T) {
	score := func(v float64) *Quality { return &Quality{Metric: "top-1", Score: v} }
	make := func(q func(float64) *Quality) []Candidate {
		return []Candidate{
			{Model: "small", Quality: q(60), Ways: []Way{{Cell: took(0.001, 1)}}},
			{Model: "broken", Ways: []Way{{Cell: Cell{Err: context.Canceled}}}},
			{Model: "far", Quality: q(90), Ways: []Way{{Cell: took(0.2, 90)}}},
			{Model: "near", Quality: q(85), Ways: []Way{{Cell: took(0.02, 80)}}},
			{Model: "likely", Quality: q(80), Ways: []Way{{Cell: took(0.009, 70)}}},
			{Model: "shrunk", Quality: q(79), Ways: []Way{{Cell: took(0.03, 60)}, {Cell: took(0.003, 6), Resized: true}}},
			{Model: "large", Quality: q(70), Ways: []Way{{Cell: took(0.002, 5)}}},
			{Model: "unknown", Ways: []Way{{Cell: took(0.002, 50)}}},
		}
	}
	for i := range 2 {
		quality, want := score, []string{"large", "small", "shrunk", "unknown", "likely", "near", "far", "broken"}
		if i == 1 {
			quality, want = func(float64) *Quality { return nil }, []string{"unknown", "shrunk", "large", "small", "likely",
				"near", "far", "broken"}
		}
		cs := make(quality)
		for k := range cs {
			cs[k].Device = testDevice()
		}
		got := names(Pick(cs, Budget{Latency: 0.01}))
		for k := range want {
			if got[k] != want[k] {
				t.Errorf("ranked %v, want %v", got, want)
				break
			}
		}
	}
}

func TestPickRemedy(t *testing.T) {
	d := testDevice()
	small, err := Run(inferred(t, chainModel(4), infer.Bindings{}), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	budget := Budget{Latency: 2 * small.Latency.SpeedOfLight}
	slow := Candidate{Model: "slow", Device: d, Ways: []Way{{Cell: took(1, 1)}}, Changes: func() []Change {
		return []Change{
			{"impossible", func() (*Estimate, error) { return nil, context.Canceled }},
			{"smaller", func() (*Estimate, error) { return small, nil }},
		}
	}}
	got := Pick([]Candidate{slow}, budget)[0]
	if got.Remedy != "smaller" || got.Remedied != small || got.OverSeconds <= 0 || !got.Tried {
		t.Errorf("chosen %+v, want the remedy smaller", got)
	}
	fits := Pick([]Candidate{slow}, Budget{Latency: 10})[0]
	if fits.Tried || fits.Remedy != "" || fits.OverSeconds >= 0 {
		t.Errorf("chosen %+v, want nothing tried", fits)
	}
}

// A grid expects what a run of the same expects, evidence included.
func TestGridExpects(t *testing.T) {
	tuner := engines(t)
	d, err := hwprofiles.NewCatalog().Get("rtx4090")
	if err != nil {
		t.Fatal(err)
	}
	res := built(t, "zoo:resnet50", 4)
	for _, p := range []dtype.Type{dtype.Undefined, dtype.Float16} {
		opt := Options{Precision: p, Tuner: tuner}
		e, err := Run(res, d, opt)
		if err != nil {
			t.Fatal(err)
		}
		cells, err := Grid(context.Background(), []Job{{res.Plan, infer.Bindings{Batch: 4}}}, []*hwprofiles.Device{d, d}, opt)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells[0] {
			near := func(a, b float64) bool { return a > 0.999999*b && a < 1.000001*b }
			if !near(*c.Latency.Expected, *e.Latency.Expected) || !near(*c.Latency.High, *e.Latency.High) ||
				!near(c.Latency.SpeedOfLight, e.Latency.SpeedOfLight) || c.Precision != e.Precision {
				t.Errorf("%v: the grid says %v and %g s, a run %v and %g s", p, c.Precision, *c.Latency.Expected, e.Precision,
					*e.Latency.Expected)
			}
		}
	}
}
