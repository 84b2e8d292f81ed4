package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// zooPrefix marks the name of a built-in model.
const zooPrefix = "zoo:"

// read reads the model that an argument names: a path, - for standard input, or a built-in model.
func (a *app) read(spec string) (*graph.Model, error) {
	switch {
	case spec == "-":
		return onnxread.ReadStream("standard input", a.In)
	case strings.HasPrefix(spec, zooPrefix):
		return zoo.Open(spec)
	}
	return onnxread.Open(spec)
}

// plan reads a model and makes it ready for inference. Errors name the model.
func (a *app) plan(spec string) (*infer.Plan, error) {
	m, err := a.read(spec)
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

// modelName is what a model is called in titles: the file's name without its folder and suffixes, a built-in model's as given.
func modelName(spec string) string {
	if spec == "-" || strings.HasPrefix(spec, zooPrefix) {
		return strings.TrimPrefix(spec, zooPrefix)
	}
	name := filepath.Base(spec)
	return strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".onnx")
}
