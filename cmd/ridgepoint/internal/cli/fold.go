package cli

import (
	"bytes"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// said returns a text for standard error, folded to the width of a terminal: a program that reads it has whole lines.
func (s *Streams) said(text string) string {
	if !s.Terminal || s.Width == 0 {
		return text
	}
	return report.Break(text, s.Width)
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
		cmd.Print(report.BreakHelp(b.String(), a.Width))
	})
}
