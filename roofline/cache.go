package roofline

import (
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// Bandwidths of caches that no source gives, as multiples of that of the main memory: between what "ridgepoint host"
// measured on two servers (l2 4.2 and 6.4, l3 2.0 and 2.1). A level nearer to the core counts as an l2.
const (
	sharedCache  = 2
	privateCache = 5
)

// dramBytes returns a kernel's traffic in DRAM-equivalent bytes, all of it and that of weights: cached bytes count less
// by the cache's speed-up. Tensors between kernels move at the rate of the innermost cache that is twice as large as
// they are, since others are in it too. Weights move at the rate of a cache that holds those of the whole model, for
// otherwise the layers between two inferences push them out.
func (m *Machine) dramBytes(k *kernel.Kernel, b traffic) (all, weights float64) {
	tensors, weights := float64(b.read)+float64(b.written), float64(b.weights)
	if m.looked.cpu {
		tensors /= m.cacheSpeedup(tensors)
		if k.Cost.Weights > 0 {
			weights /= m.cacheSpeedup(float64(k.ModelWeights) * weights / float64(k.Cost.Weights))
		}
	}
	if b.weights > 0 {
		weights *= m.placedWeights(k, b) / float64(b.weights)
	}
	return m.placedTensors(tensors) + weights, weights
}

// cacheSpeedup returns how many times faster than DRAM the innermost cache is that holds twice the bytes, 1 if none
// does.
func (m *Machine) cacheSpeedup(bytes float64) float64 {
	dram := m.device.DRAM().Bandwidth.Value
	for i := len(m.device.Memory) - 1; i > 0; i-- {
		if l := &m.device.Memory[i]; 2*bytes <= l.Capacity.Value {
			return max(1, cacheRate(l, dram)/dram)
		}
	}
	return 1
}

// cacheRate returns the bandwidth of an inner level of memory, in B/s.
func cacheRate(l *hwprofiles.MemoryLevel, dram float64) float64 {
	switch {
	case l.Bandwidth.Value > 0:
		return l.Bandwidth.Value
	case l.Name == "l3" || l.Name == "l4":
		return sharedCache * dram
	}
	return privateCache * dram
}

// fastestCache says what no cache exceeds whose bandwidth no source gives, as a multiple of that of the main memory
// (assumed: the fastest that was measured on CPUs is 6.4, on GPUs 5).
const fastestCache = 10

// leastMemory returns the least time that a kernel's traffic takes, in seconds, whatever the caches hold when it begins
// and ends. A cache of C bytes can hold C of what it reads and C of what it writes, and C of the weights of all
// kernels. Every NPU has memory of its own for tensors between kernels; where the profile does not know how much, it
// may hold all.
func (m *Machine) leastMemory(k *kernel.Kernel, b traffic) float64 {
	if far := m.spilled(k, b); far > 0 {
		return max(far*float64(b.weights)/m.device.Link.Bandwidth.Value, (1-far)*float64(b.weights)*m.perByte)
	}
	held, fastest := m.looked.cached, m.looked.fastest
	if held == 0 && m.device.Class == hwprofiles.NPU {
		return float64(b.weights) * m.perByte
	}
	if held == 0 {
		return float64(b.read+b.weights+b.written) * m.perByte
	}
	far := max(0, float64(b.read)-held) + max(0, float64(b.written)-held)
	if b.weights > 0 {
		share := float64(b.weights) / float64(max(k.Cost.Weights, 1)) // bytes at the precision of those of the model
		all := max(float64(k.ModelWeights)*share, float64(b.weights))
		far += float64(b.weights) * max(0, 1-held/all)
	}
	near := float64(b.read+b.weights+b.written) / fastest
	return max(far*m.perByte, near)
}
