package ridgepoint

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// A Scaling describes a device that is like another one: its units, and its clock, bandwidth and memory as texts with
// units.
type Scaling = hwprofiles.Scaling

// ProfileTemplate returns a commented device profile to start a new one from. It loads as it stands.
func ProfileTemplate() []byte { return hwprofiles.Template() }

var profileName = lazyexp.New(`^([a-z0-9][a-z0-9.-]*)\.ya?ml$`)

// ScaleProfile returns the profile of a device that is like another one, and what is doubtful about it. The new device
// is named as the file that it goes to, or where file is "" as the other one and its units.
func (e *Estimator) ScaleProfile(like, file string, s Scaling) (text []byte, doubts []string, err error) {
	d, err := e.Device(like)
	if err != nil {
		return nil, nil, err
	}
	if s.ID, err = scaledID(d, file, s.Units); err != nil {
		return nil, nil, err
	}
	if text, err = d.Scaled(s); err != nil {
		return nil, nil, err
	}
	scaled, err := hwprofiles.Decode(s.ID+".yaml", text)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range hwprofiles.Lint(scaled) {
		doubts = append(doubts, s.ID+": "+f.String())
	}
	return text, doubts, nil
}

// scaledID returns the id of a device that is scaled from another: its file's name, or what was
// changed.
func scaledID(like *Device, file string, units int) (string, error) {
	if file == "" {
		base, _, _ := strings.Cut(like.ID, "@")
		if units == 0 {
			return base + "-changed", nil
		}
		return fmt.Sprintf("%s-%d-units", base, units), nil
	}
	m := profileName().FindStringSubmatch(filepath.Base(file))
	if m == nil {
		return "", fmt.Errorf("found the file %s, expected the device's id and .yaml: lower-case letters, digits, dots and "+
			"hyphens, such as my-gpu.yaml", file)
	}
	return m[1], nil
}

// DecodeProfile reads a device profile from memory. file stands for it in messages.
func DecodeProfile(file string, text []byte) (*Device, error) { return hwprofiles.Decode(file, text) }

// Profile reads a device profile from a file. Its error names every fault with its place.
func (e *Estimator) Profile(file string) (*Device, error) {
	if !strings.ContainsAny(file, `/\`) {
		file = "./" + file // a name without a folder is a file here, not a device
	}
	return e.Device(file)
}
