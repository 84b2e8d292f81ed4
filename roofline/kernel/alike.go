package kernel

// A Numbering finds the kernels of a network that differ in nothing but their names and steps, as those of repeated
// blocks do: they take equally long on every device. The zero Numbering is ready; its storage is used again.
type Numbering struct {
	numbers []int32 // by kernel
	firsts  []int32 // by number: the first kernel that has it
	table   []int32 // numbers by hash, plus one; 0: empty
}

// Of returns a number for each kernel, equal for those that are alike. Numbers count from 0 in the order in which they
// first occur. They are valid until the next call.
func (n *Numbering) Of(kernels []Kernel) []int32 {
	size := 16
	for size < 2*len(kernels) {
		size *= 2
	}
	if len(n.table) != size {
		n.table = make([]int32, size)
	}
	clear(n.table)
	n.numbers, n.firsts = n.numbers[:0], n.firsts[:0]
	for i := range kernels {
		n.numbers = append(n.numbers, n.number(kernels, i))
	}
	return n.numbers
}

// number returns the number of a kernel: that of the first one like it, or the next.
func (n *Numbering) number(kernels []Kernel, i int) int32 {
	k := &kernels[i]
	mask := uint64(len(n.table) - 1)
	at := k.hash() & mask
	for n.table[at] != 0 {
		if found := n.table[at] - 1; k.Alike(&kernels[n.firsts[found]]) {
			return found
		}
		at = (at + 1) & mask
	}
	n.firsts = append(n.firsts, int32(i))
	n.table[at] = int32(len(n.firsts))
	return int32(len(n.firsts) - 1)
}

// hash returns a number that is equal for kernels that are alike.
func (k *Kernel) hash() uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := uint64(k.Class)
	for _, v := range [...]int64{k.Cost.MACs, k.Cost.Read, k.Cost.Weights, k.Cost.Written, k.K} {
		h = (h ^ uint64(v)) * odd
		h ^= h >> 29
	}
	return h
}

// Alike reports whether two kernels differ in nothing but their names, operators and steps.
func (k *Kernel) Alike(o *Kernel) bool {
	return k.Cost == o.Cost && k.Class == o.Class && k.Type == o.Type && k.Times == o.Times &&
		k.Float == o.Float && k.Kept == o.Kept && k.SpareRead == o.SpareRead && k.SpareWritten == o.SpareWritten &&
		k.Batch == o.Batch && k.M == o.M && k.N == o.N && k.K == o.K && k.BatchNorm == o.BatchNorm && k.Pool == o.Pool &&
		k.Window == o.Window && k.Winograd == o.Winograd && k.ModelWeights == o.ModelWeights && k.Sequence == o.Sequence
}
