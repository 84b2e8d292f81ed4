package spelling

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"rpi-5", "rpi-4", 1}, {"flaw", "lawn", 2}} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"q4_k_m", "q8_0", "llama3-8b", "llama3-70b", "tinyllama-1.1b"}
	for _, c := range []struct{ name, want string }{
		{"q4km", "did you mean q4_k_m?"}, {"llama3", "did you mean llama3-8b, llama3-70b?"},
		{"lama3-8b", "did you mean llama3-8b?"}, {"tinylm", "did you mean tinyllama-1.1b?"},
		{"zzzz", "there are q4_k_m, q8_0, ..."}, {"", "there are q4_k_m, q8_0, ..."},
	} {
		if got := Suggest(c.name, names, 2); got != c.want {
			t.Errorf("Suggest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHoldsWords(t *testing.T) {
	const text = "jetson-orin-nano-8-super Jetson Orin Nano 8GB Super (25W/MAXN_SUPER)"
	for name, want := range map[string]bool{"super orin": true, "Orin Nano": true, "orin nx": false, "8": false, "": false,
		"or": false} {
		if got := HoldsWords(text, name); got != want {
			t.Errorf("HoldsWords(%q) = %t, want %t", name, got, want)
		}
	}
}
