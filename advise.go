package ridgepoint

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/advice"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// Advice lists what would help a model on a device: changes with what each saves, and the estimates behind them.
type Advice = advice.Answer

// A Target is what a model should reach; a zero limit is none.
type Target struct {
	Latency float64 // seconds for one inference
	FPS     float64 // samples per second
	Prices  *Prices // by which the cheapest device that meets it is sought; nil: none is
}

// Advise tries what might make a model faster on a device, and says what each change saves. With a target it also seeks
// the device of the least power that meets it.
func (e *Estimator) Advise(ctx context.Context, m *Model, device string, target Target, opt *Options) (*Advice, error) {
	if err := e.check(m); err != nil {
		return nil, err
	}
	d, err := e.Device(device)
	if err != nil {
		return nil, err
	}
	return e.advise(ctx, m, d, device, target, opt)
}

// advise says what might make a model faster on a device, which a command names so.
func (e *Estimator) advise(ctx context.Context, m *Model, d *Device, device string, target Target,
	opt *Options) (*Advice, error) {
	how, err := e.how(opt)
	if err != nil {
		return nil, err
	}
	b, err := opt.bindings()
	if err != nil {
		return nil, err
	}
	whole, _, _ := strings.Cut(d.ID, "@") // the device without a power mode
	q := &advice.Question{Spec: m.Spec, Load: e.load, Latency: target.Latency, FPS: target.FPS,
		Setup:  advice.Setup{Plan: m.plan, Bindings: b, Device: d, Options: how},
		InMode: func(mode string) (*Device, error) { return e.Device(whole + "@" + mode) },
		With: func(runtime string) (*roofline.Tuner, error) {
			o := Options{}
			if opt != nil {
				o = *opt
			}
			o.Runtime = runtime
			return e.tunerFor(&o)
		},
		Elsewhere: how}
	if all, err := e.Device(whole); err == nil { // a profile by its path may be in no catalogue
		q.Modes = all.Modes
	}
	for _, r := range e.tuner.Runtimes.On(d) {
		q.Runtimes = append(q.Runtimes, r.ID)
	}
	if target.Latency > 0 || target.FPS > 0 {
		q.Price = target.price
		all, broken := e.Devices(nil)
		e.warn(broken)
		q.Devices = all
		q.Elsewhere.Threads = 0
	}
	a, err := q.Answer(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Spec, err)
	}
	a.Base.Model = m.Name
	for i := range a.Advice {
		a.Advice[i].Verify = verifies(m.Spec, device, opt, &a.Advice[i])
	}
	if a.Combined != nil {
		a.Combined.Verify = verifies(m.Spec, device, opt, a.Combined)
	}
	return a, nil
}

// price returns what an hour of the device of an estimate costs, nil where no price is known.
func (t *Target) price(e *Estimate) *advice.Price {
	watts := 0.0
	if en := energy.OfEstimate(e); en != nil {
		watts = en.Watts
	}
	c := t.Prices.Of(e.Device, watts)
	if c == nil {
		return nil
	}
	return &advice.Price{Hour: c.Hour, Currency: t.Prices.Currency, Assumes: c.Assumes}
}

// verifies returns the command that repeats an estimate of advice, or where the graph itself is changed, the one that
// shows the kernels in question.
func verifies(spec, device string, opt *Options, x *advice.Advice) string {
	o := Options{}
	if opt != nil {
		o = *opt
	}
	c := &x.Changed
	command := "estimate"
	if c.Set != "" {
		command = "whatif"
	}
	args := []string{"ridgepoint", command, shellQuoted(cmp.Or(c.Spec, spec)), "--device",
		shellQuoted(cmp.Or(c.Device, device))}
	add := func(flag, value string) {
		if value != "" && value != "0" {
			args = append(args, flag, shellQuoted(value))
		}
	}
	add("--runtime", cmp.Or(c.Runtime, o.Runtime))
	add("--precision", cmp.Or(c.Precision, o.Precision))
	add("--batch", strconv.FormatInt(max(c.Batch, o.Batch), 10))
	add("--threads", strconv.Itoa(cmp.Or(c.Threads, o.Threads)))
	for _, dim := range slices.Sorted(maps.Keys(o.Dims)) {
		if strings.HasPrefix(c.Dim, dim+"=") {
			continue
		}
		add("--dim", dim+"="+strconv.FormatInt(o.Dims[dim], 10))
	}
	if c.Spec == "" || !zoo.IsSpec(spec) {
		for _, in := range slices.Sorted(maps.Keys(x.Setup.Bindings.Shapes)) {
			var sides []string
			for _, n := range x.Setup.Bindings.Shapes[in] {
				sides = append(sides, strconv.FormatInt(n, 10))
			}
			add("--shape", in+"="+strings.Join(sides, "x"))
		}
	}
	add("--dim", c.Dim)
	add("--set", c.Set)
	if c.Graph && c.Set == "" {
		args = append(args, "--by", "kernel")
	}
	return strings.Join(args, " ")
}

// shellQuoted returns a word that a shell takes as it is written.
func shellQuoted(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:=@,+", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
