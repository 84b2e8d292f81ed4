package cli

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

// plan reads a model and makes it ready for inference. Errors name the model.
func (a *app) plan(spec string) (*infer.Plan, error) {
	m, err := readers.Default().Open(spec, a.In)
	if err != nil {
		return nil, err
	}
	p, err := infer.Prepare(m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return p, nil
}

// infer reads a model and infers it.
func (a *app) infer(spec string, b infer.Bindings) (*infer.Result, error) {
	p, err := a.plan(spec)
	if err != nil {
		return nil, err
	}
	res, err := p.Run(b, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return res, nil
}

// modelName returns the name of a model for titles.
func modelName(spec string) string { return readers.Default().Name(spec) }
