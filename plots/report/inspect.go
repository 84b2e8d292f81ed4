package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/sat"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/placement"
)

// Inspect describes a model. res is nil where its free dimensions are not bound; why says which.
func Inspect(name string, p *infer.Plan, res *infer.Result, why error) *Document {
	return inspect(name, p, res, why, nil)
}

// inspect describes a model and where it runs; placed is nil where no device was named.
func inspect(name string, p *infer.Plan, res *infer.Result, why error, placed *placement.Placement) *Document {
	m := p.Model
	out := &schema.Inspect{
		Model: name, IRVersion: m.IRVersion, Producer: strings.TrimSpace(m.Producer + " " + m.ProducerVersion),
		Opsets: map[string]int{}, Inputs: ports(m, m.Main.Inputs), Outputs: ports(m, m.Main.Outputs),
		Symbols: symbols(m), Dims: dims(res),
		Operators: map[string]int{}, WeightsByType: map[string]int64{},
	}
	for _, o := range m.Opsets {
		out.Opsets[domainName(o.Domain)] = o.Version
	}
	weigh(m, out)
	histogram(m.Main, out)
	covered := p.Coverage()
	if res != nil {
		covered = res.Coverage()
	}
	out.Coverage, out.Unknown = covered.Fraction(), list(covered.UnknownOps)
	var notes []note.Note
	if res != nil {
		c := sumSteps(res)
		macs, flops, bytes := c.MACs, c.FLOPs(), c.Bytes()
		out.MACs, out.FLOPs, out.Bytes = &macs, &flops, &bytes
		notes = slices.Clone(res.Notes)
	} else {
		notes = append(p.Notes(), note.New(note.WorkNotCounted, why.Error()))
	}
	tables := inspectTables(out, res, covered.Nodes)
	ops := tables[len(tables)-1]
	if len(out.Unknown) > 0 {
		notes = append(notes, note.New(note.UnknownOperators, out.Unknown))
	}
	rows := ops
	if placed != nil {
		out.Placement, rows = placementJSON(placed), placementTable(placed)
		tables = slices.Insert(tables, 1, rows)
		notes = note.Add(notes, placed.Of.Notes...)
	}
	foot := footnotes(notes...)
	out.Remarks = remarks(foot)
	return document("inspect", tables, foot, out).rows(ofModel(name, rows))
}

// domainName returns the name of an operator domain; the empty one is ai.onnx.
func domainName(d string) string {
	if d == "" {
		return "ai.onnx"
	}
	return d
}

// weigh sums the initializers, each once.
func weigh(m *graph.Model, out *schema.Inspect) {
	for t := range m.Weights() {
		c := t.Init
		n := c.Shape.Elems()
		out.Params = sat.Add(out.Params, n)
		bytes := c.Bytes()
		if c.Sparse {
			bytes = c.Stored
		}
		kind := c.Type.String()
		if c.Packed > 0 && c.Packed != c.Type.Bytes(n) {
			kind = "in blocks with scales"
		}
		out.WeightBytes = sat.Add(out.WeightBytes, bytes)
		out.WeightsByType[kind] += bytes
	}
}

// histogram counts the nodes of a graph and its subgraphs by operator.
func histogram(g *graph.Graph, out *schema.Inspect) {
	for i := range g.Nodes {
		n := &g.Nodes[i]
		out.Nodes++
		out.Operators[n.Op.String()]++
		for _, sub := range infer.Subgraphs(n) {
			histogram(sub, out)
		}
	}
}

// ports returns the declared types and shapes of a model's inputs or outputs. A dimension without a
// name or number is nil.
func ports(m *graph.Model, ids []graph.ID) []schema.Port {
	out := []schema.Port{}
	for _, id := range ids {
		t := &m.Tensors[id]
		p := schema.Port{Name: t.Name}
		if d := t.Decl; d != nil {
			p.DType = typeName(d)
			if d.HasShape {
				p.Shape = []any{}
			}
			for _, dim := range d.Dims {
				switch {
				case dim.Symbol != "":
					p.Shape = append(p.Shape, dim.Symbol)
				case dim.Value >= 0:
					p.Shape = append(p.Shape, dim.Value)
				default:
					p.Shape = append(p.Shape, nil)
				}
			}
		}
		out = append(out, p)
	}
	return out
}

var kindNames = map[graph.TypeKind]string{graph.KindSequence: "sequence", graph.KindOptional: "optional",
	graph.KindMap: "map", graph.KindSparse: "sparse"}

// typeName returns an ONNX type as text, as in sequence(float32).
func typeName(t *graph.Type) string {
	switch name := kindNames[t.Kind]; {
	case name == "" || t.Kind == graph.KindSparse:
		return t.Elem.String()
	case t.Of != nil:
		return name + "(" + typeName(t.Of) + ")"
	default:
		return name
	}
}

// symbols lists the named dimensions of the inputs.
func symbols(m *graph.Model) []string {
	out := []string{}
	for _, id := range m.Main.Inputs {
		if d := m.Tensors[id].Decl; d != nil {
			for _, dim := range d.Dims {
				if dim.Symbol != "" && !slices.Contains(out, dim.Symbol) {
					out = append(out, dim.Symbol)
				}
			}
		}
	}
	return out
}

// sumSteps returns the work and traffic of all steps, each times its executions.
func sumSteps(res *infer.Result) cost.Cost {
	var sum cost.Cost
	for i := range res.Steps {
		c := res.Steps[i].Total()
		sum.Add(&c)
	}
	return sum
}

// madeBy names what made the file, and the version of the representation where the format has one.
func madeBy(o *schema.Inspect) string {
	if o.IRVersion == 0 {
		return orDash(o.Producer)
	}
	return fmt.Sprintf("%s, IR version %d", orDash(o.Producer), o.IRVersion)
}

