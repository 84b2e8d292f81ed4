package joint

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

//go:embed shipped
var shipped embed.FS

// stored gives the extension of a part's file, which is called as the family of runtimes.
const stored = ".joint"

// Shipped returns the model that was fitted to the published measurements. Its parts are read when they are asked for.
func Shipped() *Model {
	dir, err := fs.Sub(shipped, "shipped")
	if err != nil {
		panic(err) // the name is right, or nothing is
	}
	return &Model{parts: map[string]*part{}, store: dir}
}

// part returns the part of a family, nil where there is none. Stored parts are known to be well: a test reads them.
func (m *Model) part(family string) *part {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.parts[family]
	if ok || m.store == nil {
		return p
	}
	if data, err := fs.ReadFile(m.store, family+stored); err == nil {
		p, _ = decode(data)
	}
	m.parts[family] = p
	return p
}

// families returns the names of all parts, in order.
func (m *Model) families() []string {
	if m.store == nil {
		return slices.Sorted(maps.Keys(m.parts))
	}
	files, err := fs.Glob(m.store, "*"+stored)
	if err != nil {
		return nil
	}
	for i := range files {
		files[i] = strings.TrimSuffix(path.Base(files[i]), stored)
	}
	return files
}

// Encode returns the files of a model, by name.
func (m *Model) Encode() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, family := range m.families() {
		data, err := m.part(family).encode()
		if err != nil {
			return nil, fmt.Errorf("storing the part of %s: %w", family, err)
		}
		out[family+stored] = data
	}
	return out, nil
}

// format gives the first number of a stored part.
const format = 2

// A coder writes or reads the fields of a part one after the other. Both directions run the same code, so they agree.
type coder struct {
	w   *bytes.Buffer // nil: it reads
	in  []byte        // what is left to read
	err error
}

var errDamaged = errors.New("found a damaged file, expected one that Encode wrote")

// count writes or reads a number below 2^24.
func (c *coder) count(n *int) {
	if c.w != nil {
		c.w.Write(binary.AppendUvarint(nil, uint64(*n)))
		return
	}
	v, read := binary.Uvarint(c.in)
	if read <= 0 || v > 1<<24 {
		c.err = errDamaged
		v, read = 0, 0
	}
	c.in, *n = c.in[read:], int(v)
}

// text writes or reads a string with its length. A length beyond the file is damage.
func (c *coder) text(s *string) {
	n := len(*s)
	c.count(&n)
	if c.w != nil {
		c.w.WriteString(*s)
		return
	}
	if n > len(c.in) {
		c.err = errDamaged
		return
	}
	*s, c.in = string(c.in[:n]), c.in[n:]
}

// number codes a float with the precision of four bytes.
func (c *coder) number(x *float64) {
	if c.w != nil {
		c.w.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(*x))))
		return
	}
	const size = 4
	if len(c.in) < size {
		c.err, *x = errDamaged, 0
		return
	}
	*x = float64(math.Float32frombits(binary.LittleEndian.Uint32(c.in)))
	c.in = c.in[size:]
}

// list codes a slice, element by element.
func list[T any](c *coder, s *[]T, each func(*T)) {
	n := len(*s)
	c.count(&n)
	if c.w == nil {
		*s = nil
	}
	for i := 0; i < n && c.err == nil; i++ {
		if c.w == nil {
			*s = append(*s, *new(T))
		}
		each(&(*s)[i])
	}
}

// table codes a map in the order of its keys.
func table[V any](c *coder, m *map[string]V, each func(*V)) {
	keys := slices.Sorted(maps.Keys(*m))
	if c.w == nil {
		*m = map[string]V{}
	}
	list(c, &keys, func(k *string) {
		c.text(k)
		v := (*m)[*k]
		each(&v)
		(*m)[*k] = v
	})
}

// code writes or reads a part, in one order for both.
func (p *part) code(c *coder) {
	version := format
	c.count(&version)
	if version != format {
		c.err = errDamaged
		return
	}
	list(c, &p.names, c.text)
	list(c, &p.mean, c.number)
	c.covariance(p)
	table(c, &p.rich, func(v *bool) { *v = true })
	sd := map[string]float64(p.sd)
	table(c, &sd, c.number)
	p.sd = sd
	c.networks(p)
	c.kinship(p)
	list(c, &p.slices, c.slice)
	table(c, &p.models, c.text)
	table(c, &p.left, func(v *[]residual) {
		list(c, v, func(r *residual) {
			c.count(&r.slice)
			c.number(&r.mean)
			c.number(&r.low)
			c.number(&r.high)
			c.count(&r.n)
		})
	})
}

// slice writes or reads a slice.
func (c *coder) slice(s *Slice) {
	for _, t := range []*string{&s.Device, &s.Runtime, &s.Precision, &s.Arch, &s.Class} {
		c.text(t)
	}
	for _, n := range []*int{&s.Threads, &s.Kind, &s.Samples, &s.Networks} {
		c.count(n)
	}
	list(c, &s.Sources, c.text)
}

