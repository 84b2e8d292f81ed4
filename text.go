package ridgepoint

import (
	"io"

	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/internal/errtext"
	"github.com/ridgepoint/ridgepoint/internal/room"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// ErrorText returns an error's text as the commands print it: in our own sentences where Go's library or the system
// speaks, without control characters, each line short.
func ErrorText(err error) string { return errtext.Text(err) }

// VisibleText returns a text that others wrote, fit for a line on a terminal: control characters, line ends, characters
// that change the direction of text and broken UTF-8 are written as escapes such as \x1b.
func VisibleText(s string) string { return visible.Text(s) }

// WriteFile writes a file whole or not at all, as every command does. A file that is there keeps its mode, a symbolic
// link its place; what is no regular file is written to as it stands.
func WriteFile(path string, write func(io.Writer) error) error { return atomicfile.Write(path, write) }

// SameFile reports whether two paths are one regular file, or lead to one that is not there yet.
func SameFile(a, b string) bool { return atomicfile.Same(a, b) }

// BoundModels sets how much memory, in bytes, the description of a model may take, weights aside, if that is less than
// usual. It is for programs with little memory; a model that needs more is refused.
func BoundModels(bytes int64) {
	room.Bound(bytes)
}

// Abandon removes the temporary files of all writes under way, which fail. A program calls it when a signal ends it.
func Abandon() { atomicfile.Abandon() }
