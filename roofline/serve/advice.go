package serve

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// narrower lists ways of storing weights that take ever less, in the order in which they are tried for engines that read
// GGUF files and for others.
var narrower = map[bool][]string{
	true:  {"q8_0", "q6_k", "q5_k_m", "q4_k_m", "iq4_xs", "q3_k_m", "q2_k"},
	false: {"fp8", "w8", "w4g128"},
}

// mostCards says how many devices are tried.
const mostCards = 16

// advice says what of the same would have room: on more of the device, in a narrower quantisation, with a narrower
// cache. It is empty where nothing of these has.
func (s *Setup) advice(w *Workload) string {
	var ways []string
	add := func(text string, change func(*Setup) bool) {
		like := *s
		if change(&like) && like.memory(w).Verdict == Fits {
			ways = append(ways, text)
		}
	}
	if s.Device.Class == hwprofiles.GPU && s.TP*s.PP <= 1 {
		for n := 2; n <= mostCards && len(ways) == 0; n *= 2 {
			add(fmt.Sprintf("%d devices", n), func(o *Setup) bool { return o.over(n) })
		}
	}
	gguf := s.Engine.Split == "layer"
	cards := len(ways)
	for _, q := range narrower[gguf] {
		if len(ways) > cards {
			break
		}
		add("quantisation "+q, func(o *Setup) bool {
			m, err := NewModel(s.Model.Name, s.Model.Source, s.Model.Shape, q)
			o.Model = m
			return err == nil && m.Bytes() < s.Model.Bytes()
		})
	}
	if s.Cache == "f16" {
		for _, c := range s.Engine.Cache {
			if c == "q8_0" || c == "fp8" {
				add("a cache of "+c, func(o *Setup) bool { o.Cache = c; return true })
			}
		}
	}
	if len(ways) == 0 {
		return ""
	}
	return "; it has room with " + strings.Join(ways, ", or with ")
}

// over spreads a setup over so many devices as its engine does; false where that cannot be.
func (s *Setup) over(n int) bool {
	if s.Engine.Split == "layer" {
		s.PP = n
		return int64(n) <= s.Model.Shape.Layers
	}
	s.TP = n
	return s.Model.Shape.Heads%int64(n) == 0
}
