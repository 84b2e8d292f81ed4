package roofline

import "strings"

// ModulePath is the exporter's module that a node belongs to, from its name:
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
