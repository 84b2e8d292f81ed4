package onnxread

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// maxFilled gives the most bytes of random weights that Fill writes: a protobuf message holds less than 2 GiB.
const maxFilled = 2<<30 - 1<<24

// Fill copies a model of size bytes and gives every tensor whose data is in another file, or was passed over in a
// Stream, random data of its own, so that a runtime can load it: what Strip and the built-in models leave out. The data
// is the same for the same model. It is chosen to keep activations finite and normal, since arithmetic on NaN and on
// denormal numbers takes another time: weights of two dimensions and more are uniform with the variance 1/fan-in,
// others uniform in [0.5, 1.5), which a variance may be; indices are 0, which is in range everywhere.
func Fill(name string, r io.ReaderAt, size int64, w io.Writer) error {
	if _, err := Read(name, r, size); err != nil {
		return err
	}
	if err := fillable(name, r, size); err != nil {
		return err
	}
	s := newStripper(name, r, size)
	random := rand.New(rand.NewPCG(1, 2)) // any seed will do, as long as it stays
	passed, _ := r.(*Stream)
	s.tensor = func(body span) ([]byte, error) {
		_, c, err := s.tensorProto(body)
		if err != nil {
			return nil, err
		}
		var out []byte
		keep := func(p []byte) error { out = append(out, p...); return nil }
		if !c.External && !passed.passedOver(body) {
			return out, s.copy(body, keep)
		}
		if err := s.withoutData(body, keep); err != nil {
			return nil, err
		}
		return appendMessage(out, 9, randomData(random, c, c.Type.Bytes(c.Shape.Elems()))), nil
	}
	b := bufio.NewWriter(w)
	if err := s.message(span{0, size}, modelMessage, func(p []byte) error { _, err := b.Write(p); return err }); err != nil {
		return err
	}
	return b.Flush()
}

// fillable says whether the weights that are outside fit, before any are made: making them takes several times their
// size in memory.
func fillable(name string, r io.ReaderAt, size int64) error {
	total := int64(0)
	s := newStripper(name, r, size)
	passed, _ := r.(*Stream)
	s.tensor = func(body span) ([]byte, error) {
		_, c, err := s.tensorProto(body)
		if err != nil || !c.External && !passed.passedOver(body) {
			return nil, err
		}
		if total = sat.Add(total, c.Type.Bytes(c.Shape.Elems())); total > maxFilled {
			return nil, s.errorf(body.from, "the weights take more than 2 GiB, which one file cannot hold: random data is only made for smaller models")
		}
		return nil, nil
	}
	return s.message(span{0, size}, modelMessage, func([]byte) error { return nil })
}

// External lists the files that a model says its weights are in, sorted; none for a model that holds them itself.
func External(name string, r io.ReaderAt, size int64) ([]string, error) {
	var files []string
	s := newStripper(name, r, size)
	s.tensor = func(body span) ([]byte, error) {
		_, c, err := s.tensorProto(body)
		if err != nil || !c.External {
			return nil, err
		}
		return nil, s.fields(body, func(f *field) error {
			if f.num != 13 || f.typ != protowire.BytesType {
				return nil
			}
			var list []graph.Property
			if err := s.property(f, &list); err != nil {
				return err
			}
			if list[0].Key == "location" {
				files = append(files, list[0].Value)
			}
			return nil
		})
	}
	if err := s.message(span{0, size}, modelMessage, func([]byte) error { return nil }); err != nil {
		return nil, err
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// randomData returns n bytes of random values of a tensor.
func randomData(random *rand.Rand, c *graph.Const, n int64) []byte {
	data := make([]byte, n)
	if c.Type.Bits() == 8 && !c.Type.IsFloat() && c.Type != dtype.Bool {
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		return data
	}
	low, width := 0.5, 1.0
	if f := fanIn(c.Shape); f > 0 {
		width = 2 * math.Sqrt(3/f) // uniform in ±a has the variance a²/3
		low = -width / 2
	}
	next := func() float64 { return low + width*random.Float64() }
	switch c.Type {
	case dtype.Float32:
		for i := int64(0); i < n; i += 4 {
			binary.LittleEndian.PutUint32(data[i:], math.Float32bits(float32(next())))
		}
	case dtype.Float64:
		for i := int64(0); i < n; i += 8 {
			binary.LittleEndian.PutUint64(data[i:], math.Float64bits(next()))
		}
	case dtype.BFloat16:
		for i := int64(0); i < n; i += 2 {
			binary.LittleEndian.PutUint16(data[i:], uint16(math.Float32bits(float32(next()))>>16))
		}
	case dtype.Float16:
		for i := int64(0); i < n; i += 2 {
			binary.LittleEndian.PutUint16(data[i:], half(next()))
		}
	}
	return data // zeros for all other types: indices, masks, packed and 8-bit floats
}

// fanIn returns how many products a sum over a weight has: all but the first dimension of a kernel, the
// geometric mean of both of a matrix, which is stored either way round; 0 for what is no weight.
func fanIn(s graph.Shape) float64 {
	switch {
	case len(s) < 2 || s.Elems() == 0:
		return 0
	case len(s) == 2:
		return math.Sqrt(float64(s[0]) * float64(s[1]))
	}
	return float64(s.Elems()) / float64(s[0])
}

// half returns a number of magnitude 2^-14 to 2 as float16, truncated; smaller ones become 0.
func half(v float64) uint16 {
	bits := math.Float32bits(float32(v))
	exp := int(bits>>23&0xff) - 127 + 15
	if exp <= 0 {
		return 0
	}
	return uint16(bits>>16&0x8000) | uint16(exp)<<10 | uint16(bits>>13&0x3ff)
}
