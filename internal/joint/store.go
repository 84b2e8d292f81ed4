package joint

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/codec"
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

// code writes or reads a part, in one order for both.
func (p *part) code(c *codec.Coder) {
	version := format
	c.Count(&version)
	if version != format {
		c.Fail()
		return
	}
	codec.List(c, &p.names, c.Text)
	codec.List(c, &p.mean, c.Single)
	p.codeCovariance(c)
	codec.Table(c, &p.rich, func(v *bool) { *v = true })
	sd := map[string]float64(p.sd)
	codec.Table(c, &sd, c.Single)
	p.sd = sd
	p.codeNetworks(c)
	p.codeKinship(c)
	codec.List(c, &p.slices, func(s *Slice) { s.code(c) })
	codec.Table(c, &p.models, c.Text)
	codec.Table(c, &p.left, func(v *[]residual) {
		codec.List(c, v, func(r *residual) {
			c.Count(&r.slice)
			c.Single(&r.mean)
			c.Single(&r.low)
			c.Single(&r.high)
			c.Count(&r.n)
		})
	})
}

// code writes or reads a slice.
func (s *Slice) code(c *codec.Coder) {
	for _, t := range []*string{&s.Device, &s.Runtime, &s.Precision, &s.Arch, &s.Class} {
		c.Text(t)
	}
	for _, n := range []*int{&s.Threads, &s.Kind, &s.Samples, &s.Networks} {
		c.Count(n)
	}
	codec.List(c, &s.Sources, c.Text)
}

// codeNetworks codes the deviations of networks. Their keys are few and are named once.
func (p *part) codeNetworks(c *codec.Coder) {
	var keys []string
	for _, known := range p.nets {
		keys = append(keys, slices.Collect(maps.Keys(known))...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	codec.List(c, &keys, c.Text)
	codec.Table(c, &p.nets, func(known *map[string]posterior) {
		names := slices.Sorted(maps.Keys(*known))
		if *known == nil {
			*known = map[string]posterior{}
		}
		codec.List(c, &names, func(name *string) {
			c.OneOf(name, keys)
			v := (*known)[*name]
			c.Single(&v.mean)
			c.Single(&v.variance)
			(*known)[*name] = v
		})
	})
}

// bagSteps gives the number of steps of a stored share from 0 to 1, the one that bags are rounded to.
const bagSteps = 1024

// codeKinship codes what the networks are made of. Structures and runtimes are few and are named once.
func (p *part) codeKinship(c *codec.Coder) {
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
	codec.List(c, &structures, c.Text)
	codec.List(c, &runtimes, c.Text)
	codec.List(c, &relatives, func(r *relative) {
		c.Text(&r.network)
		c.OneOf(&r.runtime, runtimes)
		codec.List(c, (*[]kernel.Portion)(&r.bag), func(b *kernel.Portion) {
			share := int(b.Share*bagSteps + 0.5)
			c.OneOf(&b.Structure, structures)
			c.Count(&share)
			b.Share = float64(share) / bagSteps
		})
	})
	if c.Reads() && c.Err() == nil && len(relatives) > 0 {
		p.kin = kinshipOf(relatives)
	}
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

// codeCovariance codes the standard deviations of the effects and their correlations.
func (p *part) codeCovariance(c *codec.Coder) {
	n := len(p.names)
	if c.Reads() {
		p.cov = correlatedOf(c, n)
		return
	}
	sd := make([]float64, n)
	for i := range sd {
		sd[i] = math.Sqrt(p.cov.At(i, i))
		c.Single(&sd[i])
	}
	row := make([]int16, n)
	for i := range n {
		for j := i + 1; j < n; j++ {
			row[j] = int16(math.Round(steps * p.cov.At(i, j) / (sd[i] * sd[j])))
		}
		c.Shorts(row[i+1:])
	}
}

// correlatedOf reads the covariance of n effects.
func correlatedOf(c *codec.Coder, n int) *correlated {
	if c.Err() != nil || n*(n-1)/2 > c.Left() {
		c.Fail()
		return nil
	}
	out := &correlated{make([]float64, n), make([]int16, n*(n-1)/2)}
	for i := range out.sd {
		c.Single(&out.sd[i])
	}
	c.Shorts(out.steps)
	return out
}

// encode returns the bytes of a part, packed.
func (p *part) encode() ([]byte, error) {
	c := codec.Writer()
	q := *p
	q.code(c)
	if c.Err() != nil {
		return nil, c.Err()
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(c.Bytes()); err != nil {
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
		return nil, codec.ErrDamaged
	}
	c := codec.Reader(plain)
	p := &part{index: map[string]place{}}
	p.code(c)
	if c.Err() != nil {
		return nil, c.Err()
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
