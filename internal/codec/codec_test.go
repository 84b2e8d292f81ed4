package codec

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// A thing has one field of every kind that a Coder knows.
type thing struct {
	name   string
	n      int
	shorts [2]int16
	single float64
	double float64
	flag   bool
	kind   uint8
	list   []string
	table  map[string]int
	there  *int
	not    *int
	chosen string
}

// code codes a thing.
func (x *thing) code(c *Coder) {
	c.Text(&x.name)
	c.Count(&x.n)
	c.Shorts(x.shorts[:])
	c.Single(&x.single)
	c.Double(&x.double)
	c.Flag(&x.flag)
	Whole(c, &x.kind)
	List(c, &x.list, c.Text)
	Table(c, &x.table, c.Count)
	Optionally(c, &x.there, c.Count)
	Optionally(c, &x.not, c.Count)
	c.OneOf(&x.chosen, x.list)
}

// TestCoder holds that what was written is read, and that a cut anywhere is damage.
func TestCoder(t *testing.T) {
	seven := 7
	want := thing{"a name", 1 << 24, [2]int16{-1, math.MaxInt16}, 0.25, 1.0 / 3, true, 255, []string{"", "b"},
		map[string]int{"x": 3, "y": 0}, &seven, nil, "b"}
	w := Writer()
	written := want
	written.code(w)
	if w.Err() != nil || !reflect.DeepEqual(written, want) {
		t.Fatalf("found %+v, %v after writing, expected it unchanged", written, w.Err())
	}
	for kind, reader := range map[string]func([]byte) *Coder{
		"copies": Reader, "shared": func(data []byte) *Coder { return Shared(string(data)) },
	} {
		var read thing
		r := reader(w.Bytes())
		if read.code(r); r.Err() != nil || r.Left() != 0 || !reflect.DeepEqual(read, want) {
			t.Errorf("%s: found %+v, %v, %d bytes left, expected %+v", kind, read, r.Err(), r.Left(), want)
		}
		for n := range w.Bytes() {
			r := reader(w.Bytes()[:n])
			if new(thing).code(r); !errors.Is(r.Err(), ErrDamaged) {
				t.Errorf("%s, %d of %d bytes: found %v, expected damage", kind, n, len(w.Bytes()), r.Err())
			}
		}
	}
}

// TestLimits holds that a number beyond a Coder's limits and a text that is not in a list are errors of writing.
func TestLimits(t *testing.T) {
	large, text := 1<<24+1, "c"
	for name, code := range map[string]func(*Coder){
		"a large number":     func(c *Coder) { c.Count(&large) },
		"a text of no place": func(c *Coder) { c.OneOf(&text, []string{"a", "b"}) },
	} {
		c := Writer()
		if code(c); !errors.Is(c.Err(), ErrDamaged) {
			t.Errorf("%s: found %v, expected damage", name, c.Err())
		}
	}
}

// TestShorts: small numbers are read as they were written, runs of zeros of any length among them, and no cut is.
func TestShorts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		want := make([]int16, random.IntN(100))
		for i := range want {
			switch random.IntN(12) {
			case 0:
				want[i] = int16(random.IntN(1<<16) - 1<<15)
			case 1, 2:
				want[i] = int16(random.IntN(140) - 70)
			}
		}
		w := Writer()
		w.Shorts(want)
		got := slices.Repeat([]int16{7}, len(want))
		if r := Reader(append(w.Bytes(), 0, 0)); !readsShorts(r, got) || r.Left() != 2 || !slices.Equal(got, want) {
			t.Fatalf("found %v, %v, %d bytes left, expected %v", got, r.Err(), r.Left(), want)
		}
		for n := range w.Bytes() {
			if r := Reader(w.Bytes()[:n]); readsShorts(r, got) {
				t.Fatalf("found no error in %d bytes of %d", n, len(w.Bytes()))
			}
		}
	}
}

// readsShorts reads numbers and reports whether there were as many.
func readsShorts(c *Coder, into []int16) bool {
	c.Shorts(into)
	return c.Err() == nil
}
