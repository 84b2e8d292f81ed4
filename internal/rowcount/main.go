// Rowcount prints how many rows of the tables of published measurements beside the checkout are read and matched, and
// why the rest is left out. Arguments are names of tables; without any, the tables of the fits are counted.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
)

// main counts the rows of tables that are matched, and those that are not by reason.
func main() {
	by := flag.String("by", "", "columns by which rows left out are counted: some of model,device,runtime,shape,why")
	n := flag.Int("n", 100, "how many of these counts are printed")
	flag.Parse()
	tables := flag.Args()
	if len(tables) == 0 {
		tables = corpus.Tables
	}
	if err := run(os.Stdout, "../shared", tables, *by, *n); err != nil {
		fmt.Fprintln(os.Stderr, "rowcount: error:", err)
		os.Exit(1)
	}
}

// run prints the counts; by names the columns that rows left out are counted by.
func run(w io.Writer, shared string, names []string, by string, n int) error {
	rs, err := runtimes.Load()
	if err != nil {
		return err
	}
	m := corpus.NewMatcher(shared, filepath.Join("data", "measured"), rs)
	_, tables, err := corpus.Read(m, corpus.Files(shared, names...)...)
	if err != nil {
		return err
	}
	corpus.Print(w, append(slices.Clip(tables), corpus.Total(tables)))
	if by != "" {
		return breakdown(w, tables, strings.Split(by, ","), n)
	}
	return nil
}

// columns lists the columns by which rows that were left out are counted.
var columns = map[string]func(corpus.Left) string{
	"model":   func(l corpus.Left) string { return l.Row.Model + " " + l.Row.Graph },
	"device":  func(l corpus.Left) string { return l.Row.Device },
	"runtime": func(l corpus.Left) string { return l.Row.Runtime },
	"shape":   func(l corpus.Left) string { return l.Row.InputShape },
	"why":     func(l corpus.Left) string { return l.Why.Error() },
}

// breakdown prints the n largest groups of rows left out that agree in some columns. Rows without a latency and a
// throughput are no part.
func breakdown(w io.Writer, tables []corpus.Table, by []string, n int) error {
	counts := map[string]int{}
	for _, t := range tables {
		for _, l := range t.Left {
			if l.Row.Latency == 0 && l.Row.Throughput == 0 {
				continue
			}
			key := t.Name()
			for _, c := range by {
				of := columns[c]
				if of == nil {
					return fmt.Errorf("-by: found %q, expected some of %s", c, strings.Join(slices.Sorted(maps.Keys(columns)), ", "))
				}
				key += " | " + of(l)
			}
			counts[key]++
		}
	}
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for _, k := range keys[:min(n, len(keys))] {
		fmt.Fprintf(w, "%d %s\n", counts[k], k)
	}
	return nil
}
