package graph

// Inline replaces every call of a model-local function for which want is true by
// the function's body, recursively. A model without such calls is returned as it is.
// It fails on functions that call themselves and when the result would be unreasonably large.
func (m *Model) Inline(want func(op OpID, version int) bool) (*Model, error) {
	if len(m.Functions) == 0 {
		return m, nil
	}
	return m, nil // the reader's work package completes this
}
