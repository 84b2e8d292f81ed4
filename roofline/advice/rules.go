package advice

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Rule is one thing that may help.
type Rule struct {
	ID       string // never changes
	Category string // precision, runtime, setting, input, graph, model
	Doc      string // what the change is
	Source   string // where the rule is known from
	Accuracy bool   // the model's results may change
	Effort   string // what it takes a person
	slot     slot   // rules of one slot change the same thing: one of them is combined with others; "" for none
	each     bool   // every trial that saves more than those before it is advice, not the best alone
	first    bool   // the first trial that meets the target is the advice; without one the first that saves enough
	// perSample says that savings are of as many samples as the base has
	perSample bool
	try       func(q *Question, base *roofline.Estimate) []trial // returns changes that may save time
}

type slot string

// A trial is one way to follow a rule.
type trial struct {
	what     string                     // in words
	detail   string                     // where, in words
	affected []string                   // nodes by name
	change   func(Setup) (Setup, error) // makes the setup
}

// Efforts.
const (
	aSetting = "a setting"        // of the runtime or device
	quantise = "convert, check"   // with data to check it by
	export   = "export again"     // with other settings
	edit     = "change the graph" // of the file
	code     = "another engine"   // in the program around it
	train    = "train again"      // with data
)

// The documents that rules are known from.
const (
	trex = "NVIDIA TensorRT release/10.13, tools/experimental/trt-engine-explorer/trex/lint.py"
	mlia = "Arm MLIA, advice on operators and alternatives"
)

