// Package codec writes values to bytes and reads them back, by one list of fields for both directions, so that they
// agree. Numbers are varints, texts and lists have their length before them.
package codec

import (
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// ErrDamaged says that bytes are none that a Coder wrote.
var ErrDamaged = errors.New("found a damaged file, expected one that Encode wrote")

// mostCount bounds lengths and places.
const mostCount = 1 << 24

// A Coder writes or reads values one after the other. After an error it reads zeros.
type Coder struct {
	out   []byte // written so far
	in    []byte // what is left to read
	whole string // what it reads, of which texts are parts; "" where they are copies
	reads bool
	err   error
}

// Writer returns a Coder that writes; Bytes returns what it wrote.
func Writer() *Coder { return new(Coder) }

// Reader returns a Coder that reads data.
func Reader(data []byte) *Coder { return &Coder{in: data, reads: true} }

// Shared returns a Coder that reads data, which the texts that it reads keep: they are parts of it.
func Shared(data string) *Coder { return &Coder{in: []byte(data), reads: true, whole: data} }

// Reads reports whether the Coder reads.
func (c *Coder) Reads() bool { return c.reads }

// Bytes returns what was written.
func (c *Coder) Bytes() []byte { return c.out }

// Left returns how many bytes are still to be read.
func (c *Coder) Left() int { return len(c.in) }

// Err returns ErrDamaged once something could not be read or written.
func (c *Coder) Err() error { return c.err }

// Fail makes the Coder's error ErrDamaged.
func (c *Coder) Fail() { c.err = ErrDamaged }

// Count codes a number from 0 to 2^24.
func (c *Coder) Count(n *int) {
	v := uint64(*n)
	if c.unsigned(&v); v > mostCount {
		c.Fail()
		v = 0
	}
	*n = int(v)
}

// unsigned codes a whole number that is not negative.
func (c *Coder) unsigned(n *uint64) {
	if !c.reads {
		c.out = binary.AppendUvarint(c.out, *n)
		return
	}
	v, read := binary.Uvarint(c.in)
	if read <= 0 {
		c.Fail()
		v, read = 0, 0
	}
	c.in, *n = c.in[read:], v
}

// Shorts codes as many small numbers of either sign as there are.
func (c *Coder) Shorts(all []int16) {
	if !c.reads {
		for _, v := range all {
			c.out = binary.AppendVarint(c.out, int64(v))
		}
		return
	}
	in := c.in
	for i := 0; i < len(all); i++ {
		if len(in) >= wordBytes && i+wordBytes <= len(all) && binary.LittleEndian.Uint64(in) == 0 { // many are 0
			clear(all[i : i+wordBytes])
			in, i = in[wordBytes:], i+wordBytes-1
			continue
		}
		if len(in) > 0 && in[0] < oneByte { // most others fit in one
			all[i], in = int16(in[0]>>1)^-int16(in[0]&1), in[1:]
			continue
		}
		v, read := binary.Varint(in)
		if read <= 0 || int64(int16(v)) != v {
			c.Fail()
			return
		}
		all[i], in = int16(v), in[read:]
	}
	c.in = in
}

const (
	wordBytes = 8    // of a word, which are as many numbers where it is 0
	oneByte   = 0x80 // bytes below it are whole varints
)

// Text codes a text.
func (c *Coder) Text(s *string) {
	b := []byte(nil)
	if !c.reads {
		b = []byte(*s)
	}
	c.Block(&b)
	switch end := len(c.whole) - len(c.in); {
	case !c.reads:
	case c.whole != "":
		*s = c.whole[end-len(b) : end]
	default:
		*s = string(b)
	}
}

// Block codes bytes. Those that are read are a part of the data. A length beyond it is damage.
func (c *Coder) Block(b *[]byte) {
	n := len(*b)
	if c.Count(&n); !c.reads {
		c.out = append(c.out, *b...)
		return
	}
	if n > len(c.in) {
		c.Fail()
		n = 0
	}
	*b, c.in = c.in[:n:n], c.in[n:]
}

// Single codes a number with the precision of four bytes.
func (c *Coder) Single(x *float64) {
	if !c.reads {
		c.out = binary.LittleEndian.AppendUint32(c.out, math.Float32bits(float32(*x)))
		return
	}
	const size = 4
	if len(c.in) < size {
		c.Fail()
		*x = 0
		return
	}
	*x = float64(math.Float32frombits(binary.LittleEndian.Uint32(c.in)))
	c.in = c.in[size:]
}

// Double codes a number to its last bit. Those of few bits, such as 0, 70 and 320e9, take few bytes.
func (c *Coder) Double(x *float64) {
	n := bits.Reverse64(math.Float64bits(*x))
	c.unsigned(&n)
	*x = math.Float64frombits(bits.Reverse64(n))
}

// Flag codes a truth.
func (c *Coder) Flag(b *bool) {
	n := uint64(0)
	if *b {
		n = 1
	}
	c.unsigned(&n)
	*b = n == 1
}

// OneOf codes a text by its place in a list that is coded already.
func (c *Coder) OneOf(s *string, of []string) {
	i := slices.Index(of, *s)
	c.Count(&i)
	if i < 0 || i >= len(of) {
		c.Fail()
		return
	}
	*s = of[i]
}

// Whole codes a number from 0 to 2^24 of any type.
func Whole[T ~int | ~int64 | ~uint8](c *Coder, v *T) {
	n := int(*v)
	c.Count(&n)
	*v = T(n)
}

// mostAtOnce bounds the elements that a list has room for before they are read.
const mostAtOnce = 64

// List codes a slice, element by element. One without elements is read as nil.
func List[T any](c *Coder, s *[]T, each func(*T)) {
	n := len(*s)
	if c.Count(&n); c.reads {
		*s = nil
		if n > 0 && c.err == nil {
			*s = make([]T, 0, min(n, mostAtOnce)) // of damaged data n may be anything
		}
	}
	for i := 0; i < n && c.err == nil; i++ {
		if c.reads {
			*s = append(*s, *new(T))
		}
		each(&(*s)[i])
	}
}

// Table codes a map in the order of its keys. nil is read as a map without keys.
func Table[V any](c *Coder, m *map[string]V, each func(*V)) {
	keys := slices.Sorted(maps.Keys(*m))
	if c.reads {
		*m = map[string]V{}
	}
	List(c, &keys, func(k *string) {
		c.Text(k)
		v := (*m)[*k]
		each(&v)
		(*m)[*k] = v
	})
}

// Optionally codes what a pointer points to; nil stays nil.
func Optionally[T any](c *Coder, p **T, value func(*T)) {
	there := *p != nil
	if c.Flag(&there); !there {
		return
	}
	if c.reads {
		*p = new(T)
	}
	value(*p)
}