// networks codes the deviations of networks. Their keys are few and are named once.
func (c *coder) networks(p *part) {
	var keys []string
	for _, known := range p.nets {
		keys = append(keys, slices.Collect(maps.Keys(known))...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	list(c, &keys, c.text)
	table(c, &p.nets, func(known *map[string]posterior) {
		names := slices.Sorted(maps.Keys(*known))
		if *known == nil {
			*known = map[string]posterior{}
		}
		list(c, &names, func(name *string) {
			c.oneOf(name, keys)
			v := (*known)[*name]
			c.number(&v.mean)
			c.number(&v.variance)
			(*known)[*name] = v
		})
	})
}

// bagSteps gives the number of steps of a stored share from 0 to 1, the one that bags are rounded to.
const bagSteps = 1024

// kinship codes what the networks are made of. Structures and runtimes are few and are named once.
func (c *coder) kinship(p *part) {
	var relatives []relative
	var structures, runtimes []string
	if p.kin != nil {
		relatives, structures = p.kin.relatives, p.kin.structures
		for i := range relatives {
			runtimes = append(runtimes, relatives[i].runtime)
		}
		slices.Sort(runtimes)
		runtimes = slices.Compact(runtimes)
	}
	list(c, &structures, c.text)
	list(c, &runtimes, c.text)
	list(c, &relatives, func(r *relative) {
		c.text(&r.network)
		c.oneOf(&r.runtime, runtimes)
		list(c, (*[]kernel.Portion)(&r.bag), func(b *kernel.Portion) {
			share := int(b.Share*bagSteps + 0.5)
			c.oneOf(&b.Structure, structures)
			c.count(&share)
			b.Share = float64(share) / bagSteps
		})
	})
	if c.w == nil && c.err == nil && len(relatives) > 0 {
		p.kin = kinshipOf(relatives)
	}
}

// oneOf codes a text by its place in a list that is coded already.
func (c *coder) oneOf(s *string, of []string) {
	i := slices.Index(of, *s)
	c.count(&i)
	if i < 0 || i >= len(of) {
		c.err = errDamaged
		return
	}
	*s = of[i]
}

// steps gives the number of steps of a stored correlation from 0 to 1.
const steps = 4000

// A correlated is a covariance as it is stored: standard deviations, and correlations in steps. Of thousands of effects
// an estimate asks for the covariance of some dozens, so that the products are made when they are asked for.
type correlated struct {
	sd    []float64
	steps []int16 // above the diagonal, row by row
}

// At returns the covariance of two effects.
func (c *correlated) At(i, j int) float64 {
	switch {
	case i == j:
		return c.sd[i] * c.sd[i]
	case i > j:
		i, j = j, i
	}
	n := len(c.sd)
	return float64(c.steps[i*(2*n-i-1)/2+j-i-1]) / steps * c.sd[i] * c.sd[j]
}

// covariance codes the standard deviations of the effects and their correlations.
func (c *coder) covariance(p *part) {
	n := len(p.names)
	if c.w == nil {
		p.cov = c.correlated(n)
		return
	}
	sd := make([]float64, n)
	for i := range sd {
		sd[i] = math.Sqrt(p.cov.At(i, i))
		c.number(&sd[i])
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			r := int64(math.Round(steps * p.cov.At(i, j) / (sd[i] * sd[j])))
			c.w.Write(binary.AppendVarint(nil, r))
		}
	}
}

// correlated reads the covariance of n effects.
func (c *coder) correlated(n int) *correlated {
	if c.err != nil || n*(n-1)/2 > len(c.in) {
		c.err = errDamaged
		return nil
	}
	out := &correlated{make([]float64, n), make([]int16, n*(n-1)/2)}
	for i := range out.sd {
		c.number(&out.sd[i])
	}
	for i := range out.steps {
		r, read := binary.Varint(c.in)
		if read <= 0 || int64(int16(r)) != r {
			c.err = errDamaged
			return nil
		}
		out.steps[i], c.in = int16(r), c.in[read:]
	}
	return out
}

// encode returns the bytes of a part, packed.
func (p *part) encode() ([]byte, error) {
	c := &coder{w: new(bytes.Buffer)}
	q := *p
	q.code(c)
	if c.err != nil {
		return nil, c.err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(c.w.Bytes()); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// maxStored bounds what a stored part may inflate to.
const maxStored = 64 << 20

// decode returns the part that data holds. Damage and more than maxStored bytes are errors.
func decode(data []byte) (*part, error) {
	plain, err := inflate(data)
	if err != nil {
		return nil, errDamaged
	}
	c := &coder{in: plain}
	p := &part{index: map[string]place{}}
	p.code(c)
	if c.err != nil {
		return nil, c.err
	}
	for i, n := range p.names {
		p.index[n] = place(i)
	}
	return p, nil
}

// inflate returns what a compressed file holds. Its last four bytes say how much that is.
func inflate(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	const trailer = 4
	size := binary.LittleEndian.Uint32(data[len(data)-trailer:]) // there is a header, or there were an error
	plain := bytes.NewBuffer(make([]byte, 0, min(size, maxStored)+bytes.MinRead))
	_, err = plain.ReadFrom(io.LimitReader(z, maxStored))
	return plain.Bytes(), err
}
