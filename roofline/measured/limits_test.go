package measured

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const limitsHeader = "model,device,runtime,latency_ms,note\n"

// TestLimits holds tables of just the bound and of one more to be read and refused.
func TestLimits(t *testing.T) {
	row := "m,d,r,1,"
	wide := func(n int) string { return row + strings.Repeat("x", n-len(row)-1) + "\n" } // n bytes
	many := func(n int) string {                                                         // n bytes with the header
		n -= len(limitsHeader)
		return strings.Repeat(wide(1<<19), n>>19) + wide(n&(1<<19-1))
	}
	for _, c := range []struct {
		name, table, want string
		rows              int
	}{
		{"line of 1 MiB", wide(maxLine + 1), "", maxRows},
		{"longer line", wide(maxLine + 2), "line 2: found more than 1 MiB without an end of the line", maxRows},
		{"64 MiB", many(maxSize), "", maxRows},
		{"more", many(maxSize + 1), "found more than 64 MiB", maxRows},
		{"as many rows", strings.Repeat(row+"\n", 9), "", 9},
		{"more rows", strings.Repeat(row+"\n", 10), "found more than 9 rows", 9},
	} {
		_, err := read(strings.NewReader(limitsHeader+c.table), c.rows)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: found %.200v, expected %q", c.name, err, c.want)
		}
	}
	if maxRows != 1<<20 {
		t.Errorf("a table may have %d rows, expected 2^20", maxRows)
	}
}

// TestPackedLimit holds the bound to what a packed table unpacks to.
func TestPackedLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.csv.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	z.Write([]byte(limitsHeader))
	for range maxSize >> 19 {
		z.Write([]byte(strings.Repeat("x", 1<<19-1) + "\n"))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "found more than 64 MiB") {
		t.Errorf("found %.200v", err)
	}
}
