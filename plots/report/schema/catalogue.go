package schema

// Operators is the operator table in schema ridgepoint/ops/v2.
type Operators struct {
	Operators []Operator `json:"operators"`
}

// Operator is one row of the operator table.
type Operator struct {
	Domain string `json:"domain"`
	Op     string `json:"op"`
	Since  int    `json:"since"`
	Family string `json:"family"`
	Kind   string `json:"kind"`
	Class  string `json:"class"`
	Doc    string `json:"doc"`
}

// Flops is a model as other tools count it, in schema ridgepoint/flops/v2.
type Flops struct {
	Model  string       `json:"model"`
	Counts []Convention `json:"conventions"`
	Remarks
}

// Convention is one tool's count.
type Convention struct {
	Name  string           `json:"name"`
	Calls string           `json:"calls_it"`
	Unit  string           `json:"unit"`
	Total int64            `json:"total"`
	Lines []ConventionLine `json:"lines"`
	Notes []string         `json:"notes"`
}

// ConventionLine is what one kind of operator counts for.
type ConventionLine struct {
	Kind    string `json:"kind"`
	Nodes   int64  `json:"nodes"`
	Count   int64  `json:"count"`
	Assumed bool   `json:"assumed"`
}
