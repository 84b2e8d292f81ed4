package measure

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// Append adds rows to a table, which need not exist yet. The whole table is written anew, or nothing.
func Append(path string, rows ...measured.Row) error {
	return change(path, func(old []measured.Row) []measured.Row { return append(old, rows...) })
}

// AppendFastest adds a row to a table, or replaces the row of the same thing if that was slower: on a shared machine
// the faster of two measurements was disturbed less.
func AppendFastest(path string, row measured.Row) error {
	return change(path, func(rows []measured.Row) []measured.Row {
		i := slices.IndexFunc(rows, func(o measured.Row) bool { return sameThing(&o, &row) })
		switch {
		case i < 0:
			return append(rows, row)
		case row.Latency < rows[i].Latency:
			rows[i] = row
		}
		return rows
	})
}

// sameThing reports whether two rows measure the same, so that one replaces the other.
func sameThing(a, b *measured.Row) bool {
	return a.Model == b.Model && a.Device == b.Device && a.Runtime == b.Runtime && a.Version == b.Version &&
		a.Precision == b.Precision && a.Batch == b.Batch && a.InputShape == b.InputShape &&
		a.Note("threads") == b.Note("threads")
}

// change reads a table, changes its rows and writes it, under a lock.
func change(path string, f func([]measured.Row) []measured.Row) error {
	unlock, err := atomicfile.Lock(path) // else of two programs that append at once one loses its rows
	if err != nil {
		return err
	}
	defer unlock()
	var old []measured.Row
	t, err := measured.ReadTable(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		if err := t.Need("device", "runtime"); err != nil { // else one could not tell its rows from the new ones
			return fmt.Errorf("measurements %s: %w", path, err)
		}
		old = t.Rows
	}
	for i := range old {
		if old[i].Skipped != "" { // writing the table would lose the cell
			return fmt.Errorf("measurements %s: line %d: %s; mend the cell first", path, old[i].Line, old[i].Skipped)
		}
	}
	return atomicfile.Write(path, func(w io.Writer) error { return measured.Write(w, f(old)) })
}
