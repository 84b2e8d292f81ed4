// Package conventions counts a model's operations as other tools count them.
//
// One model has many published "FLOPs", because tools differ in the unit (a
// multiply-add is one or two) and in which operators count. Each tool is a row
// of rules here; the totals are comparable only within a row.
package conventions

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A Unit says what a count counts.
type Unit uint8

// The units.
const (
	MAC  Unit = iota // a multiply-add is 1
	FLOP             // a multiply-add is 2
)

// String is MAC or FLOP.
func (u Unit) String() string { return [...]string{"MAC", "FLOP"}[u] }

// A Convention is how one tool counts.
type Convention struct {
	Name  string
	Unit  Unit
	Calls string // what the tool itself calls the figure
	Doc   string
	scale int64 // the total is the rules' sum times this
	rules [numKinds]rule
}

// A rule is what one operator counts for; nil for nothing.
type rule func(*fact) int64

// A fact is what rules can ask of one node.
type fact struct {
	macs   int64 // multiply-adds of its matrix work
	in     int64 // elements of the first input
	out    int64 // elements of the first output
	bias   int64 // elements of the output if there is a bias, else 0
	rows   int64 // normalised rows: elements over the length of the last axis
	window int64 // elements that a pooling window covers
	walked int64 // multiply-adds of a transposed convolution if each output element were charged a whole kernel
}

func macs(f *fact) int64   { return f.macs }
func biased(f *fact) int64 { return sat.Add(f.macs, f.bias) }
func walked(f *fact) int64 { return f.walked }

// twice is 2 FLOP a multiply-add and 1 for the bias.
func twice(f *fact) int64 { return sat.Add(sat.Mul(2, f.macs), f.bias) }

func perOut(n int64) rule     { return func(f *fact) int64 { return sat.Mul(n, f.out) } }
func perIn(n int64) rule      { return func(f *fact) int64 { return sat.Mul(n, f.in) } }
func perWindow(f *fact) int64 { return sat.Mul(f.window, f.out) }

// softmaxRows is n exponentials, n-1 additions and n divisions a row.
func softmaxRows(f *fact) int64 { return max(0, sat.Mul(3, f.out)-f.rows) }

// thop's rules, which Ultralytics doubles.
var thopRules = [numKinds]rule{
	conv: macs, transposed: walked, linear: macs, batchNorm: perOut(4), layerNorm: perOut(4), groupNorm: perOut(4),
	softmax: softmaxRows, globalPool: func(f *fact) int64 { return sat.Mul(f.window+1, f.out) }, averagePool: perOut(1),
	nearest: perOut(1), bilinear: perOut(11), bicubic: perOut(259),
}

// fvcore's rules, which timm prints.
var fvcoreRules = [numKinds]rule{
	conv: macs, transposed: macs, linear: macs, product: macs, batchNorm: perOut(2), layerNorm: perOut(5), groupNorm: perOut(5),
	globalPool: perIn(1), nearest: perOut(1), bilinear: perOut(4), sampler: perOut(4),
}

// Conventions lists the tools. The rules are read from the tools' sources.
var Conventions = []Convention{
	{Name: "fvcore", Unit: MAC, Calls: "flops", scale: 1, rules: fvcoreRules,
		Doc: "matrix work, normalisation and adaptive pooling; activations, additions and softmax are not counted"},
	{Name: "thop", Unit: MAC, Calls: "FLOPs or MACs", scale: 1, rules: thopRules,
		Doc: "layers that are modules: batch normalisation is 4 an element, products of two activations are not seen"},
	{Name: "ptflops", Unit: MAC, Calls: "GMac", scale: 1,
		Doc: "matrix work with bias, and 1 for each element of an activation, addition or pool",
		rules: [numKinds]rule{conv: biased, transposed: biased, linear: biased, product: macs, attention: macs, batchNorm: perOut(2),
			layerNorm: perOut(2), groupNorm: perOut(2), rectifier: perOut(1), exponential: perOut(1), globalPool: perIn(1),
			averagePool: perIn(1), maxPool: perIn(1), nearest: perOut(1), bilinear: perOut(1), bicubic: perOut(1), arithmetic: perOut(1)}},
	{Name: "ultralytics", Unit: FLOP, Calls: "GFLOPs", scale: 2,
		Doc:   "twice what thop counts, transposed convolutions by their input",
		rules: with(thopRules, transposed, macs)},
	{Name: "torchvision", Unit: MAC, Calls: "GFLOPS", scale: 1,
		Doc:   "convolutions and matrix products only, as torch.utils.flop_counter, halved; printed as GFLOPS",
		rules: [numKinds]rule{conv: macs, transposed: macs, linear: macs, product: macs, attention: macs}},
	{Name: "timm", Unit: MAC, Calls: "gmacs", scale: 1, rules: fvcoreRules,
		Doc: "as fvcore, which timm's benchmark uses where DeepSpeed is not installed"},
	{Name: "deepspeed", Unit: FLOP, Calls: "flops", scale: 1,
		Doc: "2 a multiply-add, bias, and 1 or more for each element of everything else; calflops counts the same way",
		rules: [numKinds]rule{conv: twice, transposed: twice, linear: func(f *fact) int64 { return sat.Mul(2, f.macs) },
			product: func(f *fact) int64 { return sat.Mul(2, f.macs) }, attention: func(f *fact) int64 { return sat.Mul(2, f.macs) },
			batchNorm: perOut(2), layerNorm: perOut(5), groupNorm: perOut(5), rectifier: perOut(1), exponential: perOut(1), softmax: perOut(1),
			globalPool: perIn(1), averagePool: perIn(1), maxPool: perIn(1), nearest: perOut(1), bilinear: perOut(1), bicubic: perOut(1), arithmetic: perOut(1)}},
	{Name: "onnx-tool", Unit: MAC, Calls: "MACs", scale: 1,
		Doc: "an instruction count: an exponential is 32, a division 4; transposed convolutions by their output",
		rules: [numKinds]rule{conv: biased, transposed: func(f *fact) int64 { return sat.Add(f.walked, f.bias) }, linear: biased, product: macs,
			attention: macs, batchNorm: perOut(31), layerNorm: func(f *fact) int64 { return sat.Add(sat.Mul(7, f.out), sat.Mul(29, f.rows)) },
			groupNorm: func(f *fact) int64 { return sat.Add(sat.Mul(7, f.out), sat.Mul(29, f.rows)) }, rectifier: perOut(1), exponential: perOut(32),
			softmax: perOut(36), globalPool: perIn(1), averagePool: perWindow, maxPool: perWindow, bilinear: perOut(4), bicubic: perOut(8), arithmetic: perOut(1)}},
}

func with(rules [numKinds]rule, k kind, r rule) [numKinds]rule {
	rules[k] = r
	return rules
}

// Find is the convention of a name.
func Find(name string) (*Convention, error) {
	var names []string
	for i := range Conventions {
		if Conventions[i].Name == name {
			return &Conventions[i], nil
		}
		names = append(names, Conventions[i].Name)
	}
	return nil, fmt.Errorf("no counting convention is called %q; there are %s", name, strings.Join(names, ", "))
}
