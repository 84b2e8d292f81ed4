package timing

import "testing"

func BenchmarkOf(b *testing.B) {
	times := make([]float64, 1000)
	for i := range times {
		times[i] = float64(i * 7919 % 1000)
	}
	for b.Loop() {
		Of(times)
	}
}
