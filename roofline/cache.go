package roofline

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// cpus are the classes of devices whose default runtime computes on cores. What a kernel writes there is expected to be still in a cache when the next one
// reads it; on GPUs it is not: their published latencies are predicted as well without.
var cpus = []string{"cpu", "rpi", "apple", "mobile"}

// Bandwidths of caches that no source gives, as multiples of that of the main memory: between what "ridgepoint host" measured on two
// servers (l2 4.2 and 6.4, l3 2.0 and 2.1). A level nearer to the core counts as an l2.
const (
	sharedCache  = 2
	privateCache = 5
)

// traffic is how many bytes of the main memory's a kernel's traffic takes as long as. Tensors between kernels move at the rate of the innermost
// cache that is twice as large as they are, since others are in it too; weights at that of one that holds those of the whole model,
// for otherwise the layers between two inferences push them out.
func (m *Machine) traffic(k *kernel.Kernel) (all, weights float64) {
	read, stored, written := m.Precision.bytes(k)
	tensors, weights := float64(read)+float64(written), float64(stored)
	if slices.Contains(cpus, m.Device.Class) {
		tensors /= m.nearer(tensors)
		if k.Cost.Weights > 0 {
			weights /= m.nearer(float64(k.ModelWeights) * weights / float64(k.Cost.Weights))
		}
	}
	return tensors + weights, weights
}

// nearer is how many times faster than main memory the innermost cache is that has room for twice so many bytes; 1 where none has.
func (m *Machine) nearer(bytes float64) float64 {
	dram := m.Device.DRAM().Bandwidth.Value
	for i := len(m.Device.Memory) - 1; i > 0; i-- {
		if l := &m.Device.Memory[i]; 2*bytes <= l.Capacity.Value {
			return max(1, cacheRate(l, dram)/dram)
		}
	}
	return 1
}

// cacheRate is the bandwidth of an inner level of memory, in B/s.
func cacheRate(l *hwprofiles.MemoryLevel, dram float64) float64 {
	switch {
	case l.Bandwidth.Value > 0:
		return l.Bandwidth.Value
	case l.Name == "l3" || l.Name == "l4":
		return sharedCache * dram
	}
	return privateCache * dram
}
