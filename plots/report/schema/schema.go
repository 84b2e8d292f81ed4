// Package schema is the contract for programs: the types of all that the commands print as JSON.
//
// Every command prints one Envelope, whatever the number of its arguments. docs/schema has a JSON Schema document for
// each kind of result. Members may be added within a version; none is removed or changes its meaning or unit.
package schema

// An Envelope holds the results of one command.
type Envelope struct {
	Schema  string `json:"schema"` // such as ridgepoint/estimate/v2
	Tool    Tool   `json:"tool"`
	Results []any  `json:"results"` // all of the type that Schema names
}

// ID returns the value of Envelope.Schema for a kind of result.
func ID(kind string) string {
	if young[kind] {
		return "ridgepoint/" + kind + "/v1"
	}
	return "ridgepoint/" + kind + "/v2"
}

// young lists the kinds that came after version 2 of the others.
var young = map[string]bool{"baseline": true, "check": true, "config": true, "explain": true, "diff": true, "llm": true, "llm-pick": true, "pipeline": true, "request": true, "ways": true}

// A Tool is the build that made a result.
type Tool struct {
	Name    string  `json:"name"`
	Version string  `json:"version"`
	Commit  *string `json:"commit"` // null where the build does not say
}

// Conditions are what the figures of a result hold for, and rest on.
type Conditions struct {
	Runtime        *string `json:"runtime"`         // id; null for the speed of light alone
	Precision      string  `json:"precision"`       // of the heaviest matrix work; int4 and fp4 by their weights
	PrecisionAsked *string `json:"precision_asked"` // null for the model's own
	PrecisionRun   string  `json:"precision_run"`   // what the device or the runtime makes of it, such as tf32
	Tier           *string `json:"tier"`
	Basis          *string `json:"basis"` // one of the Basis constants; null where nothing could be estimated
}

// What an expected latency rests on.
const (
	BasisMeasured   = "measured"       // the network itself was measured with these conditions
	BasisCalibrated = "calibrated"     // the runtime was calibrated on this device and precision
	BasisRelated    = "related"        // calibrations of related devices
	BasisPrior      = "prior"          // what is assumed of the runtime without measurements
	BasisLight      = "speed of light" // no runtime: a lower bound
)

// Remarks are what a reader of a result should know.
type Remarks struct {
	Warnings []string `json:"warnings"` // the notes as lines of text
	Notes    []Note   `json:"notes"`
}

// A Note is a remark as data; docs/notes.md lists the codes.
type Note struct {
	Code  string         `json:"code"`
	Level string         `json:"level"` // info, note or warning
	Text  string         `json:"text"`
	Args  map[string]any `json:"args"`  // what the text is made of: strings, lists of strings and numbers in base units
	About []string       `json:"about"` // names of the models, devices or tools that it is about; empty for all
}

// Version is the build in schema ridgepoint/version/v2.
type Version struct {
	Version string  `json:"version"`
	Commit  *string `json:"commit"`
	Go      string  `json:"go"`
}

// ModelFile is a model that was written, in schema ridgepoint/model-file/v2.
type ModelFile struct {
	Model   string `json:"model"`
	Weights string `json:"weights"` // none or random
	Bytes   int64  `json:"bytes"`   // before compression
	SHA256  string `json:"sha256"`  // before compression, hexadecimal
}
