package roofline

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline/kernel"
)

// ModulePath returns the exporter's module that a node belongs to, from its name:
// "/model.0/conv/Conv" is in model.0/conv, and "layer1.0.conv1" is itself a module.
// It is "" where the name has no path.
func ModulePath(name string) string {
	name = strings.TrimPrefix(name, "/")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	if strings.Contains(name, ".") {
		return name
	}
	return ""
}

// moduleOf returns the module of a kernel: from its name, else from the name of the
// first parameter that it reads, such as layer1.0.conv1.weight.
func moduleOf(res *infer.Result, k *kernel.Kernel) string {
	if m := ModulePath(k.Name); m != "" {
		return m
	}
	tensors := res.Plan.Model.Tensors
	for _, s := range k.Steps {
		for _, id := range res.Steps[s].Node.Inputs {
			if id == graph.None || tensors[id].Kind != graph.FromInitializer {
				continue
			}
			if i := strings.LastIndexByte(tensors[id].Name, '.'); i > 0 {
				return tensors[id].Name[:i]
			}
		}
	}
	return ""
}

// trim shortens a module path to its first depth parts, which are separated by
// slashes if there is one, else by dots. A depth of 0 keeps all.
func trim(path string, depth int) string {
	if depth <= 0 {
		return path
	}
	sep := byte('.')
	if strings.IndexByte(path, '/') >= 0 {
		sep = '/'
	}
	for i := range len(path) {
		if path[i] == sep {
			if depth--; depth == 0 {
				return path[:i]
			}
		}
	}
	return path
}
