package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Base is what one model on one device was estimated at, in seconds.
type Base struct {
	Model, Device, Setting string   // as the budget file names them
	SpeedOfLight           float64  // in milliseconds
	Expected               *float64 // in milliseconds; nil: only the lower bound is known
	Basis                  string   // as Basis returns it
}

// Best returns the expected latency if there is one, else the lower bound, in seconds.
func (b *Base) Best() float64 {
	if b.Expected != nil {
		return *b.Expected
	}
	return b.SpeedOfLight
}

// NewBase returns an estimate of a target's model at another time as its baseline.
func NewBase(t *Target, e *roofline.Estimate) *Base {
	return &Base{Model: t.Model, Device: t.Device, Setting: t.Setting, SpeedOfLight: e.Latency.SpeedOfLight,
		Expected: e.Latency.Expected, Basis: Basis(e)}
}

// A Baseline is a file of bases.
type Baseline struct {
	Version string // of the program that wrote it
	bases   []Base // by target
}

// baselineSchema gives the schema of the baseline files that are read.
const baselineSchema = "ridgepoint/baseline/v1"

// baselineFile is the part of a baseline's JSON that is read; package schema documents all of it.
type baselineFile struct {
	Schema string                   `json:"schema"`
	Tool   struct{ Version string } `json:"tool"`
	// Results is a list of results of one budget file each
	Results []struct {
		Estimates []struct {
			Model, Setting, Basis string
			Device                string `json:"device_named"`
			Latency               struct {
				SpeedOfLight float64  `json:"speed_of_light"`
				Expected     *float64 `json:"expected"`
			} `json:"latency_ms"`
		}
	}
}

// ReadBaseline parses the JSON of a baseline.
func ReadBaseline(data []byte) (*Baseline, error) {
	var f baselineFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	if f.Schema != baselineSchema {
		return nil, fmt.Errorf("found the schema %q, expected %s", spelling.Clip(f.Schema), baselineSchema)
	}
	out := &Baseline{Version: f.Tool.Version}
	for _, r := range f.Results {
		for _, e := range r.Estimates {
			b := Base{Model: e.Model, Device: e.Device, Setting: e.Setting, Basis: e.Basis,
				SpeedOfLight: 1e-3 * e.Latency.SpeedOfLight}
			if e.Latency.Expected != nil {
				v := 1e-3 * *e.Latency.Expected
				b.Expected = &v
			}
			if b.Best() <= 0 {
				return nil, fmt.Errorf("found no latency of %s on %s, expected one above zero", spelling.Clip(b.Model),
					spelling.Clip(b.Device))
			}
			out.bases = append(out.bases, b)
		}
	}
	if len(out.bases) == 0 {
		return nil, errors.New("found no estimates, expected one at least")
	}
	return out, nil
}

// Of returns what a model on a device in a setting was estimated at, nil where the baseline lacks it.
func (b *Baseline) Of(model, device, setting string) *Base {
	i := slices.IndexFunc(b.bases, func(x Base) bool {
		return x.Model == model && x.Device == device && x.Setting == setting
	})
	if i < 0 {
		return nil
	}
	return &b.bases[i]
}