// rules lists what is tried. Nothing else lists it.
var rules = []Rule{
	{ID: "precision", Category: "precision",
		Doc:    "run floating-point work in a narrower type that the device has",
		Source: trex + " (mixed precision)", Accuracy: true,
		Effort: quantise, slot: "precision", each: true, try: narrower},
	{ID: "runtime", Category: "runtime",
		Doc:    "run in another inference engine that runs on the device",
		Source: "profiles of runtimes",
		Effort: aSetting, slot: "runtime", try: engines},
	{ID: "threads", Category: "setting",
		Doc:    "use another number of threads of a CPU",
		Source: "profiles of devices",
		Effort: aSetting, slot: "threads", try: threads},
	{ID: "power-mode", Category: "setting",
		Doc:    "choose a power mode with higher clocks",
		Source: "profiles of devices",
		Effort: aSetting, slot: "mode", try: modes},
	{ID: "batch", Category: "input",
		Doc:    "take several samples at once: each waits longer, all are done sooner",
		Source: "knee of a sweep at 90 % of the best throughput",
		Effort: aSetting, perSample: true, try: batches},
	{ID: "size", Category: "input",
		Doc:      "take smaller images",
		Source:   "fewer pixels are less work and traffic",
		Accuracy: true,
		Effort:   export, slot: "size", each: true, first: true, try: sizes},
	{ID: "odd-shape", Category: "input",
		Doc:      "take images and sequences whose sides are multiples of 32 and 8",
		Source:   "NVIDIA deep learning performance guide: dimensions in multiples of the tile",
		Accuracy: true,
		Effort:   export, slot: "size", try: oddShapes},
	{ID: "aligned-channels", Category: "model",
		Doc: "make channels whole blocks of what matrix units take: 8 of 16 bits, 16 of 8 bits, 32 of 4 bits, or the " +
			"side of a systolic array",
		Source: trex + " (alignment)", Accuracy: true,
		Effort: train, slot: "channels", try: aligned},
	{ID: "few-channels", Category: "model",
		Doc:    "avoid layers of fewer than 32 channels, which do not fill matrix units",
		Source: trex + " (convolutions outside tensor cores)", Accuracy: true,
		Effort: train, slot: "channels", try: narrow},
	{ID: "sparsity", Category: "model",
		Doc:    "prune two of four weights, which tensor cores take at twice the rate; the saving is the most there is",
		Source: "NVIDIA, Accelerating Sparse Deep Neural Networks, arXiv:2104.08378", Accuracy: true,
		Effort: train, slot: "sparsity", try: sparse},
	{ID: "cached-weights", Category: "model",
		Doc: "have no more weights than stay in the cache, or on the chip, between two inferences; the saving is the most " +
			"there is",
		Source: "profiles of devices; Coral, parameter data caching", Accuracy: true,
		Effort: train, slot: "cache", try: cached},
	{ID: "duplicates", Category: "graph",
		Doc:    "do once what several nodes do alike: same operator, inputs and attributes",
		Source: "ONNX Runtime graph optimisations: common subexpression elimination",
		Effort: edit, slot: "duplicates", try: duplicates},
	{ID: "int8-islands", Category: "graph",
		Doc: "leave single layers in floating point that are quantised between floating-point neighbours: converting " +
			"costs more than it saves",
		Source: trex + " (mixed precision, reformats)", Accuracy: true,
		Effort: edit, slot: "graph", try: islands},
	{ID: "casts", Category: "graph",
		Doc:    "leave values in one floating-point type: casts between two, and the work in the wider one, cost traffic",
		Source: trex + " (type-changing reformats)", Accuracy: true,
		Effort: export, slot: "graph", try: casts},
	{ID: "unfused-attention", Category: "graph",
		Doc:    "write attention as one operator where the runtime fuses attention, but not that of this graph",
		Source: "ONNX Attention, operator set 23",
		Effort: export, slot: "attention", try: unfused},
	{ID: "post-processing", Category: "graph",
		Doc: "end the graph before non-maximum suppression or a last selection, and " +
			"do that on the host",
		Source: "NVIDIA TensorRT EfficientNMS plugin and ONNX NonMaxSuppression: selections of boxes in graphs",
		Effort: export, slot: "graph", try: postprocess},
	{ID: "final-layer", Category: "model",
		Doc: "make the last matrix product smaller: fewer classes or words; the saving " +
			"is that of leaving it out, the most there is",
		Source:   "share of the weights in the last matrix product",
		Accuracy: true,
		Effort:   train, slot: "graph", try: finalLayer},
	{ID: "dense-convolutions", Category: "model",
		Doc:    "make grouped and depthwise convolutions dense where that is faster",
		Source: mlia + "; EfficientNetV2 (fused MBConv)", Accuracy: true,
		Effort: train, slot: "graph", try: ungroup},
	{ID: "dangling-qdq", Category: "graph",
		Doc: "take out pairs of QuantizeLinear and DequantizeLinear that feed no matrix " +
			"work",
		Source: trex + " (QDQ)", Accuracy: true,
		Effort: edit, slot: "graph", try: dangling},
	{ID: "fused-attention", Category: "graph",
		Doc:    "run attention as one kernel, with the scores kept on chip",
		Source: "FlashAttention, Dao et al. 2022",
		Effort: code, slot: "runtime", try: fused("attention in one kernel", "attention")},
	{ID: "fused-chains", Category: "graph",
		Doc:    "fuse elementwise steps and normalisations with their neighbours",
		Source: trex + " (reformats and pointwise chains)",
		Effort: code, slot: "runtime", try: fused("elementwise chains fused", chains...)},
	{ID: "fewer-moves", Category: "graph",
		Doc:    "fuse or avoid layout changes, concatenations and slices",
		Source: trex + " (reformats)",
		Effort: code, slot: "runtime", try: fused("layout changes fused", "index", "transpose", "slice view")},
	{ID: "network", Category: "model",
		Doc:    "another network of the same task whose published accuracy is no lower",
		Source: "published accuracies of the built-in networks", Accuracy: true,
		Effort: train, try: networks},
}

// chains lists the passes that fuse elementwise steps and normalisations.
var chains = []string{"layer norm", "rms norm", "group norm", "softmax", "gelu", "silu", "hard swish", "bias",
	"epilogue", "elementwise", "reduction"}

// Rules returns the table.
func Rules() []Rule { return slices.Clone(rules) }

// narrower tries precisions that are faster on the device.
func narrower(q *Question, base *roofline.Estimate) (out []trial) {
	for _, c := range roofline.Narrower(q.Device, base.Ran) {
		out = append(out, trial{what: "precision " + c.Short(), change: func(s Setup) (Setup, error) {
			s.Options.Precision, s.Changed.Precision = c, c.Short()
			return s, nil
		}})
	}
	return out
}

