package report

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// flagLine matches a flag of a help text with its value, up to what it does.
var flagLine = lazyexp.New(`^ +(?:-\w, )? *--\S+(?: \S+)? {2,}`)

// joined matches the end of a line of a paragraph that goes on: helps have them at 80 to 100 characters.
var joined = lazyexp.New(`(?m)^(\S.{69,})\n(\S)`)

// Break breaks the lines of a help or an error at a width in characters, but those that are to be typed. What follows a
// flag or an indented line stays indented.
func Break(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ridgepoint ") {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if flag := flagLine().FindString(line); flag != "" && len(flag) < width/2 {
			indent = len(flag)
		} else if indent > 0 || strings.HasPrefix(line, "ridgepoint: ") {
			indent += 2
		}
		lines[i] = wrap(line, width, indent)
	}
	return strings.Join(lines, "\n")
}

// BreakHelp does as Break after joining the lines of each paragraph.
func BreakHelp(text string, width int) string {
	for joined().MatchString(text) {
		text = joined().ReplaceAllString(text, "$1 $2")
	}
	return Break(text, width)
}
