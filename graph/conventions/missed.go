package conventions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A missed holds the operators that compute and count nothing, by reason and name.
type missed map[note.Code]map[string]*share

// A share is what an operator would add: nodes, and their FLOP as this program counts them.
type share struct{ nodes, flops int64 }

// add takes in a step that counts nothing. Steps that do no arithmetic are not missed.
func (m missed) add(s *infer.Step, why note.Code) {
	if s.Cost.FLOPs() == 0 && !s.Unknown {
		return
	}
	if m[why] == nil {
		m[why] = make(map[string]*share)
	}
	op := s.Node.Op.String()
	if m[why][op] == nil {
		m[why][op] = new(share)
	}
	m[why][op].nodes = sat.Add(m[why][op].nodes, s.Times)
	m[why][op].flops = sat.Add(m[why][op].flops, sat.Mul(s.Cost.FLOPs(), s.Times))
}

// notes returns a note for each reason, the operators with most work first.
func (m missed) notes() []note.Note {
	var notes []note.Note
	for _, why := range slices.Sorted(maps.Keys(m)) {
		ops := slices.SortedFunc(maps.Keys(m[why]), func(a, b string) int {
			return cmp.Or(cmp.Compare(m[why][b].flops, m[why][a].flops), strings.Compare(a, b))
		})
		for i, op := range ops {
			ops[i] = fmt.Sprintf("%s (%d)", op, m[why][op].nodes)
		}
		notes = append(notes, note.New(why, ops))
	}
	return notes
}
