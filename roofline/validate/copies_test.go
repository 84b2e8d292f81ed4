package validate

import "testing"

func TestCopiesOfNotes(t *testing.T) {
	for notes, want := range map[string]bool{
		"dynamic-batch engine; mean with host transfers (worst 10.2)":                   true,
		"static-shape engine; model time without transfers; with host transfers 0.8 ms": false,
		"TensorRT fp16, data transfer time INCLUDED (page text)":                        true,
		"no transfers counted when overlapped":                                          false,
		"task: artistic style transfer":                                                 false,
		"":                                                                              false,
	} {
		if got := copies(notes); got != want {
			t.Errorf("%q: found copies %v, expected %v", notes, got, want)
		}
	}
}
