package judge

import (
	"math/rand/v2"
	"slices"

	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/parallel"
)

// Own forecasts every slice by a model that has seen nothing of its device but k measurements of the slice, for each k
// of counts. All are judged by the same samples, which no k has taken.
func Own(samples []*joint.Sample, all *joint.Model, counts []int) (map[int][]Held, error) {
	devices := split(samples, Device)
	out, errs := make([]map[int][]Held, len(devices)), make([]error, len(devices))
	parallel.Do(len(devices), func(i int) { out[i], errs[i] = ownDevice(samples, devices[i], all, counts) })
	merged := map[int][]Held{}
	for i := range out {
		if errs[i] != nil {
			return nil, errs[i]
		}
		for k, held := range out[i] {
			merged[k] = append(merged[k], held...)
		}
	}
	return merged, nil
}

func ownDevice(samples, device []*joint.Sample, all *joint.Model, counts []int) (map[int][]Held, error) {
	m, err := without(samples, device, all)
	if err != nil {
		return nil, err
	}
	out := map[int][]Held{}
	for _, slice := range slicesOf(device) {
		if err := own(m, slice, counts, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// slicesOf splits the samples of a device by runtime, precision, threads and source.
func slicesOf(samples []*joint.Sample) [][]*joint.Sample {
	at := map[joint.Setting]int{}
	var out [][]*joint.Sample
	for _, s := range samples {
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
	draws = 5 // different choices of measurements that a slice is judged by
	least = 5 // samples that are left to judge a slice by
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
			if err := condition(m, mixed[:k], mixed[most:], out, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// condition adds the forecasts of samples of one setting by a model that knows some more rows of it.
func condition(m *joint.Model, known, asked []*joint.Sample, out map[int][]Held, k int) error {
	rows := make([]joint.Row, len(known))
	for i, s := range known {
		rows[i] = m.RowOf(s)
	}
	at, err := m.Condition(m.Known(&asked[0].Setting), rows)
	if err != nil {
		return err
	}
	for _, s := range asked {
		out[k] = append(out[k], Held{s, at.Forecast(s.Terms, s.Asked())})
	}
	return nil
}
