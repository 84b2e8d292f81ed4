package schema

// Energies are the members of energy of something that takes time, null where they are not known: no latency is
// expected, or neither the power nor the thermal design power of the device is known.
type Energies struct {
	Energy *Energy     `json:"energy_j"`          // of one inference of the whole batch
	Watts  *float64    `json:"average_w"`         // drawn while it runs
	PerWh  *float64    `json:"inferences_per_wh"` // samples
	Power  *PowerBasis `json:"power_basis"`
}

// Energy is an energy in joules with the ends of its 90 % interval.
type Energy struct {
	Expected float64 `json:"expected"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// PowerBasis says what a power rests on.
type PowerBasis struct {
	Basis  string `json:"basis"`  // measured, published or power class
	Covers string `json:"covers"` // device, module, board or computer
	Source string `json:"source"`
}
