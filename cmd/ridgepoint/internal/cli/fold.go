package cli

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// said returns a text for standard error, folded to the width of a terminal: a program that reads it has whole lines.
func (s *Streams) said(text string) string {
	if !s.Terminal || s.Width == 0 {
		return text
	}
	return folded(text, s.Width)
}

// expression returns a regular expression that is compiled when it is first used.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// flagLine matches a flag of a help text with its value, up to what it does.
var flagLine = expression(`^ +(?:-\w, )? *--\S+(?: \S+)? {2,}`)

// joined matches the end of a line of a paragraph that goes on: the help has them at 80 to 100 characters.
var joined = expression(`(?m)^(\S.{69,})\n(\S)`)

// folded breaks the lines of a text at a width, but those that are to be typed. What follows a flag or an indented line
// stays indented.
func folded(text string, width int) string {
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
		lines[i] = report.Wrap(line, width, indent)
	}
	return strings.Join(lines, "\n")
}

// foldHelp folds the help of all commands below a root to the width of the screen, where that is known.
func (a *app) foldHelp(root *cobra.Command) {
	if a.Width == 0 {
		return
	}
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, list []string) {
		var b bytes.Buffer
		cmd.SetOut(&b)
		help(cmd, list)
		cmd.SetOut(a.Out)
		text := b.String()
		for joined().MatchString(text) {
			text = joined().ReplaceAllString(text, "$1 $2")
		}
		cmd.Print(folded(text, a.Width))
	})
}
