package runtimes

import (
	"embed"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/internal/strictyaml"
)

//go:embed calibrations
var builtInCalibrations embed.FS

// Calibrations are all calibrations that are known, users' first. Built-in ones are read when they are asked for.
// The zero Calibrations and nil have none.
type Calibrations struct {
	store *strictyaml.Store[*Calibration]
}

// LoadCalibrations reads the given files and those in the given directories; the built-in ones are found. Where
// two are about one slice the earlier wins.
func LoadCalibrations(files, userDirs []string) (*Calibrations, error) {
	cs := &Calibrations{strictyaml.NewStore("calibration", decodeCalibration)}
	cs.store.AddFiles(files...)
	cs.store.AddDirs(userDirs...)
	err := cs.store.ReadUsers()
	cs.store.AddBuiltIn(builtInCalibrations)
	cs.store.Shadow()
	return cs, err
}

// decodeCalibration reads a file. It names a user's file after its slice, as built-in files are called already; those are
// read later, by several goroutines at once.
func decodeCalibration(e *strictyaml.Entry[*Calibration], data []byte) (*Calibration, error) {
	c, err := DecodeCalibration(e.File, data)
	if err == nil && !e.BuiltIn {
		e.Name = strings.TrimSuffix(c.FileName(), ".yaml")
	}
	return c, err
}

// some returns the calibrations whose slice is wanted, users' first. All files are known to be well: LoadCalibrations
// read the users', and the built-in ones are tested.
func (cs *Calibrations) some(want func(Slice) bool) []*Calibration {
	if cs == nil {
		return nil
	}
	var out []*Calibration
	for _, e := range cs.store.Entries() {
		if s, ok := sliceOf(e.Name); e.BuiltIn && !(ok && want(s)) {
			continue
		}
		if c, err := e.Load(); err == nil && want(c.Slice) {
			out = append(out, c)
		}
	}
	return out
}

// Find returns the calibration of exactly this slice, nil if there is none.
func (cs *Calibrations) Find(s Slice) *Calibration {
	if found := cs.some(func(o Slice) bool { return o == s }); len(found) > 0 {
		return found[0]
	}
	return nil
}

// Of returns the calibrations of a runtime and precision on other devices of a class that can speak for them.
func (cs *Calibrations) Of(s Slice, class hwprofiles.Class) []*Calibration {
	same := cs.some(func(o Slice) bool {
		return o.Runtime == s.Runtime && o.Precision == s.Precision && o.Threads == s.Threads && o.Device != s.Device
	})
	return slices.DeleteFunc(same, func(c *Calibration) bool { return c.Class != class || !c.Transfers() })
}

// Threads returns the numbers of threads, below all, that calibrations of a runtime and precision are of.
func (cs *Calibrations) Threads(runtime, precision string) []int {
	var out []int
	some := cs.some(func(s Slice) bool { return s.Runtime == runtime && s.Precision == precision && s.Threads > 0 })
	for _, c := range some {
		if !slices.Contains(out, c.Threads) {
			out = append(out, c.Threads)
		}
	}
	return out
}

// List returns all calibrations.
func (cs *Calibrations) List() []*Calibration { return cs.some(func(Slice) bool { return true }) }

// sliceOf returns the slice that an entry's name tells.
func sliceOf(name string) (Slice, bool) {
	parts := strings.Split(name, "--")
	if len(parts) < 3 {
		return Slice{}, false
	}
	s := Slice{Device: parts[0], Runtime: parts[1], Precision: parts[2]}
	if len(parts) > 3 {
		n, err := strconv.Atoi(strings.TrimPrefix(parts[3], "t"))
		if err != nil {
			return s, false
		}
		s.Threads = n
	}
	return s, true
}
