package serve

import "github.com/ridgepoint/ridgepoint/graph/decoder"

// NewModel returns a decoder whose weights are stored in a quantisation.
func NewModel(name, source string, shape decoder.Shape, quant string) (*Model, error) {
	q, err := decoder.ParseQuant(quant)
	if err != nil {
		return nil, err
	}
	tensors, err := shape.Store(q)
	if err != nil {
		return nil, err
	}
	m := &Model{Name: name, Source: source, Quant: q, Shape: shape, Tensors: tensors}
	m.of()
	return m, nil
}