// inspectTables returns the heading of a model, its operators and what is unknown, as tables.
func inspectTables(o *schema.Inspect, res *infer.Result, nodes int) []Table {
	head := Table{Title: o.Model, Lead: []string{
		"producer    " + madeBy(o),
		fmt.Sprintf("opsets      %s", join(o.Opsets, " ")),
		fmt.Sprintf("symbols     %s", orDash(strings.Join(o.Symbols, ", "))),
		fmt.Sprintf("parameters  %s (%d)", si(o.Params), o.Params),
		fmt.Sprintf("weights     %s (%s)", units.Short(float64(o.WeightBytes), units.Capacity), byType(o.WeightsByType)),
		fmt.Sprintf("coverage    %.1f %% of %d nodes", 100*o.Coverage, nodes),
	}}
	if o.MACs != nil {
		head.Lead = append(head.Lead, fmt.Sprintf("work        %sMAC (%d), %s, %s moved node by node, batch %d",
			si(*o.MACs), *o.MACs,
			units.Short(float64(*o.FLOPs), units.FLOPs), units.Short(float64(*o.Bytes), units.Bytes), max(res.Batch, 1)))
	}
	io := Table{Title: "Inputs and outputs", Columns: []Column{{Name: ""}, {Name: "name"}, {Name: "type"},
		{Name: "shape"}}}
	for _, p := range o.Inputs {
		io.Rows = append(io.Rows, []any{"input", p.Name, orDash(p.DType), shapeText(p.Shape)})
	}
	for _, p := range o.Outputs {
		io.Rows = append(io.Rows, []any{"output", p.Name, orDash(p.DType), shapeText(p.Shape)})
	}
	ops := Table{Title: "Operators", Columns: []Column{{Name: "operator"}, {Name: "nodes", Kind: Count}}}
	names := slices.Sorted(maps.Keys(o.Operators))
	slices.SortStableFunc(names, func(a, b string) int { return o.Operators[b] - o.Operators[a] })
	for _, op := range names {
		ops.Rows = append(ops.Rows, []any{op, o.Operators[op]})
	}
	return []Table{head, io, ops}
}

// orDash returns s, or a dash where it is empty.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// join returns a map as key:value pairs in the order of keys.
func join(m map[string]int, sep string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%s:%d", k, m[k]))
	}
	return orDash(strings.Join(parts, sep))
}

// byType returns bytes by element type, with units, in the order of the types' names.
func byType(m map[string]int64) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, units.Short(float64(m[k]), units.Capacity)+" "+k)
	}
	return orDash(strings.Join(parts, ", "))
}

// shapeText returns dimensions as text, ? where one is not known.
func shapeText(dims []any) string {
	if dims == nil {
		return "not declared"
	}
	parts := make([]string, len(dims))
	for i, d := range dims {
		parts[i] = fmt.Sprint(d)
		if d == nil {
			parts[i] = "?"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Shapes describes every tensor of an inferred model: inputs, initializers, then node outputs in execution order.
func Shapes(name string, res *infer.Result) *Document {
	m := res.Plan.Model
	notes := footnotes(res.Notes...)
	out := &schema.Shapes{Model: name, Dims: dims(res), Tensors: []schema.Tensor{}, Remarks: remarks(notes)}
	isOutput := make(map[graph.ID]bool)
	for _, id := range m.Main.Outputs {
		isOutput[id] = true
	}
	add := func(id graph.ID, kind string) {
		if id == graph.None || m.Tensors[id].Depth > 0 {
			return
		}
		if isOutput[id] {
			kind = "output"
		}
		out.Tensors = append(out.Tensors, tensorJSON(m.Tensors[id].Name, kind, &res.Infos[id]))
	}
	for _, id := range m.Main.Inputs {
		add(id, "input")
	}
	for _, id := range m.Main.Initializers {
		add(id, "initializer")
	}
	for i := range m.Main.Nodes {
		for _, id := range m.Main.Nodes[i].Outputs {
			add(id, "node")
		}
	}
	t := Table{Title: name, Columns: []Column{{Name: "tensor"}, {Name: "kind"}, {Name: "type"}, {Name: "shape"},
		{Name: "bytes", Kind: Quantity, Dim: units.Bytes}, {Name: "bound"}}}
	for _, x := range out.Tensors {
		var bytes any
		if x.Shape != nil {
			d, _ := dtype.Parse(x.DType)
			bytes = float64(d.Bytes(graph.Shape(x.Shape).Elems()))
		}
		t.Rows = append(t.Rows, []any{x.Name, x.Kind, x.DType, shapeOf(x.Shape), bytes, x.Bound})
	}
	return document("shapes", []Table{t}, notes, out).rows(ofModel(name, t))
}

// tensorJSON returns what is known of a value: its type, its shape, and whether the shape is exact
// or an upper bound.
func tensorJSON(name, kind string, info *graph.Info) schema.Tensor {
	t := schema.Tensor{Name: name, Kind: kind, Bound: "exact", DType: info.Type.String()}
	if info.Upper {
		t.Bound = "upper"
	}
	switch {
	case !info.Known(): // the shape is run-time data without a bound; the type may be certain
		t.Bound = "upper"
		if info.Type == dtype.Undefined {
			t.DType = "unknown"
		}
	case info.Kind == graph.KindTensor || info.Kind == graph.KindSparse:
		t.Shape = append([]int64{}, info.Shape...)
	default:
		t.DType = kindNames[info.Kind]
	}
	return t
}

// shapeOf returns a shape as text, ? where it is not known.
func shapeOf(s []int64) string {
	if s == nil {
		return "?"
	}
	return strings.ReplaceAll(fmt.Sprint(s), " ", ", ")
}
