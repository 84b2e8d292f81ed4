package schema

// Inspect is a model in schema ridgepoint/inspect/v2. What depends on the free
// dimensions is null where they are not bound.
type Inspect struct {
	Model         string           `json:"model"`
	IRVersion     int64            `json:"ir_version"`
	Producer      string           `json:"producer"`
	Opsets        map[string]int   `json:"opsets"`
	Inputs        []Port           `json:"inputs"`
	Outputs       []Port           `json:"outputs"`
	Symbols       []string         `json:"symbols"`
	Dims          map[string]int64 `json:"bound_dims"`
	Nodes         int              `json:"nodes"`
	Operators     map[string]int   `json:"operators"`
	Params        int64            `json:"params"`
	WeightBytes   int64            `json:"weight_bytes"`
	WeightsByType map[string]int64 `json:"weight_bytes_by_dtype"`
	MACs          *int64           `json:"macs"`
	FLOPs         *int64           `json:"flops"`
	Bytes         *int64           `json:"bytes"`
	Coverage      float64          `json:"coverage"`
	Unknown       []string         `json:"unknown_ops"`
	Placement     *Placement       `json:"placement"` // null: no device was named
	Remarks
}

// Placement says where a model runs on a device.
type Placement struct {
	Device      string         `json:"device"`
	Runtime     *string        `json:"runtime"` // null where none is known
	Precision   string         `json:"precision"`
	Verdict     string         `json:"verdict"`
	Room        string         `json:"fits"`
	Weights     int64          `json:"weight_bytes"`
	Flash       *int64         `json:"flash_bytes"`
	Activations int64          `json:"activation_bytes"`
	RAM         *int64         `json:"ram_bytes"`
	Chip        *int64         `json:"on_chip_bytes"`
	Spilled     int64          `json:"streamed_weight_bytes"`
	Latency     Latency        `json:"latency_ms"`
	Listed      bool           `json:"fallback_listed"`
	Unit        *string        `json:"fallback_unit"`
	Fallen      int64          `json:"fallback_kernels"`
	FallenTime  float64        `json:"fallback_ms"`
	Segments    int            `json:"segments"`
	Transfers   int            `json:"transfers"`
	Runs        []PlacementRun `json:"runs"`
}

// PlacementRun is a number of kernels, one after the other, on one unit.
type PlacementRun struct {
	Unit      string   `json:"unit"`
	Fallback  bool     `json:"fallback"`
	Kernels   int64    `json:"kernels"`
	First     string   `json:"first"`
	Last      string   `json:"last"`
	Time      float64  `json:"time_ms"`
	Bytes     int64    `json:"output_bytes"`
	Operators []string `json:"operators"`
	Why       []string `json:"why"`
}

// Port is an input or output of a model as declared.
type Port struct {
	Name  string `json:"name"`
	DType string `json:"dtype"`
	Shape []any  `json:"shape"` // numbers, symbols, or null where nothing is declared
}

// Shapes is every tensor of a model in schema ridgepoint/shapes/v2.
type Shapes struct {
	Model   string           `json:"model"`
	Dims    map[string]int64 `json:"bound_dims"`
	Tensors []Tensor         `json:"tensors"`
	Remarks
}

// Tensor is one tensor: its shape is a list, [] for a scalar, null where it is not known.
type Tensor struct {
	Name  string  `json:"name"`
	DType string  `json:"dtype"`
	Shape []int64 `json:"shape"`
	Kind  string  `json:"kind"`  // input, initializer, node or output
	Bound string  `json:"bound"` // exact, or upper where the shape depends on run-time data; with a null shape none is known
}
