// Package conventions counts a model's operations as other tools count them.
//
// One model has many published "FLOPs", because tools differ in the unit (a
// multiply-add is one or two) and in which operators count. Each tool is a row
// of rules here; the totals are comparable only within a row.
package conventions

import (
	"fmt"
	"strings"
)

// A Unit says what a count counts.
type Unit uint8

// The units.
const (
	MAC  Unit = iota // a multiply-add is 1
	FLOP             // a multiply-add is 2
)

// String returns MAC or FLOP.
func (u Unit) String() string { return [...]string{"MAC", "FLOP"}[u] }

// A Convention is how one tool counts.
type Convention struct {
	Name  string  // as --as takes it
	Unit  Unit    // what the tool counts
	Calls string  // what the tool itself calls the figure
	Doc   string  // what the tool counts and leaves out
	scale int64   // the total is the rules' sum times this
	rules ruleSet // by group of operators
}

// Conventions lists the tools. The rules are read from the tools' sources.
var Conventions = []Convention{
	{Name: "fvcore", Unit: MAC, Calls: "flops", scale: 1, rules: fvcoreRules,
		Doc: "matrix work, normalisation and adaptive pooling; activations, additions and softmax are not counted"},
	{Name: "thop", Unit: MAC, Calls: "FLOPs or MACs", scale: 1, rules: thopRules,
		Doc: "layers that are modules: batch normalisation is 4 an element, products of two activations are not seen"},
	{Name: "ptflops", Unit: MAC, Calls: "GMac", scale: 1, rules: ptflopsRules,
		Doc: "matrix work with bias, and 1 for each element of an activation, addition or pool"},
	{Name: "ultralytics", Unit: FLOP, Calls: "GFLOPs", scale: 2, rules: with(thopRules, transposed, counts(macs)),
		Doc: "twice what thop counts, transposed convolutions by their input"},
	{Name: "torchvision", Unit: MAC, Calls: "GFLOPS", scale: 1, rules: torchvisionRules,
		Doc: "convolutions and matrix products only, as torch.utils.flop_counter, halved; printed as GFLOPS"},
	{Name: "timm", Unit: MAC, Calls: "gmacs", scale: 1, rules: fvcoreRules,
		Doc: "as fvcore, which timm's benchmark uses where DeepSpeed is not installed"},
	{Name: "deepspeed", Unit: FLOP, Calls: "flops", scale: 1, rules: deepspeedRules,
		Doc: "2 a multiply-add, bias, and 1 or more for each element of everything else; calflops counts the same way"},
	{Name: "onnx-tool", Unit: MAC, Calls: "MACs", scale: 1, rules: onnxToolRules,
		Doc: "an instruction count: an exponential is 32, a division 4; transposed convolutions by their output"},
}

// Find returns the convention of a name.
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
