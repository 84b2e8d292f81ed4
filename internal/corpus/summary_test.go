package corpus

import (
	"strings"
	"testing"
)

func TestSummary(t *testing.T) {
	tables := []Table{
		{File: "a.csv.gz", Rows: 5, Matched: 2, Missed: map[string]int{"device ...": 1, "no latency": 2}},
		{File: "b.csv.gz", Rows: 3, Matched: 0, Missed: map[string]int{"no latency": 3}},
	}
	var text, page strings.Builder
	Print(&text, tables)
	if want := "a: 5 rows, 2 matched\n\t2 left out: no latency\n\t1 left out: device ...\n"; !strings.HasPrefix(text.String(), want) {
		t.Errorf("found %q, expected it to begin with %q", text.String(), want)
	}
	Markdown(&page, tables)
	for _, want := range []string{"| a | 5 | 2 | 2: no latency; 1: device ... |",
		"| all | 8 | 2 | 5: no latency; 1: device ... |"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("found %s, expected a line %s", page.String(), want)
		}
	}
}
