package corpus

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Total returns the sum of some tables.
func Total(tables []Table) Table {
	sum := Table{File: "all", Missed: map[string]int{}}
	for _, t := range tables {
		sum.Rows += t.Rows
		sum.Matched += t.Matched
		for why, n := range t.Missed {
			sum.Missed[why] += n
		}
	}
	return sum
}

// reasons returns why rows of the table were left out, the reason of most rows first.
func (t *Table) reasons() []string {
	return slices.SortedFunc(maps.Keys(t.Missed), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.Missed[b], t.Missed[a]), cmp.Compare(a, b))
	})
}

// Print writes how many rows of each table were read and matched, and why the rest was left out.
func Print(w io.Writer, tables []Table) {
	for _, t := range tables {
		fmt.Fprintf(w, "%s: %d rows, %d matched\n", t.Name(), t.Rows, t.Matched)
		for _, why := range t.reasons() {
			fmt.Fprintf(w, "\t%d left out: %s\n", t.Missed[why], why)
		}
	}
}

// Markdown writes the same as a table of a page.
func Markdown(w io.Writer, tables []Table) {
	fmt.Fprint(w, "| table | rows | matched | left out, and why |\n|---|---|---|---|\n")
	for _, t := range append(slices.Clone(tables), Total(tables)) {
		var why []string
		for _, r := range t.reasons() {
			why = append(why, fmt.Sprintf("%d: %s", t.Missed[r], r))
		}
		fmt.Fprintf(w, "| %s | %d | %d | %s |\n", t.Name(), t.Rows, t.Matched,
			strings.ReplaceAll(strings.Join(why, "; "), "|", `\|`))
	}
}

// Name returns the name of the table's file without its endings.
func (t *Table) Name() string { name, _, _ := strings.Cut(t.File, "."); return name }
