package runtimes

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Saving says how many times fewer multiplications a runtime may need for a 3x3 convolution of stride 1 in a type.
type Saving struct {
	Type   dtype.Type
	Times  float64
	Matrix bool // on the matrix units of GPUs as well
	Source *provenance.Source
}

// Saves returns how many times fewer multiplications a 3x3 convolution of stride 1 may need in a type, at least 1. A
// runtime may run a layer in a wider type, so what that saves counts for the narrower ones.
func (r *Runtime) Saves(t dtype.Type) float64 {
	times := 1.0
	for _, s := range r.Winograd {
		if s.Type.Bits() >= t.Bits() {
			times = max(times, s.Times)
		}
	}
	return times
}

// SavesOnMatrix returns Saves for the matrix units of a GPU. They outrun the transformations that fewer multiplications
// take, save where the runtime says that it has such kernels for them.
func (r *Runtime) SavesOnMatrix(t dtype.Type) float64 {
	times := 1.0
	for _, s := range r.Winograd {
		if s.Matrix && s.Type.Bits() >= t.Bits() {
			times = max(times, s.Times)
		}
	}
	return times
}

// readShare reads a number above 0, at most 1.
func readShare(v strictyaml.Value, what string) float64 {
	text, _ := v.Scalar()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x > 0 && x <= 1) {
		v.Errorf("", "found %s, expected a number above 0, at most 1: %s", v, what)
	}
	return x
}

var savingFields = []strictyaml.Field[Saving]{
	{Key: "type", Read: func(v strictyaml.Value, s *Saving) { s.Type = readType(v) }},
	{Key: "saves", Read: func(v strictyaml.Value, s *Saving) {
		text, _ := v.Scalar()
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= 1 && x <= 9) {
			v.Errorf("", "found %s, expected a number from 1 to 9: times fewer multiplications", v)
		}
		s.Times = x
	}},
	{Key: "matrix", Read: func(v strictyaml.Value, s *Saving) { s.Matrix = v.Bool("whether matrix units of GPUs do it") }},
	{Key: "source", Read: func(v strictyaml.Value, s *Saving) {
		if id, ok := v.Text("default"); ok {
			s.Source = v.Source(id)
		}
	}},
}

// readWinograd reads `winograd`, how many times fewer multiplications a type may need.
func readWinograd(v strictyaml.Value, r *Runtime) {
	for item := range v.Items() {
		s := Saving{}
		strictyaml.Fields(item, savingFields, &s)
		if s.Source == nil {
			s.Source = item.Source("default")
		}
		if v.Sound() && (s.Type == dtype.Undefined || s.Times == 0) {
			item.Errorf("write it as in {type: fp32, saves: 4}", "found %s, expected a type with saves", item)
		}
		r.Winograd = append(r.Winograd, s)
	}
}

// convolutionsOnly gives the value of tf32 of runtimes that run fp32 convolutions in TF32 and other matrix work in
// fp32.
const convolutionsOnly = "convolutions"

// readTF32 reads `tf32`: true, false, or convolutions alone.
func readTF32(v strictyaml.Value, r *Runtime) {
	if text, ok := v.Scalar(); ok && text == convolutionsOnly {
		r.TF32Conv = true
		return
	}
	r.TF32 = v.Bool("whether fp32 matrix work runs in TF32, or convolutions alone")
}

// readOptIns reads `opt_in`, the matrix rates that the runtime asks for.
func readOptIns(v strictyaml.Value) []string {
	names := v.Texts(hwprofiles.OptIns()[0])
	for _, n := range names {
		if !slices.Contains(hwprofiles.OptIns(), n) {
			v.Errorf("", "found %q, expected some of %s", spelling.Clip(n), strings.Join(hwprofiles.OptIns(), ", "))
		}
	}
	return names
}

// Peak returns the rate that the runtime gets of an engine of a device: the device's peak, or that of a way of matrix
// work that the runtime asks for.
func (r *Runtime) Peak(d *hwprofiles.Device, e cost.Engine, t dtype.Type) (*hwprofiles.Peak, bool) {
	best, ok := d.Peak(e, t)
	if r == nil || e != cost.Matrix {
		return best, ok
	}
	for i := range d.OptIn {
		if !slices.Contains(r.OptIn, d.OptIn[i].Name) {
			continue
		}
		for j := range d.OptIn[i].Peaks {
			if p := &d.OptIn[i].Peaks[j]; p.Type == t && (!ok || p.Rate.Value > best.Rate.Value) {
				best, ok = p, true
			}
		}
	}
	return best, ok
}
