package conventions

import (
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A rule is how a tool counts one group of nodes: by a formula, or not at all for a reason.
type rule struct {
	formula func(*fact) int64 // counts a node; nil where it is left out
	why     note.Code         // says why the tool counts nothing; "" with a formula
}

// A ruleSet holds a tool's rule for each group. TestEveryKind fails for a group without a rule.
type ruleSet [numGroups]rule

// A fact is what formulas can ask of one node.
type fact struct {
	macs   int64 // multiply-adds of its matrix work
	in     int64 // elements of the first input
	out    int64 // elements of the first output
	bias   int64 // elements that a bias is added to, else 0
	rows   int64 // normalised rows: elements over the length of the last axis
	window int64 // elements that a pooling window covers
	walked int64 // multiply-adds of a transposed convolution if each output element were charged a whole kernel
	cell   cell  // of a recurrent operator
}

// counts returns a rule that counts by a formula.
func counts(formula func(*fact) int64) rule { return rule{formula: formula} }

// The rules of a tool that counts nothing. The reasons become notes.
var (
	skips           = rule{why: note.LeftOut}         // left out by the tool
	unseenAttention = rule{why: note.AttentionUnseen} // a fused attention that the tool's hooks do not see
	unseenProduct   = rule{why: note.MatmulUnseen}    // a matmul of two activations, which the tool's hooks do not see
	unseenRecurrent = rule{why: note.RecurrentUnseen} // a recurrent operator that the tool's hooks do not see
)

// macs returns multiply-adds.
func macs(f *fact) int64 { return f.macs }

// biased returns multiply-adds and one operation for each biased element.
func biased(f *fact) int64 { return sat.Add(f.macs, f.bias) }

// walked returns the elements that a loop over the operator walks.
func walked(f *fact) int64 { return f.walked }

// doubled returns two operations for each multiply-add.
func doubled(f *fact) int64 { return sat.Mul(2, f.macs) }

// twice returns two operations for each multiply-add, and the bias.
func twice(f *fact) int64 { return sat.Add(doubled(f), f.bias) }

// perWindow returns one operation for each element of each window.
func perWindow(f *fact) int64 { return sat.Mul(f.window, f.out) }

// windowAndOne returns one operation more for each window than it has elements.
func windowAndOne(f *fact) int64 { return sat.Mul(f.window+1, f.out) }

// perOut returns a rule of n operations for each output element.
func perOut(n int64) rule { return counts(func(f *fact) int64 { return sat.Mul(n, f.out) }) }

// perIn returns a rule of n operations for each input element.
func perIn(n int64) rule { return counts(func(f *fact) int64 { return sat.Mul(n, f.in) }) }

// softmaxRows returns n exponentials, n-1 additions and n divisions a row.
func softmaxRows(f *fact) int64 { return max(0, sat.Mul(3, f.out)-f.rows) }

// normalisedRows returns onnx-tool's 7 operations an element and 29 a row.
func normalisedRows(f *fact) int64 { return sat.Add(sat.Mul(7, f.out), sat.Mul(29, f.rows)) }

// walkedAndBias returns onnx-tool's count of a transposed convolution.
func walkedAndBias(f *fact) int64 { return sat.Add(f.walked, f.bias) }

// fvcoreRules hold for timm as well.
var fvcoreRules = ruleSet{
	other: skips, conv: counts(macs), transposed: counts(macs), linear: counts(macs), product: counts(macs),
	attention: unseenAttention, recurrent: unseenRecurrent,
	batchNorm: perOut(2), layerNorm: perOut(5), groupNorm: perOut(5), softmax: skips,
	rectifier: skips, exponential: skips, arithmetic: skips,
	globalPool: perIn(1), averagePool: skips, maxPool: skips,
	nearest: perOut(1), bilinear: perOut(4), bicubic: skips, sampler: perOut(4),
}

// thopRules count half of what Ultralytics prints.
var thopRules = ruleSet{
	other: skips, conv: counts(macs), transposed: counts(walked), linear: counts(macs), product: unseenProduct,
	attention: unseenAttention, recurrent: counts(thopRecurrent),
	batchNorm: perOut(4), layerNorm: perOut(4), groupNorm: perOut(4), softmax: counts(softmaxRows),
	rectifier: skips, exponential: skips, arithmetic: skips,
	globalPool: counts(windowAndOne), averagePool: perOut(1), maxPool: skips,
	nearest: perOut(1), bilinear: perOut(11), bicubic: perOut(259), sampler: skips,
}

// ptflopsRules follows ptflops 0.7.
var ptflopsRules = ruleSet{
	other: skips, conv: counts(biased), transposed: counts(biased), linear: counts(biased), product: counts(macs),
	attention: counts(macs), recurrent: counts(ptflopsRecurrent),
	batchNorm: perOut(2), layerNorm: perOut(2), groupNorm: perOut(2), softmax: skips,
	rectifier: perOut(1), exponential: perOut(1), arithmetic: perOut(1),
	globalPool: perIn(1), averagePool: perIn(1), maxPool: perIn(1),
	nearest: perOut(1), bilinear: perOut(1), bicubic: perOut(1), sampler: skips,
}

// torchvisionRules count what PyTorch dispatches as a product or convolution. A recurrent layer counts as the products
// that it is made of; kernels of cuDNN, which hide them, would count nothing.
var torchvisionRules = ruleSet{
	other: skips, conv: counts(macs), transposed: counts(macs), linear: counts(macs), product: counts(macs),
	attention: counts(macs), recurrent: counts(macs),
	batchNorm: skips, layerNorm: skips, groupNorm: skips, softmax: skips,
	rectifier: skips, exponential: skips, arithmetic: skips,
	globalPool: skips, averagePool: skips, maxPool: skips,
	nearest: skips, bilinear: skips, bicubic: skips, sampler: skips,
}

// deepspeedRules follows DeepSpeed's profiler.
var deepspeedRules = ruleSet{
	other: skips, conv: counts(twice), transposed: counts(twice), linear: counts(doubled), product: counts(doubled),
	attention: counts(doubled), recurrent: counts(deepspeedRecurrent),
	batchNorm: perOut(2), layerNorm: perOut(5), groupNorm: perOut(5), softmax: perOut(1),
	rectifier: perOut(1), exponential: perOut(1), arithmetic: perOut(1),
	globalPool: perIn(1), averagePool: perIn(1), maxPool: perIn(1),
	nearest: perOut(1), bilinear: perOut(1), bicubic: perOut(1), sampler: skips,
}

// onnxToolRules follows onnx-tool.
var onnxToolRules = ruleSet{
	other: skips, conv: counts(biased), transposed: counts(walkedAndBias), linear: counts(biased), product: counts(macs),
	attention: counts(macs), recurrent: counts(onnxToolRecurrent),
	batchNorm: perOut(31), layerNorm: counts(normalisedRows), groupNorm: counts(normalisedRows), softmax: perOut(36),
	rectifier: perOut(1), exponential: perOut(32), arithmetic: perOut(1),
	globalPool: perIn(1), averagePool: counts(perWindow), maxPool: counts(perWindow),
	nearest: skips, bilinear: perOut(4), bicubic: perOut(8), sampler: skips,
}

// with returns rules with one changed.
func with(rules ruleSet, g group, r rule) ruleSet {
	rules[g] = r
	return rules
}
