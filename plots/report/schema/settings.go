package schema

// Settings holds what configuration files set, in schema ridgepoint/config/v1.
type Settings struct {
	Settings []Setting `json:"settings"` // those that hold
}

// Setting is one value and the file that it is from.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	From  string `json:"from"`
}
