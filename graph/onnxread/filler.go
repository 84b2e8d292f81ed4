package onnxread

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
)

// maxFiller gives the longest list, in bytes, that is read to see whether it holds one number over and over.
const maxFiller = 1 << 16

// fills reports whether a tensor is a list of one floating-point number over and over, as exporters write for a scale
// or a bias that an operator needs and the model does not have.
func (s *scanner) fills(body span, c *graph.Const) (fills bool, err error) {
	if len(c.Shape) != 1 || c.Shape[0] < 2 {
		return false, nil
	}
	if v := c.Value; v != nil && v.Floats != nil {
		for _, x := range v.Floats {
			if x != v.Floats[0] {
				return false, nil
			}
		}
		return true, nil
	}
	width := int(c.Type.Bits() / 8)
	if !c.Type.IsFloat() || width < 1 || c.Stored > maxFiller {
		return false, nil
	}
	err = s.fields(body, func(f *field) error {
		if f.num != 9 || f.typ != protowire.BytesType || f.body.len() < int64(width) {
			return nil
		}
		b, err := s.load(f.body)
		if err != nil {
			return err
		}
		fills = bytes.Equal(b[width:], b[:len(b)-width]) // the list is itself, moved by one element
		return nil
	})
	return fills, err
}
