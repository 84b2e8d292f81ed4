package ridgepoint

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Config says where an Estimator finds what is not built in. The zero Config has the built-in profiles and those of
// the user's configuration folder.
type Config struct {
	DeviceDirs   []string    // folders of device profiles, searched before UserDir and the built-in ones
	UserDir      string      // folder with devices, runtimes and calibrations of the user; "": UserDir()
	Calibrations []string    // calibration files that come before those of UserDir and the built-in ones
	NoCorrection bool        // do not correct a network by how it did on other devices
	Stdin        io.Reader   // read for the model "-"; nil: there is none
	Warn         func(error) // told of files of the user's that are left out since they cannot be read; nil: nobody is
}

// An Estimator predicts latencies. The zero Estimator is ready and has the zero Config; it may be used by several
// goroutines at once. Profiles and calibrations are read when they are first needed.
type Estimator struct {
	config  Config
	once    sync.Once
	err     error
	devices *hwprofiles.Catalog
	tuner   roofline.Tuner
	read    sync.Map // paths of models, profiles, budgets and baselines that were asked for
}

// shipped returns the fitted model. All estimators share it, so that each part is read once.
var shipped = sync.OnceValue(joint.Shipped)

// New returns an estimator for a configuration; nil is the zero Config. It reads nothing: what cannot be read is an
// error of the first call that needs it.
func New(c *Config) *Estimator {
	e := new(Estimator)
	if c != nil {
		e.config = *c
	}
	return e
}

// Open does as New, and fails if a folder or a calibration that the configuration names cannot be read.
func Open(c *Config) (*Estimator, error) {
	e := New(c)
	if err := e.init(); err != nil {
		return nil, err
	}
	return e, nil
}

// UserDir returns the folder of the user's own profiles, such as ~/.config/ridgepoint, "" if the environment names
// none.
func UserDir() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "ridgepoint")
}

// init lists the profiles once. What the configuration names must be there; in the user's own folders what cannot be
// read is left out with a warning.
func (e *Estimator) init() error {
	e.once.Do(func() { e.err = e.list() })
	return e.err
}

// list lists profiles, runtimes and calibrations of the folders. A folder that cannot be read is an
// error.
func (e *Estimator) list() (err error) {
	c := &e.config
	for _, dir := range c.DeviceDirs {
		if err := readable(dir); err != nil {
			return fmt.Errorf("folder of device profiles %w", err)
		}
	}
	own := e.userDirs
	if _, err := os.Stat(e.userDir()); errors.Is(err, fs.ErrPermission) { // one warning for all folders in it
		e.warn(fmt.Errorf("your folder %s: %w", e.userDir(), fs.ErrPermission))
		own = func(string) []string { return nil }
	}
	e.devices = hwprofiles.NewCatalog(slices.Concat(c.DeviceDirs, own("devices"))...)
	e.tuner.Model, e.tuner.Uncorrected = shipped(), c.NoCorrection
	e.tuner.Runtimes, err = runtimes.Load(own("runtimes")...)
	e.warn(err)
	if _, err := runtimes.LoadCalibrations(c.Calibrations, nil); err != nil {
		return err
	}
	e.tuner.Calibrations, err = runtimes.LoadCalibrations(c.Calibrations, own("calibrations"))
	e.warn(err)
	return nil
}

// warn tells the user of what is left out.
func (e *Estimator) warn(err error) {
	if err != nil && e.config.Warn != nil {
		e.config.Warn(err)
	}
}

// readable returns why the entries of a folder cannot be listed.
func readable(dir string) error {
	st, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: found no such folder", dir)
	case err == nil && !st.IsDir():
		return fmt.Errorf("%s: found a file, expected a folder", dir)
	}
	if err == nil {
		_, err = os.ReadDir(dir)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", dir, errors.Unwrap(err))
	}
	return nil
}

// userDir returns the folder of the user's own profiles, "" if there is none.
func (e *Estimator) userDir() string { return cmp.Or(e.config.UserDir, UserDir()) }

// userDirs returns the user's folder of profiles of a kind, if it exists and can be read.
func (e *Estimator) userDirs(kind string) []string {
	dir := e.userDir()
	if dir == "" {
		return nil
	}
	dir = filepath.Join(dir, kind)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := readable(dir); err != nil {
		e.warn(fmt.Errorf("your folder %w", err))
		return nil
	}
	return []string{dir}
}

// HasRead reports whether a path is a file that the estimator was asked to read: a model, a device profile, a budget, a
// pipeline or a baseline, also one that another of these files names. A program that writes files asks before it does.
func (e *Estimator) HasRead(path string) (found bool) {
	if e == nil {
		return false
	}
	e.read.Range(func(was, _ any) bool {
		found = atomicfile.Same(path, was.(string))
		return !found
	})
	return found
}

// reads remembers a file for HasRead.
func (e *Estimator) reads(path string) { e.read.Store(path, nil) }

// Predict estimates one model on one device: the whole of Open, Load and Estimate in one call, for programs that ask
// once. model is a path or a built-in model such as zoo:yolo11n, device an id, an alias or the path of a profile.
func Predict(model, device string, opt *Options) (*Estimate, error) {
	var e Estimator
	m, err := e.Load(model)
	if err != nil {
		return nil, err
	}
	return e.Estimate(m, device, opt)
}

// check reports a use of a nil estimator or model.
func (e *Estimator) check(m *Model) error {
	switch {
	case e == nil:
		return fmt.Errorf("found a nil *Estimator, expected one of Open")
	case m == nil || m.plan == nil:
		return fmt.Errorf("found an empty *Model, expected one of Load, Read or LoadBytes")
	}
	return e.init()
}

// formats lists the formats that models are read from.
var formats = slices.Concat(readers.Registry{readers.Git}, readers.Default())
