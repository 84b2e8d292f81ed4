package kernel

import (
	"reflect"
	"slices"
	"testing"
)

// labels lists the fields of a kernel that no time on a device's own units depends on.
var labels = []string{"Name", "Op", "Rule", "Operator", "Steps"}

// TestAlike: a kernel that differs in any field but its labels has a number of its own, whatever fields there are.
func TestAlike(t *testing.T) {
	kernels := []Kernel{{}, {Name: "again", Op: "Conv", Rule: "bias", Operator: "Conv", Steps: []int32{1}}}
	want := []int32{0, 0}
	fields := reflect.TypeFor[Kernel]()
	for i := range fields.NumField() {
		if slices.Contains(labels, fields.Field(i).Name) {
			continue
		}
		for _, leaf := range leaves(fields.Field(i).Type) {
			var k Kernel
			at := reflect.ValueOf(&k).Elem().Field(i)
			for _, step := range leaf {
				if at.Kind() == reflect.Array {
					at = at.Index(step)
				} else {
					at = at.Field(step)
				}
			}
			differ(at)
			want = append(want, int32(len(kernels)-1))
			kernels = append(kernels, k)
		}
	}
	var n Numbering
	for range 2 { // in storage that is used again too
		if got := n.Of(kernels); !slices.Equal(got, want) {
			t.Fatalf("found numbers %v, expected %v", got, want)
		}
	}
	if got := n.Of(slices.Repeat(kernels, 2)); !slices.Equal(got, slices.Repeat(want, 2)) {
		t.Errorf("found numbers %v of kernels that come twice", got)
	}
}

// leaves returns the ways to all fields and elements of a type that hold no others.
func leaves(t reflect.Type) (out [][]int) {
	n := 0
	switch t.Kind() {
	case reflect.Struct:
		n = t.NumField()
	case reflect.Array:
		n = t.Len()
	default:
		return [][]int{nil}
	}
	for i := range n {
		inner := t
		if t.Kind() == reflect.Struct {
			inner = t.Field(i).Type
		} else {
			inner = t.Elem()
		}
		for _, leaf := range leaves(inner) {
			out = append(out, append([]int{i}, leaf...))
		}
	}
	return out
}

// differ makes a value another one than zero.
func differ(v reflect.Value) {
	switch {
	case v.CanInt():
		v.SetInt(1)
	case v.CanUint():
		v.SetUint(1)
	default:
		v.SetBool(true)
	}
}
