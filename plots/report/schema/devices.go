package schema

// Devices are devices in schema ridgepoint/devices/v2.
type Devices struct {
	Devices []Device `json:"devices"`
}

// DeviceDetail is one device with all its figures in schema ridgepoint/device/v2.
type DeviceDetail struct {
	Device
	Figures []DeviceFigure `json:"figures"`
}

// DeviceDiff is how two devices differ, in schema ridgepoint/device-diff/v2.
type DeviceDiff struct {
	A           string       `json:"a"`
	B           string       `json:"b"`
	Differences []Difference `json:"differences"`
}

// Difference is a figure that two devices do not share.
type Difference struct {
	Path  string   `json:"path"`
	A     string   `json:"a"`
	B     string   `json:"b"`
	Ratio *float64 `json:"ratio"`
}

// DeviceCheck is the check of one profile in schema ridgepoint/device-check/v2.
type DeviceCheck struct {
	File   string   `json:"file"`
	Device *string  `json:"device"` // its id; null where the profile is not valid
	Valid  bool     `json:"valid"`
	Faults []string `json:"faults"`
	Remarks
}

// Device is one device of a list.
type Device struct {
	ID      string             `json:"id"`
	Name    string             `json:"name"`
	Vendor  string             `json:"vendor"`
	Class   string             `json:"class"`
	Year    int                `json:"year"`
	Aliases []string           `json:"aliases"`
	Modes   []string           `json:"modes"`
	Default string             `json:"default_mode"`
	Threads int                `json:"threads"`
	Cores   []Cluster          `json:"clusters"`
	Peaks   map[string]float64 `json:"peaks_per_s"`
	Memory  []Level            `json:"memory"`
	Usable  *float64           `json:"usable_memory_bytes"`
	Origin  string             `json:"origin"`
	Hash    string             `json:"profile_hash"`
	Notes   []string           `json:"notes"`
}

// Cluster is the cores of one kind of a CPU.
type Cluster struct {
	Name    string `json:"name"`
	Core    string `json:"core"`
	Cores   int    `json:"cores"`
	Threads int    `json:"threads"`
}

// Level is one memory level; null where a figure is not known.
type Level struct {
	Name      string   `json:"name"`
	Capacity  *float64 `json:"capacity_bytes"`
	Bandwidth *float64 `json:"bandwidth_bytes_per_s"`
}

// DeviceFigure is one figure of a device and how it is known.
type DeviceFigure struct {
	Path    string  `json:"path"`
	Value   float64 `json:"value"` // in base units
	Text    string  `json:"text"`
	KnownAs string  `json:"known_as"`
	Source  string  `json:"source"`
	URL     string  `json:"url"`
	Note    string  `json:"note"`
	Profile string  `json:"profile"`
}
