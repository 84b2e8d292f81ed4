package roofline

import (
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
)

// ceilings lists the efficiencies that a class of kernels has.
var ceilings = [kernel.NumClasses]struct{ eff, band params.Param }{
	kernel.Conv:      {params.EffMatrix, params.BandMatrix},
	kernel.GroupConv: {params.EffGroup, params.BandMatrix},
	kernel.Depthwise: {params.EffDepthwise, params.BandDepthwise},
	kernel.GEMM:      {params.EffMatrix, params.BandMatrix},
	kernel.Attention: {params.EffMatrix, params.BandMatrix},
	kernel.Recurrent: {params.EffMatrix, params.BandMatrix},
	kernel.Pointwise: {params.EffMatrix, params.BandPointwise},
	kernel.Norm:      {params.EffMatrix, params.BandNorm},
	kernel.Reduce:    {params.EffMatrix, params.BandNorm},
	kernel.Move:      {params.EffMatrix, params.BandMove},
	kernel.Other:     {params.EffMatrix, params.BandMove},
	kernel.Unknown:   {params.EffMatrix, params.BandMove},
}

// Repack buffers above glibc's largest mmap threshold (32 MiB, mallopt(3)) are mapped anew at each call, and every page
// faults: freshPages times as long by VGG and SelecSLS on an i9-10940X.
const (
	mapped     = 32 << 20 // bytes from which on a buffer is mapped anew
	freshPages = 3.5      // how many times a fresh page takes
)

// Libraries have fast depthwise kernels for windows of up to so many elements.
const wideWindow = 7 * 7

// term returns what the time of a kernel is made of on the machine.
func (m *Machine) term(k *kernel.Kernel, b traffic) timing.Term {
	c := &ceilings[k.Class]
	t := timing.Term{Eff: c.eff, Band: c.band, Window: k.Window, Pool: k.Pool,
		Steps: float64(k.Sequence), Times: float64(k.Times)}
	rates := m.ratesOf(k)
	for e := range k.Cost.Work {
		w := &k.Cost.Work[e]
		if w.Ops == 0 {
			continue
		}
		r := &rates[e][w.Type]
		s := float64(w.Ops) * r.perOp * r.uneven / m.looked.boosted
		if cost.Engine(e) == cost.Matrix {
			t.Compute = s * m.throttle[w.Type]
			t.Winograd = m.saves(k, r, w.Type) > 1
		} else {
			t.Vector = max(t.Vector, s)
		}
	}
	cpu := m.looked.cpu
	if r := m.runtime; r != nil && r.WideDepthwise > 0 && !cpu && k.Class == kernel.Depthwise && k.K > wideWindow {
		t.Compute /= r.WideDepthwise
	}
	if cpu {
		t.Threads, t.InOrder = float64(m.cores()), m.device.InOrder
	}
	bytes, weights := m.dramBytes(k, b)
	t.Memory = bytes * m.perByte
	t.Product = k.Class == kernel.GEMM || k.Class == kernel.Attention || k.Class == kernel.Recurrent
	// A core uses each weight once, as it arrives: reading decides. A microcontroller is slower than its flash.
	if cpu && m.device.Flash == nil && k.Class == kernel.GEMM && k.Batch*k.M == 1 {
		t.Memory, t.Compute = max(t.Memory, t.Compute), 0
	}
	switch k.Class {
	case kernel.Depthwise, kernel.Recurrent:
	default:
		t.N, t.K = float64(k.N), float64(k.K)
	}
	if s := m.device.Systolic; s > 0 && k.Class != kernel.Depthwise {
		t.Compute *= padded(k.N, s) * padded(k.K, s)
	}
	if m.device.Units > 0 && k.M > 0 && k.Class != kernel.Depthwise {
		t.Tile = float64(k.Batch) * float64(k.M) * float64(k.N) / float64(m.device.Units)
	}
	switch {
	case k.BatchNorm:
		t.Band = params.BandBatchNorm
	case k.Class == kernel.Reduce && k.Pool:
		t.Band = params.BandMove
	}
	if k.Class.Convolves() {
		t.Repack = weights * m.perByte
		if cpu && b.weights > mapped {
			t.Repack *= freshPages
		}
	}
	return t
}

// padded returns how many times as much work a dimension is when it is padded to whole tiles, 1 for none.
func padded(n int64, tile int) float64 {
	if n <= 0 {
		return 1
	}
	whole := (n + int64(tile) - 1) / int64(tile) * int64(tile)
	return float64(whole) / float64(n)
}

// termAt returns what the time of a kernel is made of where it runs.
func (m *Machine) termAt(k *kernel.Kernel, b traffic, at place) timing.Term {
	if at.falls {
		return m.fallen(k, b, at)
	}
	t := m.term(k, b)
	if at.partly {
		t.Wait = m.handedOver(b)
	}
	return t
}

// Terms returns the terms of a model's kernels on a device with the runtime of opt, and the kernels, for a fit. They do
// not depend on calibrations.
func Terms(res *infer.Result, d *hwprofiles.Device, opt Options) ([]timing.Term, []kernel.Kernel, error) {
	s := new(session)
	m, err := s.prepare(res, d, &opt)
	if err != nil {
		return nil, nil, err
	}
	terms := make([]timing.Term, len(s.kernels), len(s.kernels)+1)
	where := m.placer()
	for i := range s.kernels {
		k := &s.kernels[i]
		terms[i] = m.termAt(k, m.precision.traffic(k), where.next(k))
	}
	if n := s.copied(m); n > 0 {
		terms = append(terms, *m.copying(n))
	}
	return terms, s.kernels, nil
}
