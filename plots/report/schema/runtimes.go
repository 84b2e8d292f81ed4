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
	DefaultFor []string `json:"default_for"`
	Classes    []string `json:"classes"`
	Rules      []string `json:"rules"`
	Calibrated []string `json:"calibrated_on"`
	Origin     string   `json:"origin"`
}
