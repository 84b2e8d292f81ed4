package infer

import (
	"slices"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/ops"
)

// An axis is one dimension of an input.
type axis struct {
	input graph.ID // None: there is none
	dim   int      // of the tensor
}

// batchAxis returns the axis of the inputs that is the batch.
func (p *Plan) batchAxis() axis {
	f := axisFinder{plan: p, timed: make(map[graph.ID]bool)}
	for i := range p.Model.Main.Nodes {
		n := &p.Model.Main.Nodes[i]
		if s := p.specs[p.Model.Main][i]; s == nil || s.Kind != ops.Recurrent || n.Op.Domain != "" || len(n.Inputs) == 0 {
			continue
		}
		if a := n.Attr("layout"); a == nil || a.Int == 0 {
			f.timed[n.Inputs[0]] = true
		}
	}
	return f.find()
}

// An axisFinder looks for the batch.
type axisFinder struct {
	plan  *Plan             // whose inputs are searched
	timed map[graph.ID]bool // tensors that a recurrent layer reads with time in front
}

// find finds the batch among the dimensions of the inputs: one that is named so, else the first dimension that an
// input shares with the first output, else the first dimension of the first input. A state, such as that of a recurrent
// layer, has other dimensions in front and may come first. Names that count parts of a sample are no batch.
func (f *axisFinder) find() axis {
	named, inside, first := graph.None, axis{input: graph.None}, axis{input: graph.None}
	for _, id := range slices.Backward(f.plan.Model.Main.Inputs) { // the earliest input wins
		ds := f.dims(id)
		if len(ds) == 0 {
			continue
		}
		if at := f.front(id, ds); at.input != graph.None {
			first = at
		}
		if batchSymbol(ds[0].Symbol) {
			named = id
		}
		if i := slices.IndexFunc(ds, func(d graph.Dim) bool { return batchWord().MatchString(d.Symbol) }); i >= 0 {
			inside = axis{id, i}
		}
	}
	switch {
	case named != graph.None:
		return axis{input: named}
	case inside.input != graph.None:
		return inside
	}
	if at := f.shared(); at.input != graph.None {
		return at
	}
	return first
}

// dims returns the declared dimensions of a tensor.
func (f *axisFinder) dims(id graph.ID) []graph.Dim {
	if id == graph.None || f.plan.Model.Tensors[id].Decl == nil {
		return nil
	}
	return f.plan.Model.Tensors[id].Decl.Dims
}

// shared returns the first dimension of the earliest input that has the same one as the first output; none if there is
// no such input. Where the file does not declare the output, inference tells it.
func (f *axisFinder) shared() axis {
	none := axis{input: graph.None}
	if len(f.plan.Model.Main.Outputs) == 0 {
		return none
	}
	out := f.dims(f.plan.Model.Main.Outputs[0])
	if len(out) == 0 && f.fronts() > 1 {
		out = f.inferred(f.plan.Model.Main.Outputs[0])
	}
	for _, id := range f.plan.Model.Main.Inputs {
		if ds := f.dims(id); len(ds) > 0 && len(out) > 0 && out[0] == ds[0] {
			if at := f.front(id, ds); at.input != graph.None {
				return at
			}
		}
	}
	return none
}

// fronts counts the first dimensions of the inputs that differ.
func (f *axisFinder) fronts() int {
	seen := map[graph.Dim]bool{}
	for _, id := range f.plan.Model.Main.Inputs {
		if ds := f.dims(id); len(ds) > 0 {
			seen[ds[0]] = true
		}
	}
	return len(seen)
}

// inferred returns the dimensions that a tensor has at the declared sizes; none where they do not tell it.
func (f *axisFinder) inferred(id graph.ID) (out []graph.Dim) {
	r := &Result{Plan: f.plan}
	if f.plan.once(&Bindings{}, r) != nil || !r.Infos[id].Known() {
		return nil
	}
	for _, v := range r.Infos[id].Shape {
		out = append(out, graph.Dim{Value: v})
	}
	return out
}

// front returns the axis of an input that a batch would stand in: its first, or its second where a recurrent layer that
// reads it has time in front. It returns none if the name of the first counts parts of a sample.
func (f *axisFinder) front(id graph.ID, ds []graph.Dim) axis {
	if name := ds[0].Symbol; !batchSymbol(name) && partName().MatchString(name) {
		return axis{input: graph.None}
	}
	if len(ds) == 3 && f.timed[id] {
		return axis{id, 1}
	}
	return axis{input: id}
}
