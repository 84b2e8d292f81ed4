package strictyaml

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// bare matches a text without quotes that YAML takes for something else: it begins with a mark of YAML, or has a
// question mark in a list of one line.
var bare = lazyexp.New(`(?:- |: |[\[,] *)([*&%@!][^\s,\]]+)|[\[,] *([^\s\[\],"'{}#]+\?[^\s,\]]*)`)

// unquoted points an error of the YAML parser at the text that wants quotes, where there is one. The parser names the
// line above it, or none.
func (d *document) unquoted(e *Error) {
	for i := max(e.Line-1, 0); i < len(d.lines); i++ {
		m := bare().FindStringSubmatchIndex(d.lines[i])
		if m == nil {
			continue
		}
		at := max(m[2], m[4]) // of the alternative that is there
		e.Line, e.Col = i+1, at+1
		e.SourceLine = d.line(e.Line, e.Col)
		e.Hint = fmt.Sprintf("quote it: %q", d.lines[i][at:m[1]])
		return
	}
}
