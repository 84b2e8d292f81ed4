package joint

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// A Neighbour is a measured network that is made like another.
type Neighbour struct {
	Network    string // fingerprint
	Model      string // as published
	Similarity float64
	Deviation  float64 // of the logarithm of its time on the runtime asked about
	Weight     float64 // of Deviation in the answer
}

// A Likeness is what measured networks say of one that was not measured, by what they are made of.
type Likeness struct {
	Mean       float64     // of the deviation of its logarithm
	Widening   float64     // how many times the variance of networks that variance is
	Best       float64     // similarity of the nearest; 0: nobody was asked
	Neighbours []Neighbour // the nearest first
}

// A relative is a measured network under one runtime.
type relative struct {
	network, runtime string
	bag              kernel.Bag
	entries          []entry
}

// A kinship holds the networks that a family of runtimes was measured with.
type kinship struct {
	relatives  []relative
	structures dictionary
	networks   int

	mu      sync.Mutex
	answers [remembered]answer // the last ones that near gave
	oldest  int                // of them
}

// remembered says how many answers a kinship remembers: a grid asks of one network on every device in turn.
const remembered = 8

// An answer is what near said of a bag.
type answer struct {
	runtime string
	bag     kernel.Bag
	all     []Neighbour
}

// kinshipOf returns the measured networks with their structures, ready to be compared.
func kinshipOf(rs []relative) *kinship {
	k := &kinship{relatives: rs, structures: dictionaryOf(rs)}
	names := map[string]bool{}
	for i := range rs {
		rs[i].entries = k.structures.entries(rs[i].bag)
		names[rs[i].network] = true
	}
	k.networks = len(names)
	return k
}

// Networks that are alike err alike (docs/experiments.md).
const (
	nearest    = 5   // networks that are asked
	sharpness  = 10  // power of the similarity: the few that are really alike count
	reserve    = 0.1 // weight of a deviation of 0
	otherwise  = 0.8 // weight of what was measured with another runtime of the family
	outlying   = 3   // standard deviations that a deviation counts as at most
	population = 100 // networks that it takes: among few none is alike, and errors rise
)

// Networks that resemble a measured one from familiar on spread less than all do, those that do not strange on more.
const (
	strange, familiar = 0.75, 0.9
	widest, narrowest = 1.75, 0.55
)

// Similar returns what networks made like a bag say of a network that was not measured.
func (m *Model) Similar(s *Setting, bag kernel.Bag) Likeness { return m.partOf(s).similar(s, bag) }

// similar returns the measured networks that are like a bag of kernels, and by how much they were
// off.
func (p *part) similar(s *Setting, bag kernel.Bag) Likeness {
	out := Likeness{Widening: 1}
	if p.kin == nil || len(p.kin.relatives) == 0 || len(bag) == 0 {
		return out
	}
	all := p.kin.asked(s, bag)
	for i := range all {
		out.Best = max(out.Best, all[i].Similarity)
	}
	if p.kin.networks < population {
		return out
	}
	out.Neighbours = slices.Clone(all[:min(nearest, len(all))])
	sum := reserve
	for i := range out.Neighbours {
		n := &out.Neighbours[i]
		n.Model, n.Deviation = p.models[n.Network], p.known(s, n.Network)
		sum += n.Weight
	}
	for i := range out.Neighbours {
		n := &out.Neighbours[i]
		n.Weight /= sum
		out.Mean += n.Weight * n.Deviation
	}
	far := max(0, min(1, (familiar-out.Best)/(familiar-strange)))
	out.Widening = narrowest + (widest-narrowest)*far
	return out
}

// asked returns what near does, from memory where it was asked lately. The answer must not be changed.
func (k *kinship) asked(s *Setting, bag kernel.Bag) []Neighbour {
	k.mu.Lock()
	for i := range k.answers {
		if a := &k.answers[i]; a.all != nil && a.runtime == s.Runtime && slices.Equal(a.bag, bag) {
			k.mu.Unlock()
			return a.all
		}
	}
	k.mu.Unlock()
	all := k.near(s, bag)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.answers[k.oldest] = answer{s.Runtime, slices.Clone(bag), all}
	k.oldest = (k.oldest + 1) % remembered
	return all
}

// near returns the networks, those most like a bag first, with weights that are not yet shares.
func (k *kinship) near(s *Setting, bag kernel.Bag) []Neighbour {
	asked := k.structures.entries(bag)
	var all []Neighbour
	for i := range k.relatives {
		r := &k.relatives[i]
		like := similarity(r.entries, asked)
		n := Neighbour{Network: r.network, Similarity: like, Weight: math.Pow(like, sharpness)}
		if r.runtime != s.Runtime {
			n.Weight *= otherwise
		}
		if last := len(all) - 1; last >= 0 && all[last].Network == r.network {
			if n.Weight > all[last].Weight {
				all[last] = n
			}
			continue
		}
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b Neighbour) int {
		return cmp.Or(-cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.Network, b.Network))
	})
	return all
}

// foreign gives the similarity below which a network is made of other kernels than a measured one. Where none that was
// measured is nearer, errors of families left out spread further than variances say (docs/experiments.md).
const (
	foreign = 0.5
	further = 1.7 // times the variance
)

// Foreign reports whether no measured network is made like the one asked about.
func (l *Likeness) Foreign() bool { return l.Best > 0 && l.Best < foreign }

// Foreign reports whether no network that was measured in the setting, or in one that stands for it, is made like a
// bag.
func (k *Known) Foreign(bag kernel.Bag) bool {
	if k.part.kin == nil || len(bag) == 0 || len(k.own) > 0 {
		return false
	}
	entries := k.part.kin.structures.entries(bag)
	return !slices.ContainsFunc(k.part.kin.relatives, func(r relative) bool {
		_, here := k.part.here(&k.Setting, r.network)
		return here && similarity(r.entries, entries) >= foreign
	})
}

// spread returns how many times its own variance the variance of an answer is.
func (l *Likeness) spread() float64 {
	if l.Foreign() {
		return further
	}
	return 1
}

// known returns the deviation of a measured network, an outlier's cut.
func (p *part) known(s *Setting, network string) float64 {
	var mean, variance float64
	for _, d := range sharesOf(s, p.sd) {
		mean += p.nets[network][d.key].mean
		variance += d.sd * d.sd
	}
	most := outlying * math.Sqrt(variance)
	return max(-most, min(mean, most))
}
