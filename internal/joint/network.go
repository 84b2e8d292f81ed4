package joint

// A share is a part of a network's residual: wherever a family of runtimes runs it, or with one runtime alone.
type share struct {
	name string
	by   func(*Setting) string
	sd   float64
	of   map[string]float64 // sd of a family of runtimes where it differs
}

var shares = []share{
	{
		name: "net-family", by: byRuntimes, sd: 0.06,
		of: map[string]float64{"pytorch": 0.072, "pytorch-cpu": 0.09, "ncnn": 0.1},
	},
	{name: "net-runtime", by: byRuntime, sd: 0.04, of: map[string]float64{"pytorch": 0.054, "ncnn": 0.09}},
}

// A deviation is one share of one network.
type deviation struct {
	key, group string
	sd         float64
}

// sharesOf returns the deviations that a network may have on a setting, shared between those alike.
func sharesOf(s *Setting, known Variances) []deviation {
	var out []deviation
	family := s.RuntimeFamily
	for i := range shares {
		sh := &shares[i]
		sd, ok := sh.of[family]
		if !ok {
			sd = sh.sd
		}
		group := sh.name + "|" + family
		out = append(out, deviation{sh.name + ":" + sh.by(s), group, known.of(group, sd)})
	}
	return out
}
