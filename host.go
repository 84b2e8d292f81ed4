package ridgepoint

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/host"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline/measure"
)

// A HostProfile is this machine as it was found: peaks, measured bandwidths and matrix rates.
type HostProfile = host.Profile

// ProfileHost measures this machine in less than 30 s. library is the path of ONNX Runtime's shared library or its
// folder; "" looks in the usual places, and a portable kernel measures the matrix rate where none is found.
func ProfileHost(ctx context.Context, library string) (*HostProfile, error) {
	var opt host.Options
	version, err := measure.LoadORT(library, os.Getenv)
	switch {
	case err == nil:
		opt.Matrix = measure.MatrixRate(ctx, version)
	case library != "":
		return nil, err
	default:
		opt.NoRuntime = err
	}
	return host.Measure(ctx, opt)
}

// HostPath returns the file among the user's own devices that the profile of this machine goes to.
func (e *Estimator) HostPath() (string, error) {
	if e == nil {
		return "", e.check(nil)
	}
	dir := e.userDir()
	if dir == "" {
		return "", errors.New("the environment names no home folder: name the file that the profile goes to")
	}
	return filepath.Join(dir, "devices", HostID+".yaml"), nil
}

// HostYAML returns the profile of this machine as a device profile with the id that its file name gives it.
func HostYAML(p *HostProfile, path string) ([]byte, error) {
	return p.YAML(profileID(path), time.Now().UTC().Format(time.DateOnly))
}

// profileID returns the id that a profile's file name gives it: lower case, with hyphens for what an id may not hold.
func profileID(path string) string {
	base := []byte(filepath.Base(path))
	base = base[:len(base)-len(filepath.Ext(string(base)))]
	for i, c := range base {
		switch {
		case c >= 'A' && c <= 'Z':
			base[i] = c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', i > 0 && (c == '.' || c == '-'):
		case i == 0:
			base[i] = 'x'
		default:
			base[i] = '-'
		}
	}
	if len(base) == 0 {
		return HostID
	}
	return string(base)
}

// PlotHost draws the measured roofline, with one and with all threads, beside the theoretical one.
func PlotHost(p *HostProfile) (*Figure, error) {
	all := plots.Machine{Name: fmt.Sprintf("measured, %d threads", p.CPU.Threads), Rate: p.MatrixAll.Rate}
	one := plots.Machine{Name: "measured, 1 thread", Rate: p.MatrixOne.Rate}
	for i := len(p.Levels) - 1; i >= 0; i-- {
		l := &p.Levels[i]
		if l.All.Rate > 0 {
			all.Slopes = append(all.Slopes, plots.Slope{Name: l.Name, Rate: l.All.Rate})
		}
		if l.One.Rate > 0 {
			one.Slopes = append(one.Slopes, plots.Slope{Name: l.Name, Rate: l.One.Rate})
		}
	}
	ms := []plots.Machine{all}
	if p.CPU.Threads > 1 {
		ms = append(ms, one)
	}
	if v := p.Peak(cost.Vector, dtype.Float32); v != nil {
		ms = append([]plots.Machine{{Name: "theoretical, fp32", Rate: v.Value}}, ms...)
	}
	return plots.Machines(p.Name(), []string{"achieved matrix rate by " + p.MatrixAll.By}, ms)
}
