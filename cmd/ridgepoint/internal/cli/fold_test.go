package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// at runs a command whose standard output, and standard error too if it is a terminal, have lines of a width.
func at(t *testing.T, width int, terminal bool, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs, UserDir: t.TempDir(),
		Width: width, Terminal: terminal})
	return out.String(), errs.String()
}

// TestFoldedHelp: the help of every command keeps to the screen, but lines to be typed and long words, and says the
// same words as where the width is not known.
func TestFoldedHelp(t *testing.T) {
	var each func(c *cobra.Command)
	each = func(c *cobra.Command) {
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		whole, _ := at(t, 0, false, args...)
		text, _ := at(t, 80, false, args...)
		if strings.Join(strings.Fields(text), " ") != strings.Join(strings.Fields(whole), " ") {
			t.Errorf("%s says other words at 80 than at any width", c.CommandPath())
		}
		for l := range strings.Lines(text) {
			if widest(l) > 80 && !strings.HasPrefix(l, "  ridgepoint ") && len(strings.Fields(l)) > 1 {
				t.Errorf("%s: %d characters: %s", c.CommandPath(), widest(l), l)
			}
		}
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(Root())
}

// TestFoldedErrors: errors keep to a terminal, and are whole lines for programs that read them.
func TestFoldedErrors(t *testing.T) {
	for _, line := range []string{
		"whatif zoo:mobilenetv2 -d rpi-5 --set foo=3", "estimate zoo:mobilenetv2 -d rpi-5 --runtime tensorrt",
		"estimate zoo:mobilenetv2 -d rpi-5 --precision foo", "pick -d rpi-5",
	} {
		args := strings.Fields(line)
		_, whole := at(t, 80, false, args...)
		_, folded := at(t, 80, true, args...)
		if strings.Join(strings.Fields(whole), " ") != strings.Join(strings.Fields(folded), " ") {
			t.Errorf("%s: found %s, expected the words of %s", line, folded, whole)
		}
		if widest(folded) > 80 || widest(whole) < 81 {
			t.Errorf("%s: found lines of %d on a terminal of 80 and of %d elsewhere", line, widest(folded), widest(whole))
		}
	}
}

// widest returns the length of the longest line.
func widest(text string) (n int) {
	for l := range strings.Lines(text) {
		n = max(n, len([]rune(strings.TrimRight(l, "\n"))))
	}
	return n
}
