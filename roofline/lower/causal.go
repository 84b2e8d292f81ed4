package lower

import "github.com/ridgepoint/ridgepoint/roofline/kernel"

// Causal takes the scores above the diagonal out of an attention kernel's work.
// Of M queries over N keys, query i sees N-M+i+1 keys: together the fraction 1-(M-1)/(2N).
// Other kernels, and attention whose queries and keys are not known, stay as they are: it reports false.
func Causal(k *kernel.Kernel) bool {
	if k.Class != kernel.Attention || k.N == 0 || k.M > k.N {
		return false
	}
	keep := 1 - float64(k.M-1)/(2*float64(k.N))
	k.Cost.MACs = int64(float64(k.Cost.MACs) * keep)
	for e := range k.Cost.Work {
		k.Cost.Work[e].Ops = int64(float64(k.Cost.Work[e].Ops) * keep)
	}
	return true
}
