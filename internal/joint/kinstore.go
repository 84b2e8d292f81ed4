package joint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// bagSteps is what a share is stored in units of, as bags round it.
const bagSteps = 1024

// MarshalBinary returns the networks with their bags: a list of structures, a list of runtimes, and each network with
// the numbers of both. Of a number that grows from entry to entry only the growth is stored.
func (k *kinship) MarshalBinary() ([]byte, error) {
	var runtimes []string
	for i := range k.relatives {
		runtimes = append(runtimes, k.relatives[i].runtime)
	}
	slices.Sort(runtimes)
	runtimes = slices.Compact(runtimes)
	out := appendTexts(nil, k.structures)
	out = appendTexts(out, runtimes)
	out = binary.AppendUvarint(out, uint64(len(k.relatives)))
	for i := range k.relatives {
		r := &k.relatives[i]
		at, _ := slices.BinarySearch(runtimes, r.runtime)
		out = appendText(out, r.network)
		out = binary.AppendUvarint(out, uint64(at))
		out = binary.AppendUvarint(out, uint64(len(r.bag)))
		last := 0
		for j, p := range r.bag {
			out = binary.AppendUvarint(out, uint64(r.entries[j].structure-last))
			out = binary.AppendUvarint(out, uint64(p.Share*bagSteps+0.5))
			last = r.entries[j].structure
		}
	}
	return out, nil
}

func appendTexts(to []byte, texts []string) []byte {
	to = binary.AppendUvarint(to, uint64(len(texts)))
	for _, t := range texts {
		to = appendText(to, t)
	}
	return to
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (k *kinship) UnmarshalBinary(data []byte) error {
	in := reader{r: bytes.NewReader(data)}
	structures, runtimes := in.texts(), in.texts()
	rs := make([]relative, 0, in.count())
	for range cap(rs) {
		r := relative{network: in.text(), runtime: in.pick(runtimes)}
		at := 0
		for n := in.count(); n > 0; n-- {
			at += in.number()
			p := kernel.Portion{Structure: in.at(structures, at)}
			p.Share = float64(in.number()) / bagSteps
			r.bag = append(r.bag, p)
		}
		rs = append(rs, r)
	}
	if in.err != nil {
		return fmt.Errorf("networks of the joint model: %w", in.err)
	}
	*k = *kinshipOf(rs)
	return nil
}

// A reader reads numbers and texts until one of them fails.
type reader struct {
	r   *bytes.Reader
	err error
}

func (r *reader) number() int {
	v, err := binary.ReadUvarint(r.r)
	if r.err == nil {
		r.err = err
	}
	if r.err != nil || v > 1<<31 {
		r.fail("the number %d, expected at most %d", v, 1<<31)
		return 0
	}
	return int(v)
}

// count returns a number of things that follow, each of a byte or more.
func (r *reader) count() int {
	n := r.number()
	if n > r.r.Len() {
		r.fail("%d entries in %d bytes, expected fewer", n, r.r.Len())
		return 0
	}
	return n
}

func (r *reader) text() string {
	b := make([]byte, r.count())
	_, _ = r.r.Read(b) // count has seen that there are as many bytes
	return string(b)
}

func (r *reader) texts() []string {
	out := make([]string, r.count())
	for i := range out {
		out[i] = r.text()
	}
	return out
}

func (r *reader) pick(list []string) string { return r.at(list, r.number()) }

func (r *reader) at(list []string, i int) string {
	if i >= len(list) {
		r.fail("number %d of %d texts", i, len(list))
		return ""
	}
	return list[i]
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("found "+format, args...)
	}
}
