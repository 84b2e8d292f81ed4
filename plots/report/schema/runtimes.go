package schema

// Runtimes lists runtimes in schema ridgepoint/runtimes/v2.
type Runtimes struct {
	Runtimes []Runtime `json:"runtimes"`
}

// Runtime is one runtime.
type Runtime struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	DefaultFor []string `json:"default_for"` // classes
	Classes    []string `json:"classes"`
	RunsOn     []Place  `json:"runs_on"`
	DefaultOn  []Place  `json:"default_on"`
	Rules      []string `json:"rules"`
	Calibrated []string `json:"calibrated_on"`
	Origin     string   `json:"origin"`
}

// Place names devices: every key that is given matches.
type Place struct {
	Class  string `json:"class,omitempty"`
	Vendor string `json:"vendor,omitempty"`
	Arch   string `json:"arch,omitempty"`
	OS     string `json:"os,omitempty"`
}
