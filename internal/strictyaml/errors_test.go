package strictyaml

import (
	"strings"
	"testing"
)

// TestKeysOnce holds that a file with many unknown keys gets the list of keys once, in lines that a screen shows, and
// that all missing keys are one error.
func TestKeysOnce(t *testing.T) {
	table := []Field[int]{}
	for _, key := range strings.Fields(strings.Repeat("quite-a-long-key- ", 12)) {
		table = append(table, Field[int]{Key: key + string(rune('a'+len(table)))})
	}
	root, err := Open("x.yaml", []byte("one: 1\ntwo: 2\nthree: 3\nquite-a-long-key-A: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	Fields(root, table, new(int))
	root.Need("here", "there", "one")
	text := root.Finish().Error()
	for part, want := range map[string]int{"the keys here are": 1, "unknown key": 4, "did you mean": 1,
		"found no here, no there": 1} {
		if got := strings.Count(text, part); got != want {
			t.Errorf("%q stands %d times, want %d:\n%s", part, got, want, text)
		}
	}
	for line := range strings.Lines(text) {
		if len(strings.TrimSuffix(line, "\n")) > 100 {
			t.Errorf("too wide: %s", line)
		}
	}
}

// TestNeedOne holds that one missing key is named by its path.
func TestNeedOne(t *testing.T) {
	root, err := Open("x.yaml", []byte("one: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	root.Need("one", "two")
	if got := root.Finish().Error(); !strings.HasPrefix(got, "x.yaml:1:1: two: found no two, expected one") {
		t.Errorf("found %s", got)
	}
}
