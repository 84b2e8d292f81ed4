package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots/export"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A module is a node of the tree: the model, a module with what is inside, or, with a row, a kernel.
type module struct {
	Name    string
	Bound   string // that decides most of its time
	Figure  []string
	Open    bool
	Row     *row
	Inside  []*module // the longest first
	path    string
	seconds float64
	light   float64
	flops   int64
	bytes   int64
	under   map[string]float64 // seconds by bound
}

// deepest bounds the modules inside each other. What is further down stands in the last.
const deepest = 24

// treeOf returns the tree of a model's modules and kernels.
func treeOf(model string, parts []export.Part, rows []row, expected bool) *module {
	root := &module{Name: model, Open: true}
	at := map[string]*module{}
	for i := range parts {
		p := &parts[i]
		m := root
		m.count(p)
		modules := p.Modules[:min(len(p.Modules), deepest)]
		for depth, path := range modules {
			m = m.child(at, path, depth, modules)
			m.count(p)
		}
		m.Inside = append(m.Inside, &module{Name: after(m.path, rows[i].Name), Bound: p.Bound, Row: &rows[i],
			Figure: rows[i].Figure, seconds: p.Seconds})
	}
	root.settle(expected)
	return root
}

// child returns the module of a path inside m, which it makes if it is not there.
func (m *module) child(at map[string]*module, path string, depth int, modules []string) *module {
	if have, ok := at[path]; ok {
		return have
	}
	name := path
	if depth > 0 {
		name = after(modules[depth-1], path)
	}
	out := &module{Name: visible.Text(name), path: visible.Text(path)}
	at[path] = out
	m.Inside = append(m.Inside, out)
	return out
}

// after returns a name without the path of the module that holds it.
func after(path, name string) string {
	if strings.HasPrefix(name, "/") && !strings.HasPrefix(path, "/") {
		name = name[1:] // exporters begin the names of nodes, not of modules, so
	}
	if n := len(path); n > 0 && len(name) > n+1 && name[:n] == path && (name[n] == '/' || name[n] == '.') {
		return name[n+1:]
	}
	return name
}

// count adds a part that is inside a module.
func (m *module) count(p *export.Part) {
	if m.under == nil {
		m.under = map[string]float64{}
	}
	m.seconds, m.light, m.under[p.Bound] = m.seconds+p.Seconds, m.light+p.Light, m.under[p.Bound]+p.Seconds
	m.flops, m.bytes = sat.Add(m.flops, p.FLOPs), sat.Add(m.bytes, p.Bytes)
}

// settle prints the figures of modules and sorts what is inside by time.
func (m *module) settle(expected bool) {
	if m.Row != nil {
		return
	}
	m.Figure = figures(m.seconds, m.light, m.flops, m.bytes, expected)
	for b := range roofline.NumBounds {
		if name := b.String(); m.Bound == "" || m.under[name] > m.under[m.Bound] {
			m.Bound = name
		}
	}
	for i, in := range m.Inside {
		in.settle(expected)
		if len(in.Inside) == 1 { // a level that says nothing new
			only := in.Inside[0]
			only.Name = in.Name + "/" + only.Name
			m.Inside[i] = only
		}
	}
	slices.SortStableFunc(m.Inside, func(a, b *module) int { return cmp.Compare(b.seconds, a.seconds) })
}
