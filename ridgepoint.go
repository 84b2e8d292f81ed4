package ridgepoint

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Config says where an Estimator finds what is not built in. The zero Config has the built-in profiles and those of
// the user's configuration folder.
type Config struct {
	DeviceDirs   []string  // folders of device profiles, searched before UserDir and the built-in ones
	UserDir      string    // folder with devices, runtimes and calibrations of the user; "": UserDir()
	Calibrations []string  // calibration files that come before those of UserDir and the built-in ones
	NoCorrection bool      // do not correct a network by how it did on other devices
	Stdin        io.Reader // read for the model "-"; nil: there is none
}

// An Estimator predicts latencies. The zero Estimator is ready and has the zero Config; it may be used by several
// goroutines at once. Profiles and calibrations are read when they are first needed.
type Estimator struct {
	config  Config
	once    sync.Once
	err     error
	devices *hwprofiles.Catalog
	tuner   roofline.Tuner
}

// New returns an estimator for a configuration; nil is the zero Config. It reads nothing: what cannot be read is an error of
// the first call that needs it.
func New(c *Config) *Estimator {
	e := new(Estimator)
	if c != nil {
		e.config = *c
	}
	return e
}

// Open is New that fails if a profile of a runtime or a calibration of the configuration cannot be read.
func Open(c *Config) (*Estimator, error) {
	e := New(c)
	if err := e.init(); err != nil {
		return nil, err
	}
	return e, nil
}

// UserDir returns the folder of the user's own profiles, such as ~/.config/ridgepoint, "" if the environment names none.
func UserDir() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "ridgepoint")
}

// init lists the profiles once.
func (e *Estimator) init() error {
	e.once.Do(func() {
		c := &e.config
		e.devices = hwprofiles.NewCatalog(append(c.DeviceDirs[:len(c.DeviceDirs):len(c.DeviceDirs)], e.userDirs("devices")...)...)
		if !c.NoCorrection {
			e.tuner.Corrections = runtimes.BuiltInCorrections()
		}
		if e.tuner.Runtimes, e.err = runtimes.Load(e.userDirs("runtimes")...); e.err != nil {
			return
		}
		e.tuner.Calibrations, e.err = runtimes.LoadCalibrations(c.Calibrations, e.userDirs("calibrations"))
	})
	return e.err
}

// userDir returns the folder of the user's own profiles, "" if there is none.
func (e *Estimator) userDir() string { return cmp.Or(e.config.UserDir, UserDir()) }

// userDirs returns the user's folder of profiles of a kind, if it exists.
func (e *Estimator) userDirs(kind string) []string {
	dir := e.userDir()
	if dir == "" {
		return nil
	}
	dir = filepath.Join(dir, kind)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil
	}
	return []string{dir}
}

// Predict estimates one model on one device: the whole of Open, Load and Estimate in one call, for programs that ask once.
// model is a path or a built-in model such as zoo:yolo11n, device an id, an alias or the path of a profile.
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

// formats are the formats that models are read from.
var formats = readers.Default()
