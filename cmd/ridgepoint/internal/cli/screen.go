package cli

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

// narrowest gives the least width that tables are fitted to.
const narrowest = 60

// screenWidth returns the width of a terminal's lines: what COLUMNS says, or what the terminal says; 0 where none does.
func screenWidth(f *os.File, env func(string) string) int {
	if n, err := strconv.Atoi(env("COLUMNS")); err == nil && n > 0 {
		return max(n, narrowest)
	}
	if !terminal(f) {
		return 0
	}
	if n := terminalWidth(f); n > 0 {
		return max(n, narrowest)
	}
	return 0
}

// A colorFlag says when words have colours; "" is auto.
type colorFlag string

var colorFlags = []string{"auto", "always", "never"}

// Set takes one of colorFlags.
func (c *colorFlag) Set(text string) error {
	if !slices.Contains(colorFlags, text) {
		return fmt.Errorf("found %q, expected %s", text, strings.Join(colorFlags, ", "))
	}
	*c = colorFlag(text)
	return nil
}

// String returns when colours are used.
func (c *colorFlag) String() string { return string(*c) }

// Type names the value in the help of a flag without a name of its own.
func (c *colorFlag) Type() string { return "WHEN" }

// layout returns how tables are laid out on standard output.
func (a *app) layout() report.Layout {
	color := a.color == "always" || a.color != "never" && a.Screen && !a.Plain
	return report.Layout{Width: a.Width, Wide: a.wide, Color: color}
}
