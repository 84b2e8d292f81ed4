package decoder_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
)

// TestNearest: names of files with mixes of their own are taken as the published mix that is nearest in size; what is
// no mix at all stays an error.
func TestNearest(t *testing.T) {
	for name, want := range map[string]string{
		"UD-Q4_K_XL": "q4_k_m", "Q4_K_L": "q4_k_m", "q5_k_l": "q5_k_m", "UD-Q6_K_XL": "q6_k", "UD-Q8_K_XL": "q8_0",
		"UD-Q2_K_XL": "q2_k",
		"q3_k_l":     "q3_k_l", "UD-IQ3_XXS": "iq3_xxs", "ud-q4_k_m": "q4_k_m", "UD-IQ9_XL": "", "xl": "", "ud-": "",
	} {
		if got, err := decoder.ParseQuant(name); got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v; expected %q", name, got, err, want)
		}
	}
}
