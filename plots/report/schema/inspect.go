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
	Remarks
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
