package kernel

import (
	"math"
	"slices"
	"testing"
)

func moving(class Class, op string, elements, times int64) Kernel {
	k := Kernel{Class: class, Op: op, Times: times}
	k.Cost.Read = 2 * elements
	k.Float.Read = Traffic{Bytes: 2 * elements, Elems: elements}
	return k
}

func TestBag(t *testing.T) {
	kernels := []Kernel{
		moving(Conv, "Conv+Relu", 100, 2), moving(Pointwise, "Add", 100, 1), moving(Conv, "Conv+Relu", 100, 1),
		moving(GEMM, "Conv+Relu", 0, 1),
	}
	want := Bag{{"conv:Conv+Relu", 0.75}, {"pointwise:Add", 0.25}}
	if got := NewBag(kernels); !slices.Equal(got, want) {
		t.Errorf("found %v, expected %v", got, want)
	}
	slices.Reverse(kernels)
	if got := NewBag(kernels); !slices.Equal(got, want) {
		t.Errorf("in another order: found %v, expected %v", got, want)
	}
	for i := range kernels { // fp32 moves twice the bytes and as many elements
		kernels[i].Cost.Read *= 2
		kernels[i].Float.Read.Bytes *= 2
	}
	if got := NewBag(kernels); !slices.Equal(got, want) {
		t.Errorf("in another type: found %v, expected %v", got, want)
	}
	if got := NewBag(nil); got != nil {
		t.Errorf("no kernel: found %v, expected nothing", got)
	}
}

func TestMean(t *testing.T) {
	a, b := Bag{{"a", 0.5}, {"b", 0.5}}, Bag{{"b", 0.5}, {"c", 0.5}}
	got := Mean([]Bag{a, b})
	if want := (Bag{{"a", 0.25}, {"b", 0.5}, {"c", 0.25}}); !slices.Equal(got, want) {
		t.Errorf("found %v, expected %v", got, want)
	}
	var sum float64
	for _, p := range got {
		sum += p.Share
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("shares add up to %g, expected 1", sum)
	}
}
