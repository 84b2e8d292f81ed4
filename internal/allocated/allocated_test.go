package allocated_test

import (
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
)

// A recorder is a test whose failures are kept.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

var sink []byte

// TestHold: the bound grows with the input, and what is beyond it fails.
func TestHold(t *testing.T) {
	b := allocated.Bound{PerByte: 100, AtLeast: 1 << 20}
	for _, c := range []struct {
		in, takes int
		fails     bool
	}{{0, 1 << 10, false}, {0, 2 << 20, true}, {1 << 15, 3 << 20, false}, {1 << 10, 3 << 20, true}} {
		r := &recorder{TB: t}
		b.Hold(r, c.in, func() { sink = make([]byte, c.takes) })
		if r.failed != c.fails {
			t.Errorf("%d bytes of input that take %d: failed %t, expected %t", c.in, c.takes, r.failed, c.fails)
		}
	}
}
