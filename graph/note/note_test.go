package note

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type label string

func (l label) String() string { return "node " + string(l) }

// TestFormat prints an argument by every verb.
func TestFormat(t *testing.T) {
	for _, c := range []struct {
		arg        any
		verb, want string
	}{
		{"N", "", "N"}, {int64(1 << 40), "", "1099511627776"}, {21.33333, "", "21.33"}, {math.Inf(1), "", "+Inf"},
		{[]string{"t4", "v100"}, "", "t4, v100"}, {label("x"), "", "node x"}, {nil, "", ""},
		{strings.Split("abcdefghij", ""), "", "a, b, c, d, e, f, g, h and 2 more"},
		{"N", "q", `"N"`}, {0.143, "%", "14.3 %"}, {0.5, ".1", "0.5"},
		{1.1649, ".2", "1.16"}, {"MLPerf", "()", " (MLPerf)"}, {"", "()", ""},
		{1, "place|places", "1 place"}, {int64(2), "place|places", "2 places"}, {0, "place|places", "0 places"},
		{1.16, "slower/faster", "slower"}, {0.93, "slower/faster", "faster"},
		{0.03421, "si s", "34.2 ms"}, {1.37e9, "si B/s", "1.37 GB/s"}, {0.0, "si s", "0 s"}, {0.9999, "si s", "1 s"},
		{999.9, "si FLOP", "1 kFLOP"}, {int64(4089000000), "si MAC", "4.09 GMAC"}, {2e-10, "si s", "0.2 ns"},
	} {
		if got := format(c.arg, c.verb); got != c.want {
			t.Errorf("format(%v, %q) = %q, want %q", c.arg, c.verb, got, c.want)
		}
	}
}

// TestNote renders a note, its level and its arguments by name.
func TestNote(t *testing.T) {
	n := New(BatchDefault, "N", int64(1))
	if got := n.Text(); got != `batch dimension "N" defaults to 1` {
		t.Errorf("text %q", got)
	}
	if n.Level() != Info || n.Level().String() != "info" {
		t.Errorf("level %s, want info", n.Level())
	}
	if got := n.Fill("set {dim}, {nothing}."); got != "set N, ." {
		t.Errorf("filled %q", got)
	}
	got, err := json.Marshal(New(TripsAssumed, label("x"), int64(100)).Values())
	if err != nil || string(got) != `{"node":"node x","trips":100}` {
		t.Errorf("values %s, %v", got, err)
	}
	odd := New("no-such-code", 1)
	if odd.Text() != "no-such-code" || odd.Level() != Warning || len(odd.Values()) != 0 || odd.Fill("{a}") != "" {
		t.Errorf("a code without a row: %q, %s, %v", odd.Text(), odd.Level(), odd.Values())
	}
	if short := New(BatchDefault, "N"); short.Text() != `batch dimension "N" defaults to ` || len(short.Values()) != 1 {
		t.Errorf("too few arguments: %q", short.Text())
	}
}

// TestAdd keeps one of equal notes.
func TestAdd(t *testing.T) {
	a, b := New(UpperBounds, []string{"x"}, 1), New(UpperBounds, []string{"x"}, 2)
	list := Add(nil, a, b, New(UpperBounds, []string{"x"}, 1))
	if !slices.EqualFunc(list, []Note{a, b}, Note.Equal) {
		t.Errorf("found %v, want two notes", list)
	}
}

// TestRows holds every row of the table to its form.
func TestRows(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	field := regexp.MustCompile(`\{([^{}:]*)(?::([^{}]*))?\}`)
	seen := map[Code]bool{}
	for _, r := range Rows() {
		if !kebab.MatchString(string(r.Code)) || seen[r.Code] {
			t.Errorf("%s: a code is kebab-case and has one row", r.Code)
		}
		seen[r.Code] = true
		if r.Level > Warning || Find(r.Code).Text != r.Text {
			t.Errorf("%s: level %d, found as %v", r.Code, r.Level, Find(r.Code))
		}
		if strings.Contains(r.Text, "--") || strings.HasSuffix(r.Text, ".") || strings.TrimSpace(r.Text) != r.Text {
			t.Errorf("%s: %q: a text is a sentence without a full stop that names no flag", r.Code, r.Text)
		}
		var used []string
		for _, m := range field.FindAllStringSubmatch(r.Text, -1) {
			used = append(used, m[1])
			if _, ok := verbs[m[2]]; !ok && !strings.ContainsAny(m[2], "|/ ") {
				t.Errorf("%s: there is no verb %q", r.Code, m[2])
			}
		}
		slices.Sort(used)
		args := slices.Sorted(slices.Values(strings.Fields(r.Args)))
		if used = slices.Compact(used); !slices.Equal(used, args) {
			t.Errorf("%s: the text uses the arguments %v, the row lists %v", r.Code, used, args)
		}
		if words := len(strings.Fields(field.ReplaceAllString(r.Text, "x"))); words > 25 {
			t.Errorf("%s: %d words, at most 25 are read at once", r.Code, words)
		}
	}
}
