package ridgepoint

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A Request is a whole request of a generator that is made of several networks.
type Request = serve.Request

// RequestOptions say what is asked of a generator, and how it runs.
type RequestOptions struct {
	Audio     time.Duration // of sound to be heard; 0: half a minute
	Images    int64         // pictures; 0: one
	Steps     int64         // of the denoiser for each picture; 0: 30
	Precision string        // "": fp16, or the model's own where the device has none
	Runtime   string        // of Options
}

// A generator is networks that answer a request together.
type generator struct {
	name  string
	parts func(o *RequestOptions) []serve.Part
	unit  string
	units func(o *RequestOptions) float64
	notes []string
}

// wordsHeard counts the tokens that a second of speech gives: 150 words a minute of 1.3 tokens.
const wordsHeard = 150 / 60. * 1.3

// window limits what Whisper hears at once.
const window = 30 * time.Second

const (
	sounds   = "seconds of sound"
	pictures = "pictures"
)

// generators lists those that are built in, whose networks are in the zoo.
var generators = []generator{
	hearer("whisper-tiny"), hearer("whisper-base"), hearer("whisper-small"), hearer("whisper-medium"),
	hearer("whisper-large-v3"),
	painter("sd15", "sd15-unet", 512), painter("sdxl", "sdxl-unet", 1024),
}

// Generators lists the generators that Generate knows.
func Generators() []string {
	var out []string
	for i := range generators {
		out = append(out, generators[i].name)
	}
	return out
}

// hearer returns a size of Whisper: each half a minute is encoded once and written token by token.
func hearer(name string) generator {
	return generator{name, func(o *RequestOptions) []serve.Part {
		windows := int64(math.Ceil(float64(o.Audio) / float64(window)))
		tokens := int64(math.Ceil(o.Audio.Seconds() * wordsHeard))
		decoder := "zoo:" + name + "-decoder"
		return []serve.Part{
			{Name: "encoder", Model: "zoo:" + name + "-encoder", Times: windows},
			{Name: "prompt", Model: decoder + "?seq=4&past=0", Times: windows},
			{Name: "token", Model: decoder + "?seq=1&past=50", Times: max(tokens, 1)},
		}
	}, sounds, func(o *RequestOptions) float64 { return o.Audio.Seconds() },
		[]string{"speech of 150 words a minute and 1.3 tokens a word; no beams", "the spectrogram is not in the time"}}
}

// painter returns a diffusion model with guidance: each step is a batch of two.
func painter(name, denoiser string, size int) generator {
	return generator{name, func(o *RequestOptions) []serve.Part {
		return []serve.Part{
			{Name: "denoiser", Model: "zoo:" + denoiser + "?batch=2", Times: o.Images * o.Steps},
			{Name: "picture decoder", Model: fmt.Sprintf("zoo:sd-vae-decoder?size=%d", size), Times: o.Images},
		}
	}, pictures, func(o *RequestOptions) float64 { return float64(o.Images) },
		[]string{"with guidance: each step is of two samples", "the text encoder is not in the time: it runs once"}}
}

// IsGenerator reports whether Generate knows a model.
func IsGenerator(spec string) bool { return generatorOf(spec) != nil }

// generatorOf returns the generator of a spec, nil where the spec names none.
func generatorOf(spec string) *generator {
	name := strings.ToLower(strings.TrimPrefix(spec, "zoo:"))
	for i := range generators {
		if generators[i].name == name {
			return &generators[i]
		}
	}
	return nil
}

// Generate forecasts a whole request of a generator on a device: Whisper over some sound, or Stable Diffusion over some
// pictures and steps.
func (e *Estimator) Generate(spec, device string, o *RequestOptions) (*Request, error) {
	g := generatorOf(spec)
	if g == nil {
		return nil, fmt.Errorf("there is no generator %q; expected one of %s", spelling.Clip(spec),
			strings.Join(Generators(), ", "))
	}
	d, err := e.Device(device)
	if err != nil {
		return nil, err
	}
	asked, err := o.filled(g)
	if err != nil {
		return nil, err
	}
	r := &Request{Model: g.name, Device: d, Parts: g.parts(asked), Unit: g.unit, Units: g.units(asked), Notes: g.notes}
	for i := range r.Parts {
		if err := e.timePart(&r.Parts[i], device, asked); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Bounds of a request, against mistakes.
const (
	mostSound  = 1000 * time.Hour
	mostImages = 100000
	mostSteps  = 10000
)

// filled returns the options with what was left out.
func (o *RequestOptions) filled(g *generator) (*RequestOptions, error) {
	out := RequestOptions{}
	if o != nil {
		out = *o
	}
	switch {
	case out.Audio < 0 || out.Audio > mostSound:
		return nil, fmt.Errorf("found %v of sound, expected more than none and at most %v", out.Audio, mostSound)
	case out.Images < 0 || out.Images > mostImages:
		return nil, fmt.Errorf("found %d pictures, expected 1 to %d", out.Images, mostImages)
	case out.Steps < 0 || out.Steps > mostSteps:
		return nil, fmt.Errorf("found %d steps, expected 1 to %d", out.Steps, mostSteps)
	case g.unit == sounds && (out.Images > 0 || out.Steps > 0):
		return nil, fmt.Errorf("found pictures or steps for %s, expected sound alone", g.name)
	case g.unit == pictures && out.Audio > 0:
		return nil, fmt.Errorf("found sound for %s, expected pictures and steps", g.name)
	}
	if out.Audio == 0 {
		out.Audio = window
	}
	if out.Images == 0 {
		out.Images = 1
	}
	if out.Steps == 0 {
		out.Steps = 30
	}
	return &out, nil
}

// timePart estimates a part.
func (e *Estimator) timePart(p *serve.Part, device string, o *RequestOptions) error {
	m, err := e.Load(p.Model)
	if err != nil {
		return err
	}
	how := Options{Precision: o.Precision, Runtime: o.Runtime}
	if how.Precision == "" {
		how.Precision = "fp16"
	}
	one, err := e.Estimate(m, device, &how)
	var none *TypeError
	if o.Precision == "" && errors.As(err, &none) {
		how.Precision = ""
		one, err = e.Estimate(m, device, &how)
	}
	if err != nil {
		return err
	}
	l := &one.Latency
	if l.Expected == nil || l.Low == nil || l.High == nil {
		return fmt.Errorf("%s on %s: found no runtime that an expected time is known of, only a lower bound of %s; expected "+
			"a device with one", p.Model, one.Device.ID, units.Short(l.SpeedOfLight, units.Seconds))
	}
	p.Each = serve.Time{SpeedOfLight: l.SpeedOfLight, Expected: *l.Expected, Low: *l.Low, High: *l.High}
	p.Runtime, p.Precision, p.Basis = one.Tuning.Runtime.ID, one.Precision.Short(), report.Basis(one.Tuning)
	return nil
}
