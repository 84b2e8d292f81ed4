package strictyaml

import (
	"slices"
	"testing"
)

// TestList holds that a list is read as the parser reads it, in whatever style it is written.
func TestList(t *testing.T) {
	foo := []string{"Foo", "FB"}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"flow", "id: x\naliases: [Foo, FB]\nyear: 2020\n", foo},
		{"flow, last line without a break", "aliases: [Foo, FB]", foo},
		{"comment behind", "aliases: [Foo, FB]  # note\nyear: 2020\n", foo},
		{"comment with brackets behind", "aliases: [Foo, FB] # [not, these]\n", foo},
		{"quoted", "aliases: [\"Foo\", 'FB']\n", foo},
		{"comma in quotes", "aliases: [\"Foo, 8 GB\", FB]\n", []string{"Foo, 8 GB", "FB"}},
		{"hash in an item", "aliases: [Foo#1, \"F # B\"] # note\n", []string{"Foo#1", "F # B"}},
		{"quote in an item", "aliases: [Bob's, FB]\n", []string{"Bob's", "FB"}},
		{"doubled quote", "aliases: ['Bob''s', FB]\n", []string{"Bob's", "FB"}},
		{"escape", "aliases: [\"F\\u006fo\", FB]\n", foo},
		{"escaped key", "\"\\u0061liases\": [Foo, FB]\n", foo},
		{"trailing comma", "aliases: [Foo, FB,]\n", foo},
		{"several lines", "aliases: [Foo,\n  FB] # note\nyear: 2020\n", foo},
		{"bracket in the first column", "aliases: [\n  Foo, # note\n  FB,\n]\nyear: 2020\n", foo},
		{"item in the first column", "aliases: [Foo,\nFB]\nyear: 2020\n", foo},
		{"blocks", "aliases:\n  - Foo\n  - FB\nyear: 2020\n", foo},
		{"blocks in the first column", "aliases:\n- Foo\n- FB\nyear: 2020\n", foo},
		{"blocks with comments", "aliases: # two\n  # the first\n  - Foo # old\n\n  - \"FB\"\nyear: 2020\n", foo},
		{"folded item", "aliases:\n  - Foo\n    Bar\n  - FB\n", []string{"Foo Bar", "FB"}},
		{"windows", "id: x\r\naliases: [Foo, FB]\r\nyear: 2020\r\n", foo},
		{"space before the colon", "aliases : [Foo, FB]\n", foo},
		{"quoted key", "\"aliases\": [Foo, FB]\n", foo},
		{"indented document", "  id: x\n  aliases: [Foo, FB]\n", foo},
		{"flow document", "{id: x, aliases: [Foo, FB]}\n", foo},
		{"word in a comment", "# aliases: [No]\naliases: [Foo, FB]\n", foo},
		{"word in another list", "notes: [aliases]\naliases: [Foo, FB]\n", foo},
		{"line in quotes that looks like it", "notes: [\"a\naliases: [No]\n\"]\naliases: [Foo, FB]\n", foo},
		{"line in quotes that looks like a key", "aliases: [\"Foo\nyear: 2020\", FB]\n", []string{"Foo year: 2020", "FB"}},
		{"inner key of that name", "sub:\n  aliases: [No]\n", nil},
		{"longer key", "myaliases: [No]\n", nil},
		{"empty", "aliases: []\nyear: 2020\n", nil},
		{"nothing", "id: x\n", nil},
		{"no YAML", "aliases: [Foo\n", nil},
	} {
		if got := List([]byte(c.text), "aliases"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q gives %q, want %q", c.name, c.text, got, c.want)
		}
	}
}
