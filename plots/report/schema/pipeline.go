package schema

// Pipeline is what a camera's frames take on one device, in schema ridgepoint/pipeline/v1.
type Pipeline struct {
	File      string      `json:"file"`
	Name      string      `json:"name"`
	Model     *string     `json:"model"` // in the place of the file's; null: the file's
	Device    DeviceRef   `json:"device"`
	Host      *string     `json:"host"`         // null: the device itself
	Assumed   bool        `json:"host_assumed"` // nobody named the host
	Cameras   int         `json:"cameras"`
	Camera    FrameSource `json:"camera"`
	Overlap   bool        `json:"overlap"`
	Latency   Times       `json:"latency_ms"`
	FPS       Times       `json:"frames_per_s"` // of each camera
	Limit     string      `json:"limited_by"`
	Slowest   string      `json:"limiting_stage"`
	Headroom  *Times      `json:"headroom_frames_per_s"` // with a faster camera
	After     *string     `json:"headroom_limiting_stage"`
	Precision *string     `json:"precision"`
	Busy      Busy        `json:"busy_ms"`
	Stages    []Stage     `json:"stages"`
	Energy    *Energy     `json:"energy_j"` // of one frame of one camera
	Watts     *float64    `json:"average_w"`
	Power     *PowerBasis `json:"power_basis"`
	HostPower *bool       `json:"host_power_counted"`
	Money
	Target *float64 `json:"fps_asked"`
	Holds  *string  `json:"holds"` // yes, likely or no
	Error  *string  `json:"error"`
}

// FrameSource is a camera.
type FrameSource struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	FPS    float64 `json:"fps"`
}

// Times is a figure with the ends of its 90 % interval.
type Times struct {
	Expected float64 `json:"expected"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// Busy is how long a frame occupies each resource, on average.
type Busy struct {
	Codec  float64 `json:"codec"`
	Host   float64 `json:"host"`
	Link   float64 `json:"link"`
	Device float64 `json:"device"`
}

// Stage is one stage of a pipeline.
type Stage struct {
	Stage  string   `json:"stage"`
	Name   string   `json:"name"`
	Line   int      `json:"line"`
	On     string   `json:"on"`
	Time   Times    `json:"time_ms"` // of a frame on which it runs
	Load   Times    `json:"load_ms"` // of each frame on average, of all cameras
	Start  float64  `json:"start_ms"`
	Every  int      `json:"every"`
	Basis  string   `json:"basis"`
	Why    string   `json:"why"`
	Models []string `json:"models"`
}