// engines tries the other runtimes of the device.
func engines(q *Question, base *roofline.Estimate) (out []trial) {
	if base.Tuning == nil {
		return nil
	}
	for _, id := range q.Runtimes {
		if id == base.Tuning.Runtime.ID {
			continue
		}
		out = append(out, trial{what: "runtime " + id, change: func(s Setup) (Setup, error) {
			t, err := q.With(id)
			s.Options.Tuner, s.Changed.Runtime = t, id
			return s, err
		}})
	}
	return out
}

// threads tries half of the threads, a quarter and so on.
func threads(q *Question, _ *roofline.Estimate) (out []trial) {
	now := q.Options.Threads
	for n := q.Device.Threads; n >= 1; n /= 2 {
		if n == now || n == q.Device.Threads && now == 0 {
			continue
		}
		out = append(out, trial{what: fmt.Sprintf("%d threads", n), change: func(s Setup) (Setup, error) {
			s.Options.Threads, s.Changed.Threads = n, n
			return s, nil
		}})
	}
	return out
}

// modes tries the device's other power modes.
func modes(q *Question, _ *roofline.Estimate) (out []trial) {
	for i := range q.Modes {
		m := &q.Modes[i]
		if !m.Known() || strings.HasSuffix(q.Device.ID, "@"+m.ID) {
			continue
		}
		out = append(out, trial{what: "power mode " + m.ID, change: func(s Setup) (Setup, error) {
			d, err := q.InMode(m.ID)
			if err == nil {
				s.Device, s.Changed.Device = d, d.ID
			}
			return s, err
		}})
	}
	return out
}

// largestBatch gives the largest batch that is tried.
const largestBatch = 64

// batches tries larger batches, and keeps those that raise the throughput.
func batches(q *Question, base *roofline.Estimate) (out []trial) {
	type step struct {
		batch int64
		rate  float64
	}
	var steps []step
	best := base.Throughput()
	for n := 2 * max(base.Batch, 1); n <= largestBatch; n *= 2 {
		s := q.Setup
		s.Bindings.Batch = n
		e, err := s.Run()
		if err != nil || e.Room == roofline.RoomNone {
			break
		}
		steps = append(steps, step{n, e.Throughput()})
		best = max(best, e.Throughput())
	}
	const knee = 0.9
	for _, s := range steps {
		if s.rate >= knee*best {
			return []trial{{what: fmt.Sprintf("batch %d", s.batch), change: func(x Setup) (Setup, error) {
				x.Bindings.Batch, x.Changed.Batch = s.batch, s.batch
				return x, nil
			}}}
		}
	}
	return nil
}

// sizes tries smaller images or widths.
func sizes(q *Question, _ *roofline.Estimate) (out []trial) {
	if zoo.IsSpec(q.Spec) {
		for _, v := range zoo.Smaller(q.Spec) {
			out = append(out, trial{what: v.What, change: func(s Setup) (Setup, error) {
				p, err := q.Load(v.Spec)
				s.Plan, s.Changed.Spec = p, v.Spec
				return s, err
			}})
		}
		return out
	}
	for _, v := range roofline.SmallerImages(q.Plan, q.Bindings) {
		out = append(out, trial{what: v.What, change: func(s Setup) (Setup, error) {
			b, err := roofline.SizeBindings(s.Plan, s.Bindings, v.Height, v.Width)
			s.Bindings, s.Changed.Shapes = b, true
			return s, err
		}})
	}
	return out
}

// oddShapes takes a side of images down to a multiple of 32, and named dimensions to multiples of 8.
func oddShapes(q *Question, _ *roofline.Estimate) (out []trial) {
	h, w := roofline.ImageExtent(q.Plan, q.Bindings)
	if min(h, w) > sideBlock && (h%sideBlock != 0 || w%sideBlock != 0) {
		h, w = h/sideBlock*sideBlock, w/sideBlock*sideBlock
		what := fmt.Sprintf("images of %dx%d", h, w)
		out = append(out, trial{what: what, change: func(s Setup) (Setup, error) {
			if spec, ok := zoo.With(q.Spec, "size", h); ok && h == w {
				p, err := q.Load(spec)
				s.Plan, s.Changed.Spec = p, spec
				return s, err
			}
			b, err := roofline.SizeBindings(s.Plan, s.Bindings, h, w)
			s.Bindings, s.Changed.Shapes = b, true
			return s, err
		}})
	}
	for _, name := range slices.Sorted(maps.Keys(q.Bindings.Dims)) {
		n := q.Bindings.Dims[name]
		if n <= lengthBlock || n%lengthBlock == 0 {
			continue
		}
		down := n / lengthBlock * lengthBlock
		out = append(out, trial{what: fmt.Sprintf("%s %d", name, down), change: func(s Setup) (Setup, error) {
			s.Bindings.Dims = maps.Clone(s.Bindings.Dims)
			s.Bindings.Dims[name], s.Changed.Dim = down, fmt.Sprintf("%s=%d", name, down)
			return s, nil
		}})
	}
	return out
}

