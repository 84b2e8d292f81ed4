package golden

import "testing"

func TestDigits(t *testing.T) {
	for have, want := range map[string]string{
		`"memory": 0.23663767696684299,`: `"memory": 0.236637676967,`,
		`"memory": 0.236637676966843,`:   `"memory": 0.236637676967,`,
		"-1.2345678901234567e-05,2.5,7":  "-1.23456789012e-05,2.5,7",
		"opset 17, v1.2.3, 10.50 ms":     "opset 17, v1.2.3, 10.50 ms",
	} {
		if got := Digits(have); got != want {
			t.Errorf("%s: %s, want %s", have, got, want)
		}
	}
}
