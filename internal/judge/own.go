package judge

import (
	"math/rand/v2"
	"slices"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
)

// Own forecasts every sample by a model that has seen nothing of its device, as LeaveOut does, and every slice by one
// that has seen k measurements of the slice beside, for each k of counts. All k are judged by the same samples, which
// none took.
func Own(samples []*joint.Sample, all *joint.Model, counts []int) (left []Held, own map[int][]Held, err error) {
	devices := split(samples, Device)
	folds, errs := make([]fold, len(devices)), make([]error, len(devices))
	parallel.Do(len(devices), func(i int) { folds[i], errs[i] = ownDevice(samples, devices[i], all, counts) })
	own = map[int][]Held{}
	for i := range folds {
		if errs[i] != nil {
			return nil, nil, errs[i]
		}
		left = append(left, folds[i].left...)
		for k, held := range folds[i].own {
			own[k] = append(own[k], held...)
		}
	}
	return left, own, nil
}

// A fold is the forecasts of devices that were left out.
type fold struct {
	left []Held
	own  map[int][]Held
}

// ownDevice returns forecasts of a device that no fit has seen, without and with some of its own
// measurements.
func ownDevice(samples, device []*joint.Sample, all *joint.Model, counts []int) (fold, error) {
	m, err := without(samples, device, all)
	if err != nil {
		return fold{}, err
	}
	out := fold{Forecasts(m, device), map[int][]Held{}}
	for _, slice := range slicesOf(device) {
		if err := own(m, slice, counts, out.own); err != nil {
			return fold{}, err
		}
	}
	return out, nil
}

// slicesOf splits the measured samples of a device by runtime, precision, threads and source.
func slicesOf(samples []*joint.Sample) [][]*joint.Sample {
	at := map[joint.Setting]int{}
	var out [][]*joint.Sample
	for _, s := range samples {
		if s.AtMost {
			continue
		}
		i, ok := at[s.Setting]
		if !ok {
			i = len(out)
			at[s.Setting], out = i, append(out, nil)
		}
		out[i] = append(out[i], s)
	}
	return out
}

const (
	draws  = 2  // different choices of measurements that a slice is judged by
	least  = 5  // samples that are left to judge a slice by
	judges = 40 // samples that judge it at most
)

// own conditions on k samples of a slice at a time and forecasts those that no k of its draw took. Slices with too few
// samples are left out.
func own(m *joint.Model, slice []*joint.Sample, counts []int, out map[int][]Held) error {
	most := slices.Max(counts)
	if len(slice) < most+least {
		return nil
	}
	for draw := range draws {
		mixed := slices.Clone(slice)
		rng := rand.New(rand.NewPCG(uint64(draw), uint64(len(slice))))
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		for _, k := range counts {
			if err := condition(m, mixed[:k], mixed[most:min(most+judges, len(mixed))], out, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// condition adds the forecasts of samples of one setting by a model that knows some more rows of it.
func condition(m *joint.Model, known, asked []*joint.Sample, out map[int][]Held, k int) error {
	before := m.Known(anyones(asked[0]))
	rows := make([]joint.Row, len(known))
	for i, s := range known {
		rows[i] = before.Row(s)
		rows[i].Setting = before.Setting
	}
	at, err := m.Condition(before, rows)
	if err != nil {
		return err
	}
	for _, s := range asked {
		out[k] = append(out[k], Held{s, at.Forecast(s.Terms, s.Asked())})
	}
	return nil
}
