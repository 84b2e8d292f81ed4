package note

// The codes, grouped by the package that makes them.
const (
	// graph/onnxread
	OpsetMissing Code = "opset-missing"

	// graph/infer
	NodesSorted     Code = "nodes-sorted"
	BatchDefault    Code = "batch-default"
	BatchAxis       Code = "batch-axis"
	BatchScaled     Code = "batch-scaled"
	DimensionUnused Code = "dimension-unused"
	UpperBounds     Code = "upper-bounds"

	// graph/ops
	BranchAssumed Code = "branch-assumed"
	TripsAssumed  Code = "trips-assumed"

	// hwprofiles/host
	MatrixPortable  Code = "matrix-portable"
	MatrixAbovePeak Code = "matrix-above-peak"
	CacheLarge      Code = "cache-large"
	HostNoisy       Code = "host-noisy"

	// roofline/profile
	TraceOneInference Code = "trace-one-inference"
	ProfilingSlows    Code = "profiling-slows"
	ComputeTimeOnly   Code = "compute-time-only"
	TokenRates        Code = "token-rates"
)

// rows is the table. A text is one sentence without a full stop. It names no flag of the command line: the
// command line adds its own hints.
var rows = []Row{
	{OpsetMissing, Warning, "domain",
		"the model imports no opset of domain {domain}: its nodes are read as version 1"},

	{NodesSorted, Warning, "graph",
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

	{BranchAssumed, Notice, "node branch",
		"{node}: run-time data decides which branch is taken; the costlier one ({branch}) is counted"},
	{TripsAssumed, Warning, "node trips",
		"{node}: run-time data decides how often the loop runs; {trips:iteration|iterations} are counted"},

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
}
