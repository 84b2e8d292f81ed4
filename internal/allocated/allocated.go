// Package allocated holds what fuzz targets run to the memory that their input is worth.
package allocated

import (
	"runtime"
	"testing"
)

// A Bound is the most that may be allocated: bytes for each byte of input, and some for an input of any size.
type Bound struct{ PerByte, AtLeast uint64 }

// Hold runs f on an input of in bytes, and fails a test where it allocates more than the bound.
func (b Bound) Hold(t testing.TB, in int, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > b.PerByte*uint64(in)+b.AtLeast {
		t.Errorf("%d bytes of input took %d bytes of memory, expected at most %d for each and %d", in, took, b.PerByte,
			b.AtLeast)
	}
}
