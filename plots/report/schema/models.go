package schema

// Models are built-in models in schema ridgepoint/models/v2.
type Models struct {
	Models []Model `json:"models"`
}

// Model is one built-in model.
type Model struct {
	Spec     string   `json:"spec"`
	Family   string   `json:"family"`
	Task     string   `json:"task"`
	Doc      string   `json:"doc"`
	Params   int64    `json:"params"`
	MACs     int64    `json:"macs"`
	Accuracy string   `json:"accuracy"`
	Source   string   `json:"source"`
	Options  []string `json:"options"`
}
