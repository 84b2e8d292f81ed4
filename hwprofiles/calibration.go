package hwprofiles

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/ridgepoint/ridgepoint/hwprofiles/params"
)

//go:embed calibrations
var embeddedCalibrations embed.FS

// A Slice is what one calibration is about: never another device, runtime, precision or number of threads.
type Slice struct {
	Device    string // id
	Runtime   string // id
	Precision string // short name of the element type of its matrix work
	Threads   int    // 0: all that there are
}

// String is device/runtime/precision, with /tN where the number of threads is given.
func (s Slice) String() string {
	if s.Threads > 0 {
		return fmt.Sprintf("%s/%s/%s/t%d", s.Device, s.Runtime, s.Precision, s.Threads)
	}
	return s.Device + "/" + s.Runtime + "/" + s.Precision
}

// A Calibration is the parameters of the timing model on one slice, fitted to measurements, and how
// far they were off on model families that the fit had not seen.
type Calibration struct {
	Slice
	Class      string // of the device
	Parameters params.Values
	Version    string // of the runtime
	Source     string // who published the measurements
	Date       string // of the fit
	N          int    // measurements
	Families   int    // model families among them
	Median     float64
	Mean       float64
	P90        float64
	Low, High  float64 // 5 % and 95 % quantile of measured over predicted, held out
	Origin     string
}

var calibrationFields = []field[Calibration]{
	{"schema", func(d *decoder, path string, n *yaml.Node, _ *Calibration) { readSchema(d, path, n, nil) }},
	{"device", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Device, _ = d.text(n, path, "rtx4090") }},
	{"class", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Class, _ = d.text(n, path, "gpu") }},
	{"runtime", func(d *decoder, path string, n *yaml.Node, c *Calibration) {
		c.Runtime, _ = d.text(n, path, "tensorrt")
	}},
	{"precision", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Precision, _ = d.text(n, path, "fp16") }},
	{"threads", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Threads = d.count(n, path, 0, 4096) }},
	{"version", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Version, _ = d.text(n, path, "10.0") }},
	{"source", func(d *decoder, path string, n *yaml.Node, c *Calibration) {
		c.Source, _ = d.text(n, path, "own measurements")
	}},
	{"date", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Date, _ = d.text(n, path, "2026-11-26") }},
	{"measurements", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.N = d.count(n, path, 1, 1<<30) }},
	{"families", func(d *decoder, path string, n *yaml.Node, c *Calibration) { c.Families = d.count(n, path, 1, 1<<30) }},
	{"held_out", func(d *decoder, path string, n *yaml.Node, c *Calibration) { fields(d, n, path, heldOutFields, c) }},
	{"interval", func(d *decoder, path string, n *yaml.Node, c *Calibration) { fields(d, n, path, intervalFields, c) }},
	{"parameters", func(d *decoder, path string, n *yaml.Node, c *Calibration) {
		c.Parameters = params.Priors()
		fields(d, n, path, paramTable(), &c.Parameters)
	}},
}

var heldOutFields = []field[Calibration]{
	{"median_ape", ratio(func(c *Calibration) *float64 { return &c.Median })},
	{"mean_ape", ratio(func(c *Calibration) *float64 { return &c.Mean })},
	{"p90_ape", ratio(func(c *Calibration) *float64 { return &c.P90 })},
}

var intervalFields = []field[Calibration]{
	{"low", ratio(func(c *Calibration) *float64 { return &c.Low })},
	{"high", ratio(func(c *Calibration) *float64 { return &c.High })},
}

// ratio reads a plain number, 0 or more.
func ratio(at func(*Calibration) *float64) func(*decoder, string, *yaml.Node, *Calibration) {
	return func(d *decoder, path string, n *yaml.Node, c *Calibration) {
		v, err := strconv.ParseFloat(n.Value, 64)
		if n.Kind != yaml.ScalarNode || err != nil || !(v >= 0 && v < 1e6) {
			d.errorf(n, path, "", "found %s, expected a ratio such as 0.09", kindOf(n))
			return
		}
		*at(c) = v
	}
}

// DecodeCalibration reads one calibration; file names it in messages. The error is an Errors.
func DecodeCalibration(file string, data []byte) (*Calibration, error) {
	d := newDecoder(file)
	root := d.parse(data)
	if root == nil {
		return nil, d.errs
	}
	c := &Calibration{Origin: file}
	fields(d, root, "", calibrationFields, c)
	for _, need := range []struct {
		key    string
		absent bool
	}{
		{"device", c.Device == ""}, {"runtime", c.Runtime == ""}, {"precision", c.Precision == ""},
		{"parameters", c.Parameters == params.Values{}}, {"measurements", c.N == 0},
		{"interval", c.Low <= 0 || c.High < c.Low},
	} {
		if need.absent && len(d.errs) == 0 {
			d.errorf(root, need.key, "ridgepoint calibrate writes whole ones", "found no %s that can be used, expected it", need.key)
		}
	}
	return c, d.finish()
}

