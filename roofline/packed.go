package roofline

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
)

// packed lists the operators that hold a whole network once a vendor's compiler has been over a file: nothing of it
// can be read.
var packed = []string{"edgetpu-custom-op", "ethos-u", "NeutronGraph"}

// IsPacked reports whether an operator holds a network that a vendor's compiler packed.
func IsPacked(operator string) bool { return slices.Contains(packed, operator) }

// packedNotes returns the note on a file that is compiled: how long it takes cannot be told.
func packedNotes(c *infer.Coverage) (notes []note.Note) {
	for _, op := range packed {
		for _, unknown := range c.UnknownOps {
			name, _, _ := strings.Cut(unknown, " ")
			if _, plain, ok := strings.Cut(name, "::"); name == op || ok && plain == op {
				return []note.Note{note.New(note.CompiledFile, op)}
			}
		}
	}
	return nil
}

// Compiled returns the operator into which a vendor's compiler packed the network of an estimate, "" for none: its
// latency is that of what is left.
func (e *Estimate) Compiled() string {
	for i := range e.Notes {
		if e.Notes[i].Code == note.CompiledFile {
			op, _ := e.Notes[i].Values()["operator"].(string)
			return op
		}
	}
	return ""
}
