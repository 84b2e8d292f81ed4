package note

// The codes, grouped by the package that makes them.
const (
	// graph/onnxread
	OpsetMissing    Code = "opset-missing"
	ConstantsDiffer Code = "constants-differ"

	// graph/infer
	NodesSorted     Code = "nodes-sorted"
	BatchDefault    Code = "batch-default"
	BatchAxis       Code = "batch-axis"
	BatchScaled     Code = "batch-scaled"
	DimensionUnused Code = "dimension-unused"
	UpperBounds     Code = "upper-bounds"
	OpsetEarly      Code = "opset-early"
	DomainMissing   Code = "domain-missing"
	ShapeAssumed    Code = "shape-assumed"
	ZeroBatch       Code = "zero-batch"
	ZeroDimension   Code = "zero-dimension"

	// graph/ops
	BranchAssumed Code = "branch-assumed"
	BranchUnknown Code = "branch-unknown"
	TripsAssumed  Code = "trips-assumed"
	BeamsAssumed  Code = "beams-assumed"

	// graph/conventions
	BatchNormFolded Code = "batchnorm-folded"
	LeftOut         Code = "left-out"
	AttentionUnseen Code = "attention-unseen"
	MatmulUnseen    Code = "matmul-unseen"
	RecurrentUnseen Code = "recurrent-unseen"
	ShapesUntold    Code = "shapes-untold"

	// roofline
	UnknownOperators Code = "unknown-operators"
	CompiledFile     Code = "compiled-file"
	ConstantWork     Code = "constant-work"
	ByteWeights      Code = "byte-weights"
	NibbleWeights    Code = "nibble-weights"
	CausalAttention  Code = "causal-attention"
	HostTransfers    Code = "host-transfers"
	FlashAndRAM      Code = "flash-and-ram"
	WeightsStreamed  Code = "weights-streamed"
	ActivationsSpill Code = "activations-spill"
	FallsBack        Code = "falls-back"
	FileRuntime      Code = "file-runtime"
	PeakMissing      Code = "peak-missing"
	OutsideWork      Code = "outside-work"
	HostBound        Code = "host-bound"
	NetworkMeasured  Code = "network-measured"
	Calibrated       Code = "calibrated"
	DeviceClass      Code = "device-class"
	FewMeasured      Code = "few-measurements"
	OtherNetworks    Code = "other-networks"
	OtherWeights     Code = "other-weights"
	PriorOnly        Code = "prior-only"
	Correction       Code = "correction"
	Alike            Code = "alike"
	TF32Default      Code = "tf32-default"
	ThreadsShared    Code = "threads-shared"
	UsualThreads     Code = "usual-threads"
	ModeScaled       Code = "mode-scaled"
	Runtimeless      Code = "runtimeless"
	TypeRunsAs       Code = "type-runs-as"
	TypeWithoutPeak  Code = "type-without-peak"

	// hwprofiles/host
	MatrixPortable  Code = "matrix-portable"
	MatrixAbovePeak Code = "matrix-above-peak"
	CacheLarge      Code = "cache-large"
	HostNoisy       Code = "host-noisy"

	TraceOneInference Code = "trace-one-inference" // roofline/trace
	ProfilingSlows    Code = "profiling-slows"
	ComputeTimeOnly   Code = "compute-time-only"
	TokenRates        Code = "token-rates"

	// roofline/measure
	RandomWeights    Code = "random-weights"
	NothingToCompare Code = "nothing-to-compare"

	// plots/report
	Verdicts           Code = "verdicts"
	Margin             Code = "margin"
	RankedByAccuracy   Code = "ranked-by-accuracy"
	RankedByWork       Code = "ranked-by-work"
	AccuracyResized    Code = "accuracy-resized"
	LowerBoundsOnly    Code = "lower-bounds-only"
	CorrectedChoices   Code = "corrected-choices"
	SortedByFit        Code = "sorted-by-fit"
	WayFails           Code = "way-fails"
	NeedsAtBound       Code = "needs-at-bound"
	NeedsExpected      Code = "needs-expected"
	SameEfficiencies   Code = "same-efficiencies"
	WorkNotCounted     Code = "work-not-counted"
	ErrorsDefined      Code = "errors-defined"
	CalibrationOutlier Code = "calibration-outlier"
	MedianUnsettled    Code = "median-unsettled"
	HostAchieved       Code = "host-achieved"
	HostNoise          Code = "host-noise"
	HostBandwidth      Code = "host-bandwidth"
	ProfileText        Code = "profile-text"
	ProfileDoubt       Code = "profile-doubt"
)

