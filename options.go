package ridgepoint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/numlist"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

// Options say how a model is run. The zero Options, and nil, run it as it was exported, in its own precision, in the
// default runtime of the device.
type Options struct {
	Batch     int64              // samples per inference; 0: as exported, or 1 where the model leaves it open
	Dims      map[string]int64   // free dimensions by name, such as sequence
	Shapes    map[string][]int64 // shapes of inputs by name
	Trips     int64              // iterations of loops whose number depends on run-time data; 0: not said
	Precision string             // of floating-point work, one of Precisions(); "": the model's own
	// id or alias of the inference engine; "": the device's default; NoRuntime: lower bound only
	Runtime   string
	Threads   int           // of a CPU; 0: all
	Fusion    string        // with NoRuntime, the kernels that are fused: none, epilogue or full; "": full
	Causal    bool          // attention is causal: scores above the diagonal are not computed
	Overhead  time.Duration // of work before and after each inference, such as resizing and NMS: added to its latency
	Size      Size          // of images; the zero Size: the model's own
	Transfers bool          // inputs and outputs are copied between the host and a device that is no CPU
}

// NoRuntime gives the Runtime that asks for the lower bound alone.
const NoRuntime = "none"

// A TypeError says that a device does no work in the type that a model is in or was asked for.
type TypeError = roofline.TypeError

// Precisions returns the names that Options.Precision takes, widest first.
func Precisions() []string { return roofline.Precisions() }

// ParsePrecision returns the name that Precisions has for a precision.
func ParsePrecision(text string) (string, error) {
	t, err := roofline.ParsePrecision(text)
	if err != nil {
		return "", err
	}
	return t.Short(), nil
}

// bindings returns what the options give named dimensions, shapes and loops. Negative numbers are
// errors.
func (o *Options) bindings() (infer.Bindings, error) {
	if o == nil {
		return infer.Bindings{}, nil
	}
	b := infer.Bindings{Batch: o.Batch, Trip: o.Trips, Dims: o.Dims, Shapes: make(map[string]graph.Shape, len(o.Shapes))}
	if o.Batch < 0 || o.Trips < 0 {
		return b, fmt.Errorf("found batch %d and %d loop iterations, expected positive numbers, or 0 for the defaults",
			o.Batch, o.Trips)
	}
	for name, s := range o.Shapes {
		b.Shapes[name] = s
	}
	return b, nil
}

// SetDim binds a free dimension by a text such as seq=128.
func (o *Options) SetDim(text string) error {
	i := strings.LastIndex(text, "=")
	if i < 1 {
		return errors.New("expected NAME=N, for example seq=128")
	}
	v, err := strconv.ParseInt(text[i+1:], 10, 64)
	if err != nil || v < 0 {
		return fmt.Errorf("%q is not a number of elements; expected NAME=N, for example seq=128", text[i+1:])
	}
	if o.Dims == nil {
		o.Dims = map[string]int64{}
	}
	o.Dims[text[:i]] = v
	return nil
}

// SetShape gives an input its shape by a text such as images=1x3x640x640; that of a scalar is empty.
func (o *Options) SetShape(text string) error {
	i := strings.LastIndex(text, "=")
	if i < 1 {
		return errors.New("expected INPUT=SHAPE, for example images=1x3x640x640")
	}
	shape := []int64{}
	if sides := text[i+1:]; sides != "scalar" {
		for _, part := range strings.FieldsFunc(sides, func(c rune) bool { return c == 'x' || c == ',' }) {
			v, err := strconv.ParseInt(part, 10, 64)
			if err != nil || v < 0 {
				return fmt.Errorf("%q is not a dimension; expected for example images=1x3x640x640", part)
			}
			shape = append(shape, v)
		}
	}
	if o.Shapes == nil {
		o.Shapes = map[string][]int64{}
	}
	o.Shapes[text[:i]] = shape
	return nil
}

// ParseList reads a list of positive numbers such as 1,2,4..256, in which a range doubles, or 320..640:32, in which it
// adds.
func ParseList(text string) ([]int64, error) { return numlist.Parse(text) }

// how turns options into those of package roofline.
func (e *Estimator) how(o *Options) (opt roofline.Options, err error) {
	if o == nil {
		o = new(Options)
	}
	opt.Causal, opt.Threads, opt.Transfers = o.Causal, o.Threads, o.Transfers
	if opt.Outside = o.Overhead.Seconds(); opt.Outside < 0 {
		return opt, fmt.Errorf("found an overhead of %s, expected 0 or more", o.Overhead)
	}
	if opt.Precision, err = roofline.ParsePrecision(o.Precision); err != nil {
		return opt, err
	}
	if o.Fusion != "" {
		if opt.Fusion, err = lower.ParseLevel(o.Fusion); err != nil {
			return opt, err
		}
	}
	opt.Tuner, err = e.tunerFor(o)
	return opt, err
}

// tunerFor returns what the options expect of runtimes; nil for the lower bound alone.
func (e *Estimator) tunerFor(o *Options) (*roofline.Tuner, error) {
	switch {
	case o.Runtime == NoRuntime, o.Runtime == "" && o.Fusion != "":
		return nil, nil
	case o.Fusion != "":
		return nil, fmt.Errorf("found fusion %s beside runtime %s: the runtime decides what is fused; expected runtime %s",
			o.Fusion, o.Runtime, NoRuntime)
	}
	t := e.tuner
	if o.Runtime != "" {
		named, err := t.Runtimes.Named(o.Runtime)
		if err != nil {
			return nil, err
		}
		t.Runtime, t.Namesakes = named[0], named[1:]
	}
	return &t, nil
}

// A setting is a model inferred under options, and how it is run.
type setting struct {
	model *Model // of the size asked for
	res   *infer.Result
	how   roofline.Options
}

// setting returns a model inferred under options, and how it is run.
func (e *Estimator) setting(m *Model, o *Options) (s setting, err error) {
	if m, o, err = e.sized(m, o); err != nil {
		return s, err
	}
	s.model = m
	if s.how, err = e.how(o); err != nil {
		return s, err
	}
	b, err := o.bindings()
	if err != nil {
		return s, err
	}
	s.res, err = m.infer(b)
	return s, err
}

// find returns the devices, each once, that are named by ids, aliases, id@MODE or paths of profiles.
func (e *Estimator) find(names []string) ([]*hwprofiles.Device, error) {
	var out []*hwprofiles.Device
	for _, name := range names {
		d, err := e.Device(name)
		if err != nil {
			return nil, err
		}
		same := func(o *hwprofiles.Device) bool { return o.ID == d.ID && o.Hash == d.Hash }
		if i := slices.IndexFunc(out, same); i >= 0 {
			e.warn(fmt.Errorf("%s is named more than once; it is taken once", d.ID))
			continue
		}
		out = append(out, d)
	}
	return out, nil
}
