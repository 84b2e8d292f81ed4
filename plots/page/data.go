package page

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/plots/export"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A data holds the figures of a section for the script, in base units. What has a name for people is in the tables.
type data struct {
	Title    string   `json:"title"`
	Label    string   `json:"label"` // short, to choose by
	File     string   `json:"file"`  // name of downloads, without a suffix
	Expected bool     `json:"expected"`
	Total    figure   `json:"total"`   // seconds
	Device   figure   `json:"device"`  // seconds of all kernels
	Seconds  []figure `json:"seconds"` // of kernels, in execution order
	Light    []figure `json:"light"`
	FLOPs    []figure `json:"flops"`
	Bytes    []figure `json:"bytes"`
	Class    []string `json:"class"`
	Roofs    []roof   `json:"roofs"`
	Levels   []level  `json:"levels"`
	Alive    []int64  `json:"alive"` // bytes of activations at each step
	Steps    []string `json:"steps"` // names of those steps
	Sweep    *sweep   `json:"sweep"`
	Weights  int64    `json:"weights"`
}

type roof struct {
	Name string `json:"name"`
	Rate figure `json:"rate"`
	Unit string `json:"unit"`
}

type level struct {
	Name string `json:"name"`
	Rate figure `json:"rate"` // B/s
}

// A sweep holds the curves of a sweep; Low and High are empty without a runtime.
type sweep struct {
	Value []int64  `json:"value"`
	Mid   []figure `json:"mid"` // seconds
	Low   []figure `json:"low"`
	High  []figure `json:"high"`
	Light []figure `json:"light"`
	Rate  []figure `json:"rate"` // samples a second
}

// A figure is a number of four digits: more would make pages larger and nothing clearer.
type figure float64

// MarshalJSON writes the number; what is no number is null.
func (f figure) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(f), 'g', 4, 64), nil
}

// dataOf returns the figures of a section.
func dataOf(p *Part, parts []export.Part, title, file string) *data {
	e := p.Estimate
	out := &data{Title: title, Label: labelOf(e), File: file, Expected: e.Latency.Expected != nil,
		Total: figure(e.Latency.Best()), Device: figure(e.Spent.Device), Alive: e.Alive, Weights: e.WeightBytes}
	for i := range parts {
		k := &parts[i]
		class := "host"
		if k.Layer != nil {
			class = k.Layer.Class.String()
		}
		out.Class = append(out.Class, class)
		out.Seconds, out.Light = append(out.Seconds, figure(k.Seconds)), append(out.Light, figure(k.Light))
		out.FLOPs, out.Bytes = append(out.FLOPs, figure(k.FLOPs)), append(out.Bytes, figure(k.Bytes))
	}
	roofs, levels := plots.Roofs(e)
	for _, r := range roofs {
		out.Roofs = append(out.Roofs, roof{visible.Text(r.Name), figure(r.Rate), r.Unit})
	}
	for _, l := range levels {
		out.Levels = append(out.Levels, level{visible.Text(l.Name), figure(l.Rate)})
	}
	for i := range min(len(e.Alive), len(e.Inferred.Steps)) {
		out.Steps = append(out.Steps, visible.Text(e.Inferred.Steps[i].Node.Name))
	}
	if len(p.Sweep) > 0 {
		out.Sweep = sweepOf(p.Sweep)
	}
	return out
}

// labelOf names an estimate by what sets it apart from others.
func labelOf(e *roofline.Estimate) string {
	words := []string{e.Model, e.Device.ID}
	if e.Tuning != nil {
		words = append(words, e.Tuning.Runtime.ID)
	}
	return visible.Text(strings.Join(append(words, e.Precision.Short()), " · "))
}

// sweepOf returns a sweep as the page's script takes it.
func sweepOf(points []roofline.SweepPoint) *sweep {
	s := new(sweep)
	for i := range points {
		l := &points[i].Latency
		s.Value, s.Mid = append(s.Value, points[i].Value), append(s.Mid, figure(l.Best()))
		s.Light, s.Rate = append(s.Light, figure(l.SpeedOfLight)), append(s.Rate, figure(points[i].Throughput()))
		if l.Expected != nil {
			s.Low, s.High = append(s.Low, figure(*l.Low)), append(s.High, figure(*l.High))
		}
	}
	return s
}

// A file is something to download, packed.
type file struct {
	Suffix string
	Kind   string        // media type
	Name   string        // for people
	Packed bool          // the file itself is in the gzip format, and is saved so
	Base64 template.HTML // an alphabet that needs no escape
}

// filesOf returns what a section has to download.
func filesOf(e *roofline.Estimate) ([]file, error) {
	in := &export.Input{Estimates: []*roofline.Estimate{e}}
	exported := func(name string) func(io.Writer) error {
		return func(w io.Writer) error {
			f, err := export.Find(name)
			if err != nil {
				return err
			}
			return f.Write(w, in)
		}
	}
	csv := func(w io.Writer) error {
		f, err := report.Lookup("csv")
		if err != nil {
			return err
		}
		return f.Write(w, report.Estimate(e, report.View{}))
	}
	out := []file{
		{Suffix: ".csv", Kind: "text/csv", Name: "CSV"},
		{Suffix: ".pb.gz", Kind: "application/octet-stream", Name: "pprof", Packed: true},
		{Suffix: ".trace.json", Kind: "application/json", Name: "trace"},
	}
	for i, write := range []func(io.Writer) error{csv, exported("pprof"), exported("trace")} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, err
		}
		text, err := b.Bytes(), error(nil)
		if !out[i].Packed {
			if text, err = packed(text); err != nil {
				return nil, err
			}
		}
		out[i].Base64 = template.HTML(base64.StdEncoding.EncodeToString(text))
	}
	return out, nil
}

// packed returns data in the gzip format.
func packed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// encoded returns the figures of a section as text for the page.
func encoded(d *data) (string, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	text, err = packed(text)
	return base64.StdEncoding.EncodeToString(text), err
}