// The blocks of sides of images and of lengths of sequences.
const (
	sideBlock   = 32 // pixels that sides are rounded to
	lengthBlock = 8  // tokens that lengths are rounded to
)

// fused returns a trial of the runtime with more passes: those of the names that it lacks.
func fused(what string, names ...string) func(*Question, *roofline.Estimate) []trial {
	return func(_ *Question, base *roofline.Estimate) []trial {
		if base.Tuning == nil {
			return nil
		}
		return []trial{{what: what, change: func(s Setup) (Setup, error) {
			r := *base.Tuning.Runtime
			have := r.RuleNames(s.Device.Class)
			r.Rules = slices.Clone(r.Rules)
			added := 0
			for _, name := range names {
				if !slices.Contains(have, name) {
					r.Rules = append(r.Rules, runtimes.RuleUse{Name: name})
					added++
				}
			}
			if added == 0 || s.Options.Tuner == nil {
				return s, errNothing
			}
			t := *s.Options.Tuner
			t.Runtime, t.Namesakes = &r, nil
			s.Options.Tuner, s.Changed.Graph = &t, true
			return s, nil
		}}}
	}
}

// mostNetworks bounds how many networks are estimated.
const mostNetworks = 60

// builtIn returns the built-in network that a model is: by its name, or by its fingerprint among those of nearly as
// many parameters; nil for every other model.
func builtIn(q *Question, base *roofline.Estimate) *zoo.Entry {
	if zoo.IsSpec(q.Spec) {
		e, _, err := zoo.Lookup(q.Spec)
		if err != nil {
			return nil
		}
		return e
	}
	if q.Load == nil {
		return nil
	}
	const near = 0.05 // batch normalisation may be folded
	print := roofline.Fingerprint(base.Inferred)
	all := zoo.Entries()
	for i := range all {
		e := &all[i]
		if math.Abs(float64(e.Params-base.Params)) > near*float64(base.Params) {
			continue
		}
		p, err := q.Load(zoo.Prefix + e.Name)
		if err != nil {
			continue
		}
		if res, err := p.Run(infer.Bindings{}, nil); err == nil && roofline.Fingerprint(res) == print {
			return e
		}
	}
	return nil
}

// networks returns the built-in networks of the model's task with an accuracy by its metric that is no lower, and with
// no more work than twice its own, the lightest first.
func networks(q *Question, base *roofline.Estimate) (out []trial) {
	own := builtIn(q, base)
	if own == nil || own.Accuracy.Metric == "" {
		return nil
	}
	var near []zoo.Entry
	for _, e := range zoo.Entries() {
		if e.Task == own.Task && e.Name != own.Name && e.Accuracy.Metric == own.Accuracy.Metric &&
			e.Accuracy.Score() >= own.Accuracy.Score() && e.MACs <= 2*own.MACs {
			near = append(near, e)
		}
	}
	slices.SortStableFunc(near, func(a, b zoo.Entry) int { return int(min(max(a.MACs-b.MACs, -1), 1)) })
	for _, e := range near[:min(len(near), mostNetworks)] {
		spec := zoo.Prefix + e.Name
		out = append(out, trial{what: "network " + e.Name,
			detail: e.Accuracy.Figure() + ", now " + strings.TrimPrefix(own.Accuracy.Figure(), own.Accuracy.Metric+" "),
			change: func(s Setup) (Setup, error) {
				p, err := q.Load(spec)
				s.Plan, s.Changed.Spec = p, spec
				s.Bindings.Shapes, s.Bindings.Dims = nil, nil
				return s, err
			}})
	}
	return out
}
