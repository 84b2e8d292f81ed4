package cli

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// hasFlag reports whether a command or one below it has a flag.
func hasFlag(c *cobra.Command, name string) bool {
	found := c.Flags().Lookup(name) != nil
	for _, sub := range c.Commands() {
		found = found || hasFlag(sub, name)
	}
	return found
}

// TestHints: every hint is about a note of the table and names flags that there are.
func TestHints(t *testing.T) {
	sampling.Alone(t)
	commands := newRoot(&app{})
	unbound := &infer.UnboundError{Symbols: []string{"seq"}, Inputs: []string{"images", "axis"},
		Examples: []string{"1x3x224x224", ""}}
	texts := []string{errorHint(fmt.Errorf("x.onnx: %w", unbound))}
	if want := "for example --dim seq=128 --shape images=1x3x224x224 --shape axis=SHAPE (sizes joined by x, or scalar)"; texts[0] != want {
		t.Errorf("hint %q, want %q", texts[0], want)
	}
	typed := &roofline.TypeError{Type: dtype.BFloat16, Runs: []dtype.Type{dtype.Float64, dtype.Int8, dtype.Float16}}
	if got := errorHint(typed); !strings.HasPrefix(got, "--precision fp16 ") {
		t.Errorf("hint %q, want --precision fp16", got)
	}
	for _, h := range hints {
		code, text := h.Code, h.Text
		row := note.Find(code)
		if row == nil {
			t.Errorf("there is no note %s", code)
			continue
		}
		for _, field := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(" "+row.Args+" ", " "+field[1]+" ") {
				t.Errorf("%s: found {%s} in the hint, expected one of %s", code, field[1], row.Args)
			}
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		for _, name := range regexp.MustCompile(`--[a-z-]+`).FindAllString(text, -1) {
			if !hasFlag(commands, strings.TrimPrefix(name, "--")) {
				t.Errorf("%q: no command has the flag %s", text, name)
			}
		}
	}
	if errorHint(fmt.Errorf("other")) != "" {
		t.Error("a hint is given where there is nothing to do")
	}
}

// generic returns the text of a row with the names of its arguments for their values.
func generic(text string) string {
	return regexp.MustCompile(`\{\w+(:[^{}]*)?\}`).ReplaceAllStringFunc(text, func(field string) string {
		name, verb, _ := strings.Cut(strings.Trim(field, "{}"), ":")
		name = "`" + name + "`"
		if verb == "()" {
			return " (" + name + ")"
		}
		if _, many, ok := strings.Cut(verb, "|"); ok {
			return name + " " + many
		}
		if strings.Contains(verb, "/") && !strings.HasPrefix(verb, "si ") {
			return strings.ReplaceAll(verb, "/", " or ")
		}
		return name
	})
}

// TestDocsNotes prints docs/notes.md from the table of notes.
func TestDocsNotes(t *testing.T) {
	sampling.Alone(t)
	var b strings.Builder
	b.WriteString(`# Notes

What a result says beside its figures. The command line prints notes as footnotes, with a hint where a flag changes
something. JSON has them as ` + "`notes: [{code, level, text, args, about}]`" + `, where *about* names the models, devices or
tools if the note is not about all. Key on the code: codes stay, texts may be reworded.

| level | means |
|---|---|
| info | what a figure rests on, or a default; nothing to do |
| note | an assumption that shapes the figures |
| warning | something is unknown, unusual or uncertain: the figures may be off |

| code | level | text | what to do |
|---|---|---|---|
`)
	for _, r := range note.Rows() {
		what := ""
		for _, h := range hints {
			if h.Code == r.Code {
				what = generic(h.Text)
			}
		}
		text := strings.ReplaceAll(generic(r.Text), "|", `\|`)
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Code, r.Level, text, what)
	}
	golden(t, filepath.Join(root, "docs", "notes.md"), b.String())
}
