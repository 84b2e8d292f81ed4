package runtimes

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// Calibrations are a user's own. The zero Calibrations and nil have none.
type Calibrations struct {
	store *strictyaml.Store[*Calibration]
}

// LoadCalibrations reads the given files and those in the given directories. Where two are about one slice the earlier
// wins.
func LoadCalibrations(files, userDirs []string) (*Calibrations, error) {
	cs := &Calibrations{strictyaml.NewStore("calibration", decodeCalibration)}
	cs.store.AddFiles(files...)
	cs.store.AddDirs(userDirs...)
	err := cs.store.ReadUsers()
	cs.store.Shadow()
	return cs, err
}

// decodeCalibration reads a file and names it after its slice.
func decodeCalibration(e *strictyaml.Entry[*Calibration], data []byte) (*Calibration, error) {
	c, err := parseCalibration(e.File, data)
	if err == nil {
		e.Name = strings.TrimSuffix(c.FileName(), ".yaml")
	}
	return c, err
}

// List returns all calibrations. LoadCalibrations has read the files, so all are well.
func (cs *Calibrations) List() []*Calibration {
	if cs == nil || cs.store == nil {
		return nil
	}
	var out []*Calibration
	for _, e := range cs.store.Entries() {
		if c, err := e.Load(); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// Find returns the calibration of exactly this slice, nil if there is none.
func (cs *Calibrations) Find(s Slice) *Calibration {
	for _, c := range cs.List() {
		if c.Slice == s {
			return c
		}
	}
	return nil
}

// Of returns the calibrations of a device, by the id that its measurements are kept under.
func (cs *Calibrations) Of(device string) []*Calibration {
	var out []*Calibration
	for _, c := range cs.List() {
		if c.Device == device {
			out = append(out, c)
		}
	}
	return out
}
