package decoder

// A Loss is what a way of storing weights costs in quality where it is published.
type Loss struct {
	Quant      string  // the quantisation, as llama.cpp names it
	Perplexity float64 // added to that of 16 bits
}

// LossModel gives the model that Losses are published for, and their source.
const (
	LossModel  = "Llama 3 8B"
	LossSource = "llama.cpp, tools/quantize/quantize.cpp at 03161a4: perplexity added to that of Llama 3 8B"
)

// Losses lists the published ones, the largest first.
var Losses = []Loss{
	{"q2_k", 3.5199}, {"q3_k_s", 1.6321}, {"q3_k_m", 0.6569}, {"q3_k_l", 0.5562}, {"q4_0", 0.4685}, {"q4_1", 0.4511},
	{"q4_k_s", 0.2689}, {"q4_k_m", 0.1754}, {"q5_0", 0.1316}, {"q5_1", 0.1062}, {"q5_k_s", 0.1049}, {"q5_k_m", 0.0569},
	{"q6_k", 0.0217}, {"q8_0", 0.0026}, {"f16", 0},
}

// LossOf returns the perplexity that a quantisation adds; false where none is published.
func LossOf(quant string) (float64, bool) {
	for _, l := range Losses {
		if l.Quant == quant {
			return l.Perplexity, true
		}
	}
	return 0, false
}