// rows holds the table. A text is one sentence without a full stop. It names no flag of the command line: the
// command line adds its own hints.
var rows = []Row{
	{OpsetMissing, Warning, "domain",
		"the model imports no opset of domain {domain}: its nodes are read as version 1"},
	{ConstantsDiffer, Warning, "name count",
		"constant {name:q} is defined twice with different values, {count} such in all: the last definition holds"},

	{NodesSorted, Notice, "graph",
		"the nodes of graph {graph:q} were not in execution order, which ONNX requires; they were sorted"},
	{BatchDefault, Info, "dim value",
		"batch dimension {dim:q} defaults to {value}"},
	{BatchAxis, Notice, "value",
		"the first dimension of an input has no name: it is taken as the batch and defaults to {value}"},
	{BatchScaled, Notice, "exported batch factor",
		"the graph fixes its batch at {exported}: for batch {batch}, work and activation traffic are scaled" +
			" by {factor} and weights are read once"},
	{DimensionUnused, Warning, "dim",
		"no input has a dimension named {dim:q}: its value changes nothing"},
	{UpperBounds, Notice, "node places",
		"shapes that depend on run-time data are taken at their upper bound," +
			" from {node} on ({places:place|places})"},

	{OpsetEarly, Notice, "operator version opset",
		"operator {operator} came with opset {version}; the model uses it at opset {opset}, where it is taken as in " +
			"{version}"},
	{DomainMissing, Notice, "operator domain",
		"operator {operator} is no standard one: it is taken as that of domain {domain}"},
	{ShapeAssumed, Warning, "operators",
		"unknown operators whose output the model does not declare are taken to keep the shape of their input: {operators}"},
	{ZeroBatch, Notice, "input value",
		"input {input:q} is declared with 0 as its first dimension: that is taken as a free batch, here {value}"},
	{ZeroDimension, Warning, "inputs",
		"inputs with a dimension of 0 are empty, and what works on them costs nothing: {inputs}"},
	{BranchAssumed, Notice, "node branch",
		"{node}: run-time data decides which branch is taken; the costlier one ({branch}) is counted"},
	{BranchUnknown, Warning, "node",
		"{node}: the branch that is not counted holds operators of unknown cost"},
	{TripsAssumed, Warning, "node trips",
		"{node}: run-time data decides how often the loop runs; {trips:iteration|iterations} are counted"},

	{BeamsAssumed, Warning, "node beams",
		"{node}: run-time data decides how many beams are searched; {beams:beam is|beams are} counted"},
	{BatchNormFolded, Notice, "convolutions",
		"{convolutions:convolution carries|convolutions carry} folded batch normalisation:" +
			" the tool saw it before export, so its share is added as assumed"},
	{LeftOut, Info, "operators",
		"not counted, as the tool leaves them out: {operators}"},
	{AttentionUnseen, Notice, "operators",
		"not counted, as the tool has no rule for attention in one operator: {operators}"},
	{MatmulUnseen, Notice, "operators",
		"not counted, as the tool sees modules only, not matrix multiplications of two activations: {operators}"},
	{RecurrentUnseen, Notice, "operators",
		"not counted, as the tool has no rule for recurrent layers: {operators}"},

	{ShapesUntold, Warning, "operators",
		"not counted, as the operator is unknown or only a run knows its shapes: {operators}"},
	{UnknownOperators, Warning, "operators",
		"unknown operators, or shapes that only a run knows, are charged the traffic of their operands: {operators}"},
	{CompiledFile, Warning, "operator",
		"a compiler packed the network into {operator}, the figures are of what is left;" +
			" give the file from before that compiler"},
	{ConstantWork, Info, "macs",
		"{macs:si MAC} of constant expressions are counted and take no time: they run once, when the model is loaded"},
	{ByteWeights, Info, "precision vector",
		"{precision}: matrix work in {precision}, activations and weights stored in 1 byte," +
			" other arithmetic in {vector}"},
	{NibbleWeights, Info, "precision compute",
		"{precision}: weights stored in 4 bits and widened when read, activations and arithmetic in {compute};" +
			" block scales are not counted"},
	{CausalAttention, Info, "kernels",
		"attention is causal in {kernels:kernel|kernels}: scores above the diagonal are neither computed nor counted"},
	{HostTransfers, Info, "bytes rate time",
		"{bytes:si B} of inputs and outputs are copied between host and device, one after the other with the kernels:" +
			" {time:si s} at {rate:si B/s}"},
	{FlashAndRAM, Info, "weights flash activations ram",
		"weights take {weights:si B} of {flash:si B} of flash, activations {activations:si B} of {ram:si B} of RAM that" +
			" a model can have"},
	{WeightsStreamed, Notice, "bytes weights chip link time",
		"{bytes:si B} of {weights:si B} of weights do not stay in the {chip:si B} on the chip: they cross {link} at every" +
			" inference, {time:si s} at least"},
	{ActivationsSpill, Notice, "activations chip memory",
		"{activations:si B} of activations are more than the {chip:si B} on the chip: some lie in {memory}"},
	{FallsBack, Warning, "kernels runs unit operators",
		"{kernels:kernel falls|kernels fall} back to {unit}, in {runs:run|runs}: {operators}"},
	{FileRuntime, Info, "format runtime usual",
		"a {format} file is run in {runtime}, which reads it, and not in the device's default ({usual})"},
	{OutsideWork, Info, "seconds",
		"{seconds:si s} before and after each inference, as given, are part of the latency and of the lower bound"},
	{PeakMissing, Notice, "device type instead",
		"{device} has no {type} peak: that work runs at its {instead} rate"},
	{HostBound, Notice, "kernels host each device",
		"the host sets the pace: it issues {kernels:kernel|kernels} in {host:si s} ({each:si s} each)," +
			" the device is busy for {device:si s}; hosts differ, so the interval is wider"},
	{NetworkMeasured, Info, "measurements slice",
		"this network was measured here: {measurements:measurement|measurements} of {slice}"},
	{Calibrated, Info, "measurements slice source",
		"calibrated on {measurements:measurement|measurements} of {slice}{source:()}, of other networks"},
	{OtherNetworks, Notice, "measurements slice source",
		"{slice} was measured with networks of other kernels only: {measurements:measurement|measurements} ({source})"},
	{OtherWeights, Notice, "measurements slice source stored",
		"{slice} was measured with weights of that type: {measurements:measurement|measurements} ({source}); none read" +
			" weights stored in {stored}"},
	{DeviceClass, Notice, "slice runtime devices",
		"{slice} was not measured: what {runtime} reaches there follows from measurements of {devices}"},
	{FewMeasured, Notice, "measurements slice devices",
		"{slice}: {measurements:measurement|measurements} of other networks here, the rest follows from measurements of" +
			" {devices}"},
	{PriorOnly, Warning, "slice runtime",
		"{slice} was not measured, nor any related device with {runtime}: using its prior for the class of devices"},
	{Correction, Info, "factor model where",
		"adjusted ×{factor:.2}: {model} measured {factor:slower/faster} than predicted on {where}"},
	{Alike, Info, "factor networks",
		"adjusted ×{factor:.2}: networks made of the same kernels took {factor:slower/faster} than predicted:" +
			" {networks}"},
	{TF32Default, Info, "runtime",
		"fp32 matrix work runs in TF32, the default of {runtime} where the device has it"},
	{ThreadsShared, Notice, "cores device threads",
		"the parameters are those of all {cores} cores of {device}: the threads have the peak of the fastest {threads}"},
	{UsualThreads, Info, "runtime threads cores device",
		"{runtime} takes {threads} of the {cores} cores of {device} unless it is given a number of threads"},
	{ModeScaled, Notice, "times",
		"the parameters are those of the default power mode: by the clock, launches take {times:.2} times as long"},
	{Runtimeless, Warning, "device",
		"no runtime is known for {device}: latencies there are lower bounds, real ones usually 3 to 10 times as long"},
	{TypeRunsAs, Notice, "type as runtime device",
		"{runtime} runs {type} work as {as} on {device}"},
	{TypeWithoutPeak, Notice, "type as device",
		"{type} work runs as {as}: {device} has no {type} arithmetic"},

	{MatrixPortable, Notice, "why",
		"the matrix rate is that of a portable kernel, not of a runtime: {why}"},
	{MatrixAbovePeak, Notice, "",
		"the measured matrix rate is above the theoretical peak, which assumes fewer units or a lower clock;" +
			" the profile takes the measured rate"},
	{CacheLarge, Warning, "",
		"the sweep does not reach twice the size of the last cache: the bandwidth of the main memory may be too high"},
	{HostNoisy, Warning, "noise where",
		"other work is using the machine: the median of the tries is up to {noise:%} below the best ({where})"},

	{TraceOneInference, Notice, "",
		"the trace has no ProfilerStep: it is taken as one inference"},
	{ProfilingSlows, Notice, "",
		"profiling by layer slows TensorRT down: the layers add up to more than the time of an inference"},
	{ComputeTimeOnly, Info, "",
		"the times are compute times: copies between host and device are left out"},
	{TokenRates, Info, "",
		"the rates are tokens per second"},

	{RandomWeights, Info, "",
		"the weights are random: the latency is the same, the results mean nothing"},
	{NothingToCompare, Notice, "",
		"there is nothing to compare with: this machine has no profile, and no device was named"},

	{Verdicts, Info, "",
		"yes: the whole 90 % interval is within the budget; likely: the expected latency, with its margin;" +
			" possible: the lower bound, all that is known"},
	{Margin, Info, "risk model",
		"expected latencies must be within the budget by a margin ({risk}); without it {model} would fit too"},
	{RankedByAccuracy, Info, "",
		"ranked by published accuracy"},
	{RankedByWork, Notice, "",
		"ranked by multiply-adds, the largest first, because accuracies by one metric are not known"},
	{AccuracyResized, Info, "",
		"accuracies in brackets were published for another image size"},
	{LowerBoundsOnly, Notice, "",
		"latencies are lower bounds, which no runtime reaches: what does not fit here cannot fit, what fits may not"},
	{CorrectedChoices, Info, "corrected all",
		"{corrected} of {all} latencies are adjusted by measurements of the same network"},
	{SortedByFit, Info, "",
		"sorted by how many models fit, then by how many fit surely, then by power, since profiles have no prices"},
	{WayFails, Notice, "why",
		"fails: {why}"},
	{NeedsAtBound, Notice, "",
		"these are the needs at the lower bound: a real device needs more"},
	{NeedsExpected, Info, "runtime device overhead",
		"these are the needs with the efficiencies of {runtime} on {device};" +
			" launches and fixed costs take {overhead:si s} of the latency"},
	{SameEfficiencies, Info, "device",
		"efficiencies and overheads are those of {device} in all rows"},
	{WorkNotCounted, Warning, "why",
		"work and traffic are not counted: {why}"},
	{ErrorsDefined, Info, "",
		"errors are |expected/measured - 1|; measurements that a calibration was fitted to are no test of it:" +
			" docs/accuracy.md has held-out figures"},
	{CalibrationOutlier, Warning, "model ratio",
		"{model} does not fit: its predicted latency is {ratio:.2} times the measured one"},
	{MedianUnsettled, Warning, "",
		"the median is not settled: the machine is noisy or the time was short; its interval says how sure it is"},
	{HostAchieved, Info, "all one by",
		"the achieved rate is of fp32 matrix multiplications: {all:si FLOP/s} with all threads," +
			" {one:si FLOP/s} with one, by {by}"},
	{HostNoise, Info, "",
		"noise is by how much the median of the tries is below the best, which is the figure given"},
	{HostBandwidth, Info, "",
		"no theoretical bandwidth is given: a processor does not tell how its memory is fitted"},
	{ProfileText, Info, "text",
		"{text}"},
	{ProfileDoubt, Warning, "finding",
		"{finding}"},
}
