package runtimes

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
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
	Parameters params.Values    // of the timing model
	Version    string           // of the runtime
	Source     string           // who published the measurements
	Date       string           // of the fit
	N          int              // measurements
	Families   int              // model families among them
	Median     float64          // error on held-out families
	Mean       float64          // error on held-out families
	P90        float64          // error on held-out families
	Low, High  float64          // 5 % and 95 % quantile of measured over predicted, held out
	Rows       []MeasuredRow    // measurements with their slopes
	Origin     string           // its file
}

// A MeasuredRow is one measurement as far as it tells about the parameters.
type MeasuredRow struct {
	Model   string        // as published
	Network string        // its fingerprint
	Batch   int64         // samples
	Ratio   float64       // measured over what was expected before, network apart
	Slope   params.Values // derivative of the logarithm of the expected time by those of the parameters
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
	{Key: "rows", Read: func(v strictyaml.Value, c *Calibration) {
		for item := range v.Items() {
			r := MeasuredRow{Ratio: 1}
			strictyaml.Fields(item, rowFields, &r)
			c.Rows = append(c.Rows, r)
		}
	}},
}

var rowFields = []strictyaml.Field[MeasuredRow]{
	{Key: "model", Read: func(v strictyaml.Value, r *MeasuredRow) { r.Model, _ = v.Text("ResNet-50") }},
	{Key: "network", Read: func(v strictyaml.Value, r *MeasuredRow) { r.Network, _ = v.Text("0123456789abcdef") }},
	{Key: "batch", Read: func(v strictyaml.Value, r *MeasuredRow) { r.Batch = int64(v.Count(0, 1<<30)) }},
	{Key: "ratio", Read: func(v strictyaml.Value, r *MeasuredRow) {
		if x, ok := finite(v, "a ratio above 0, such as 1.07"); ok && x <= 0 {
			v.Errorf("", "found %s, expected a ratio above 0, such as 1.07", v)
		} else if ok {
			r.Ratio = x
		}
	}},
	{Key: "slope", Read: func(v strictyaml.Value, r *MeasuredRow) { strictyaml.Fields(v, slopeFields(), &r.Slope) }},
}

// slopeFields returns the parameters as keys of a mapping of slopes.
func slopeFields() []strictyaml.Field[params.Values] {
	table := make([]strictyaml.Field[params.Values], params.NumParams)
	for i := range table {
		read := func(v strictyaml.Value, into *params.Values) { into[i], _ = finite(v, "a number such as -0.4") }
		table[i] = strictyaml.Field[params.Values]{Key: params.Specs[i].Key, Read: read}
	}
	return table
}

// finite reads a number that is neither infinite nor huge.
func finite(v strictyaml.Value, want string) (float64, bool) {
	text, ok := v.Scalar()
	x, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(math.Abs(x) < 1e6) {
		v.Errorf("", "found %s, expected %s", v, want)
		return 0, false
	}
	return x, true
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

// parseCalibration reads one calibration; file names it in messages. The error is an hwprofiles.Errors.
func parseCalibration(file string, data []byte) (*Calibration, error) {
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

// Encode returns the calibration as a file that parseCalibration reads back. One calibration always gives the same
// bytes.
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
	c.encodeRows(&b)
	return b.Bytes()
}

// encodeRows writes the measurements with their slopes, so that a later fit can use them.
func (c *Calibration) encodeRows(b *bytes.Buffer) {
	if len(c.Rows) == 0 {
		return
	}
	b.WriteString("rows: # what each measurement says of the parameters: slopes are of log time by log parameter\n")
	for i := range c.Rows {
		r := &c.Rows[i]
		var slopes []string
		for p, s := range params.Specs {
			if math.Abs(r.Slope[p]) >= 5e-4 {
				slopes = append(slopes, fmt.Sprintf("%s: %.3f", s.Key, r.Slope[p]))
			}
		}
		fmt.Fprintf(b, "  - {model: %s, network: %s, batch: %d, ratio: %.5g, slope: {%s}}\n",
			strconv.Quote(r.Model), strconv.Quote(r.Network), r.Batch, r.Ratio, strings.Join(slopes, ", "))
	}
}

// FileName returns how the calibration's file is called.
func (c *Calibration) FileName() string {
	return strings.ReplaceAll(c.Slice.String(), "/", "--") + ".yaml"
}
