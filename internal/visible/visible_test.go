package visible

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"conv_1/weight", "conv_1/weight"},
		{"größe → 頭 ² µ", "größe → 頭 ² µ"},
		{"a\x1b[31mb", `a\x1b[31mb`},
		{"a\nb\r\tc\a", `a\nb\r\tc\x07`},
		{"\u009b31m\u0085", `\u009b31m\u0085`},
		{"\u202eabc\u202c\u2066\u2069", `\u202eabc\u202c\u2066\u2069`},
		{"a\u2028b\u2029c\ufeff\u200b\u00ad", `a\u2028b\u2029c\ufeff\u200b\u00ad`},
		{"\xff\xc3(", `\xff\xc3(`},
		{"a\u034fb\u115f\u3164\uffa0\u2800\u17b4", `a\u034fb\u115f\u3164\uffa0\u2800\u17b4`},
		{"\u2764\ufe0f\U000e0100", "\u2764" + `\ufe0f\U000e0100`},
		{"e\u0301a\u0302\u0303", "e\u0301a\u0302\u0303"},
		{"\u0301x", `\u0301x`},
		{"z" + strings.Repeat("\u0301", 6), "z" + strings.Repeat("\u0301", 4) + `\u0301\u0301`},
		{"\U000e0041\x7f", `\U000e0041\x7f`},
	} {
		if got := Text(c.in); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "-2+3": "'-2+3", "-5": "-5", "+12.5%": "+12.5%",
		"@SUM(A1)": "'@SUM(A1)", "a\n=1": `a\n=1`, "\t=1": `\t=1`, "": "",
		" =1+1": "' =1+1", "\uff1d1": "'\uff1d1", "  -5": "  -5", "\uff20SUM": "'\uff20SUM"} {
		if got := Cell(in); got != want {
			t.Errorf("Cell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	if got := Clip("short", 90); got != "short" {
		t.Errorf("found %q", got)
	}
	if got := Clip(strings.Repeat("é", 500)+"end", 90); len(got) > 100 || !utf8.ValidString(got) ||
		!strings.HasSuffix(got, "end") {
		t.Errorf("found %q", got)
	}
}

// TestJSON holds that JSON keeps its meaning, and has what a name may have and no more.
func TestJSON(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`"größe"`, `"größe"`}, {"\"\u202e\u2800\u034f\"", `"\u202e\u2800\u034f"`}, {"\"\U000e0041\"", `"\udb40\udc41"`},
		{"\"z" + strings.Repeat("\u0301", 6) + "\"", "\"z" + strings.Repeat("\u0301", 4) + `\u0301\u0301"`},
	} {
		if got := string(JSON([]byte(c.in))); got != c.want {
			t.Errorf("JSON(%s): found %s, expected %s", c.in, got, c.want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"a", "\x1b]0;x\a", "\u202e\n", "\xff\xfe", "=1+1", "\U000e0041"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !Shown(r) }) {
			t.Errorf("Text(%q) = %q", s, got)
		}
		if len(got) > 10*len(s) {
			t.Errorf("%d bytes became %d", len(s), len(got))
		}
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var was, is string
		if json.Unmarshal(data, &was) != nil || json.Unmarshal(JSON(data), &is) != nil || was != is {
			t.Errorf("%s has another meaning as %s", data, JSON(data))
		}
	})
}
