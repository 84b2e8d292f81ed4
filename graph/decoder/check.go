package decoder

import "fmt"

// mostParams bounds the weights of a decoder: a thousand times the largest that was published.
const mostParams = 1 << 50

// mostMixer bounds the weights, and the state, of a recurrence of one layer.
const mostMixer = 1 << 40

// A limit is the range of one size.
type limit struct {
	what              string // in words, for the error
	have, least, most int64  // the shape's number and its limits
}

// Check refuses sizes that no decoder has. What passes can be counted without overflow.
func (s *Shape) Check() error {
	for _, n := range s.limits() {
		if n.have < n.least || n.have > n.most {
			return fmt.Errorf("found %d as %s, expected %d to %d", n.have, n.what, n.least, n.most)
		}
	}
	if n := s.atMost(); n > mostParams {
		return fmt.Errorf("found sizes of %.3g parameters, expected at most %.3g", n, float64(mostParams))
	}
	return nil
}

// atMost returns more parameters than the decoder has, if every layer had experts and a dense perceptron.
func (s *Shape) atMost() (n float64) {
	one, dense := *s, *s
	one.Mixers, dense.Mixers = nil, nil
	one.Layers, one.Dense, one.ExpertEvery = 1, 0, 0
	dense.Layers, dense.Experts = 1, 0
	for _, shape := range []Shape{one, dense} {
		for _, t := range shape.Tensors() {
			n += float64(t.In) * float64(t.Out) * float64(max(t.Experts, 1)) * float64(s.Layers)
		}
	}
	for i := range s.Mixers {
		n += float64(s.Mixers[i].Elems) + float64(s.Mixers[i].Vectors)
	}
	return n
}

// limits returns the limits that each size must keep.
func (s *Shape) limits() []limit {
	active := s.Experts
	if active == 0 { // of a dense decoder the number means nothing
		active = 1 << 14
	}
	limits := []limit{
		{"layers", s.Layers, 1, 1 << 12}, {"width", s.Width, 1, 1 << 20}, {"heads", s.Heads, 1, 1 << 14},
		{"heads of keys and values", s.KV, 1, s.Heads},
	}
	if l := s.Latent; l != nil {
		limits = append(limits, limit{"rank of queries", l.Query, 0, 1 << 20},
			limit{"rank of keys and values", l.KV, 1, 1 << 20}, limit{"size of a key without position", l.NoPE, 0, 1 << 13},
			limit{"size of a key with position", l.RoPE, 0, 1 << 13})
	}
	for i := range s.Mixers {
		m := &s.Mixers[i]
		if min(m.Elems, m.Vectors, m.State) < 0 || max(m.Elems, m.Vectors, m.State) > mostMixer {
			limits = append(limits, limit{"weights of a recurrence", m.Elems, 0, mostMixer},
				limit{"filters of a recurrence", m.Vectors, 0, mostMixer}, limit{"state of a recurrence", m.State, 0, mostMixer})
			break
		}
	}
	return append(limits,
		limit{"size of a head", s.HeadSize(), 1, 1 << 14}, limit{"size of a value", s.ValueSize(), 1, 1 << 14},
		limit{"intermediate size", s.FFN, 0, 1 << 24}, limit{"vocabulary", s.Vocabulary, 1, 1 << 26},
		limit{"context", s.Context, 0, 1 << 40}, limit{"experts", s.Experts, 0, 1 << 14},
		limit{"active experts", s.Active, 0, active}, limit{"width of an expert", s.ExpertFFN, 0, 1 << 24},
		limit{"width of shared experts", s.Shared, 0, 1 << 24}, limit{"layers without experts", s.Dense, 0, 1 << 12},
		limit{"window", s.Window, 0, 1 << 40}, limit{"layers for each without a window", s.Full, 0, 1 << 12},
	)
}