// Encode is the calibration as a file that DecodeCalibration reads back. The same calibration gives the same bytes.
func (c *Calibration) Encode() []byte {
	var b bytes.Buffer
	text := func(key, v string) {
		if v != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, strconv.Quote(v))
		}
	}
	fmt.Fprintf(&b, "schema: %d\n", Schema)
	text("device", c.Device)
	text("class", c.Class)
	text("runtime", c.Runtime)
	text("precision", c.Precision)
	fmt.Fprintf(&b, "threads: %d\n", c.Threads)
	text("version", c.Version)
	text("source", c.Source)
	text("date", c.Date)
	fmt.Fprintf(&b, "measurements: %d\nfamilies: %d\n", c.N, max(c.Families, 1))
	fmt.Fprintf(&b, "held_out: {median_ape: %.4g, mean_ape: %.4g, p90_ape: %.4g} # on model families that the fit had not seen\n", c.Median, c.Mean, c.P90)
	fmt.Fprintf(&b, "interval: {low: %.4g, high: %.4g} # 90 %% of measured over predicted, held out\n", c.Low, c.High)
	fmt.Fprintf(&b, "parameters:\n")
	for i, s := range params.Specs {
		if !params.Param(i).Valid(c.Parameters[i]) {
			continue // held: the runtime has no use for it
		}
		if s.Unit == "s" {
			fmt.Fprintf(&b, "  %s: %.5g µs # %s\n", s.Key, c.Parameters[i]*1e6, s.Doc)
		} else {
			fmt.Fprintf(&b, "  %s: %.5g # %s\n", s.Key, c.Parameters[i], s.Doc)
		}
	}
	return b.Bytes()
}

// Calibrations are all calibrations that are known, users' first. Built-in ones are read when they are asked for.
type Calibrations struct {
	users   []*Calibration
	builtIn []*shipped
}

// shipped is a built-in calibration: its file's name tells its slice.
type shipped struct {
	slice Slice
	read  func() (*Calibration, error)
}

// LoadCalibrations reads the given files and those in the given directories; the built-in ones are found. Where
// two are about one slice the earlier wins.
func LoadCalibrations(files, userDirs []string) (*Calibrations, error) {
	cs := &Calibrations{}
	var errs []error
	for _, f := range files {
		data, err := readFile(f)
		if err == nil {
			err = cs.add(f, data)
		}
		errs = append(errs, err)
	}
	for _, dir := range userDirs {
		errs = append(errs, cs.scan(os.DirFS(dir), dir+"/"))
	}
	entries, err := embeddedCalibrations.ReadDir("calibrations")
	errs = append(errs, err)
	for _, e := range entries {
		if s, ok := sliceOf(e.Name()); ok && !slices.ContainsFunc(cs.users, func(c *Calibration) bool { return c.Slice == s }) {
			cs.builtIn = append(cs.builtIn, &shipped{s, sync.OnceValues(func() (*Calibration, error) { return readShipped(e.Name()) })})
		}
	}
	return cs, errors.Join(errs...)
}

func readShipped(name string) (*Calibration, error) {
	name = path.Join("calibrations", name)
	data, err := embeddedCalibrations.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return DecodeCalibration(name, data)
}

func (cs *Calibrations) scan(fsys fs.FS, prefix string) error {
	var errs []error
	_ = fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !isProfile(p) {
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err == nil {
			err = cs.add(prefix+p, data)
		}
		errs = append(errs, err)
		return nil
	})
	return errors.Join(errs...)
}

func (cs *Calibrations) add(file string, data []byte) error {
	c, err := DecodeCalibration(file, data)
	if err == nil && !slices.ContainsFunc(cs.users, func(o *Calibration) bool { return o.Slice == c.Slice }) {
		cs.users = append(cs.users, c)
	}
	return err
}

// some are the calibrations of which the slice is wanted, users' first. Built-in files are tested to be well.
func (cs *Calibrations) some(want func(Slice) bool) []*Calibration {
	var out []*Calibration
	for _, c := range cs.users {
		if want(c.Slice) {
			out = append(out, c)
		}
	}
	for _, b := range cs.builtIn {
		if !want(b.slice) {
			continue
		}
		if c, err := b.read(); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// Find is the calibration of exactly this slice, nil if there is none.
func (cs *Calibrations) Find(s Slice) *Calibration {
	if found := cs.some(func(o Slice) bool { return o == s }); len(found) > 0 {
		return found[0]
	}
	return nil
}

// Transferable is how many measurements a calibration must rest on to speak for another device: with fewer
// it is mostly a factor of its own device, and what is believed of the runtime is the better guide (docs/accuracy.md).
const Transferable = 20

// steady is the held-out median error above which a calibration says more of its harness or host than of the runtime.
const steady = 0.15

// Transfers reports whether a calibration can speak for other devices of its class.
func (c *Calibration) Transfers() bool { return c.N >= Transferable && c.Median <= steady }

// Of are the calibrations of a runtime and precision on other devices of a class that can speak for them, in their order.
func (cs *Calibrations) Of(s Slice, class string) []*Calibration {
	same := cs.some(func(o Slice) bool {
		return o.Runtime == s.Runtime && o.Precision == s.Precision && o.Threads == s.Threads && o.Device != s.Device
	})
	return slices.DeleteFunc(same, func(c *Calibration) bool { return c.Class != class || !c.Transfers() })
}

// List is all calibrations.
func (cs *Calibrations) List() []*Calibration { return cs.some(func(Slice) bool { return true }) }

// FileName is how the calibration's file is called.
func (c *Calibration) FileName() string {
	return strings.ReplaceAll(c.Slice.String(), "/", "--") + ".yaml"
}

// sliceOf is the slice that a built-in file's name tells.
func sliceOf(name string) (Slice, bool) {
	parts := strings.Split(strings.TrimSuffix(name, ".yaml"), "--")
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
