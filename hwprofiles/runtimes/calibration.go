package runtimes

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/internal/strictyaml"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
)

// A Slice is what one calibration is about: never another device, runtime, precision or number of threads.
type Slice struct {
	Device    string // id
	Runtime   string // id
	Precision string // short name of the element type of its matrix work
	Threads   int    // 0: all that there are
}

// String returns device/runtime/precision, with /tN where the number of threads is given.
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
	Class      hwprofiles.Class // of the device
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

type calibrationField = strictyaml.Field[Calibration]

var calibrationFields = []calibrationField{
	{Key: "schema", Read: func(v strictyaml.Value, _ *Calibration) { v.Schema() }},
	text("device", "rtx4090", func(c *Calibration) *string { return &c.Device }),
	{Key: "class", Read: func(v strictyaml.Value, c *Calibration) {
		if name, ok := v.Text("gpu"); ok {
			c.Class = readClass(v, name)
		}
	}},
	text("runtime", "tensorrt", func(c *Calibration) *string { return &c.Runtime }),
	text("precision", "fp16", func(c *Calibration) *string { return &c.Precision }),
	{Key: "threads", Read: func(v strictyaml.Value, c *Calibration) { c.Threads = v.Count(0, 4096) }},
	text("version", "10.0", func(c *Calibration) *string { return &c.Version }),
	text("source", "own measurements", func(c *Calibration) *string { return &c.Source }),
	text("date", "2026-11-26", func(c *Calibration) *string { return &c.Date }),
	{Key: "measurements", Read: func(v strictyaml.Value, c *Calibration) { c.N = v.Count(1, 1<<30) }},
	{Key: "families", Read: func(v strictyaml.Value, c *Calibration) { c.Families = v.Count(1, 1<<30) }},
	{Key: "held_out", Read: func(v strictyaml.Value, c *Calibration) { strictyaml.Fields(v, heldOutFields, c) }},
	{Key: "interval", Read: func(v strictyaml.Value, c *Calibration) { strictyaml.Fields(v, intervalFields, c) }},
	{Key: "parameters", Read: func(v strictyaml.Value, c *Calibration) {
		c.Parameters = params.Priors()
		strictyaml.Fields(v, paramFields(), &c.Parameters)
	}},
}

var heldOutFields = []calibrationField{
	ratio("median_ape", func(c *Calibration) *float64 { return &c.Median }),
	ratio("mean_ape", func(c *Calibration) *float64 { return &c.Mean }),
	ratio("p90_ape", func(c *Calibration) *float64 { return &c.P90 }),
}

var intervalFields = []calibrationField{
	ratio("low", func(c *Calibration) *float64 { return &c.Low }),
	ratio("high", func(c *Calibration) *float64 { return &c.High }),
}

// text returns a field that is read as text.
func text(key, example string, at func(*Calibration) *string) calibrationField {
	return calibrationField{Key: key, Read: func(v strictyaml.Value, c *Calibration) { *at(c), _ = v.Text(example) }}
}

// ratio returns a field that is read as a plain number, 0 or more.
func ratio(key string, at func(*Calibration) *float64) calibrationField {
	return calibrationField{Key: key, Read: func(v strictyaml.Value, c *Calibration) {
		text, ok := v.Scalar()
		x, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil || !(x >= 0 && x < 1e6) {
			v.Errorf("", "found %s, expected a ratio such as 0.09", v)
			return
		}
		*at(c) = x
	}}
}

// DecodeCalibration reads one calibration; file names it in messages. The error is an hwprofiles.Errors.
func DecodeCalibration(file string, data []byte) (*Calibration, error) {
	root, err := strictyaml.Open(file, data)
	if err != nil {
		return nil, err
	}
	c := &Calibration{Origin: file}
	strictyaml.Fields(root, calibrationFields, c)
	for _, need := range []struct {
		key    string
		absent bool
	}{
		{"device", c.Device == ""}, {"runtime", c.Runtime == ""}, {"precision", c.Precision == ""},
		{"parameters", c.Parameters == params.Values{}}, {"measurements", c.N == 0},
		{"interval", c.Low <= 0 || c.High < c.Low},
	} {
		if need.absent && root.Sound() {
			root.At(need.key).Errorf("ridgepoint calibrate writes whole ones", "found no %s that can be used, expected it",
				need.key)
		}
	}
	return c, root.Finish()
}

// Encode returns the calibration as a file that DecodeCalibration reads back. One calibration always gives the same bytes.
func (c *Calibration) Encode() []byte {
	var b bytes.Buffer
	text := func(key, v string) {
		if v != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, strconv.Quote(v))
		}
	}
	fmt.Fprintf(&b, "schema: %d\n", hwprofiles.Schema)
	text("device", c.Device)
	text("class", string(c.Class))
	text("runtime", c.Runtime)
	text("precision", c.Precision)
	fmt.Fprintf(&b, "threads: %d\n", c.Threads)
	text("version", c.Version)
	text("source", c.Source)
	text("date", c.Date)
	fmt.Fprintf(&b, "measurements: %d\nfamilies: %d\n", c.N, max(c.Families, 1))
	fmt.Fprintf(&b, "held_out: {median_ape: %.4g, mean_ape: %.4g, p90_ape: %.4g} # on model families that the fit had not seen\n",
		c.Median, c.Mean, c.P90)
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

// Transferable is how many measurements a calibration must rest on to speak for another device: with fewer
// it is mostly a factor of its own device, and what is believed of the runtime is the better guide (docs/accuracy.md).
const Transferable = 20

// steady is the held-out median error above which a calibration says more of its harness or host than of the runtime.
const steady = 0.15

// Transfers reports whether a calibration can speak for other devices of its class.
func (c *Calibration) Transfers() bool { return c.N >= Transferable && c.Median <= steady }

// FileName returns how the calibration's file is called.
func (c *Calibration) FileName() string {
	return strings.ReplaceAll(c.Slice.String(), "/", "--") + ".yaml"
}
