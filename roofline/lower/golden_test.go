package lower_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

var update = flag.Bool("update", false, "write the golden files anew")

// parse builds a model from lines: "in x float32 1x8x4", "const w float32 8x8", "value e 0.5",
// "ints shape 1,2", "out y" and "y = Op a b attr=1,2" with attributes last. "-" is an omitted input; an operator
// of another domain is domain::Op. "opset 22" in front changes the opset of the default domain, 17.
func parse(t testing.TB, text string) *graph.Model {
	t.Helper()
	m := &graph.Model{Name: "test", Opsets: []graph.Opset{{Version: 17}}, Main: &graph.Graph{}}
	ids := make(map[string]graph.ID)
	id := func(name string) graph.ID {
		if name == "-" {
			return graph.None
		}
		if _, ok := ids[name]; !ok {
			ids[name] = graph.ID(len(m.Tensors))
			m.Tensors = append(m.Tensors, graph.Tensor{Name: name})
		}
		return ids[name]
	}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		f := strings.Fields(line)
		switch f[0] {
		case "in":
			tensor := &m.Tensors[id(f[1])]
			tensor.Kind, tensor.Decl = graph.FromInput, &graph.Type{Kind: graph.KindTensor, Elem: element(t, f[2]),
				HasShape: true}
			for _, d := range shape(t, f[3]) {
				tensor.Decl.Dims = append(tensor.Decl.Dims, graph.Dim{Value: d})
			}
			m.Main.Inputs = append(m.Main.Inputs, id(f[1]))
		case "const":
			tensor := &m.Tensors[id(f[1])]
			tensor.Kind, tensor.Init = graph.FromInitializer, &graph.Const{Type: element(t, f[2]), Shape: shape(t, f[3])}
		case "value":
			v, err := strconv.ParseFloat(f[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			tensor := &m.Tensors[id(f[1])]
			tensor.Kind, tensor.Init = graph.FromInitializer, &graph.Const{Type: dtype.Float32,
				Value: &graph.Value{Floats: []float64{v}}}
		case "ints":
			tensor := &m.Tensors[id(f[1])]
			var v []int64
			for _, d := range strings.Split(f[2], ",") {
				v = append(v, number(t, d))
			}
			tensor.Kind, tensor.Init = graph.FromInitializer, &graph.Const{Type: dtype.Int64, Shape: graph.Shape{int64(len(v))},
				Value: &graph.Value{Ints: v}}
		case "opset":
			m.Opsets[0].Version = int(number(t, f[1]))
		case "out":
			m.Main.Outputs = append(m.Main.Outputs, id(f[1]))
		default:
			n := graph.Node{Name: f[0], Op: graph.OpID{Type: f[2]}, Version: m.Opsets[0].Version}
			if domain, op, ok := strings.Cut(f[2], "::"); ok {
				n.Op, n.Version = graph.OpID{Domain: domain, Type: op}, 1
			}
			for _, a := range f[3:] {
				if name, list, ok := strings.Cut(a, "="); ok {
					n.Attrs = append(n.Attrs, attribute(t, name, list))
				} else {
					n.Inputs = append(n.Inputs, id(a))
				}
			}
			n.Outputs = []graph.ID{id(f[0])}
			m.Main.Nodes = append(m.Main.Nodes, n)
		}
	}
	return m
}

func element(t testing.TB, name string) dtype.Type {
	e, ok := dtype.Parse(name)
	if !ok {
		t.Fatalf("no type %q", name)
	}
	return e
}

func shape(t testing.TB, text string) graph.Shape {
	s := graph.Shape{}
	for _, d := range strings.Split(text, "x") {
		if d == "scalar" {
			return s
		}
		s = append(s, number(t, d))
	}
	return s
}

func number(t testing.TB, text string) int64 {
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func attribute(t testing.TB, name, list string) graph.Attr {
	parts := strings.Split(strings.Trim(list, "[]"), ",")
	if !strings.HasPrefix(list, "[") {
		return graph.Attr{Name: name, Kind: graph.AttrInt, Int: number(t, list)}
	}
	a := graph.Attr{Name: name, Kind: graph.AttrInts}
	for _, p := range parts {
		a.Ints = append(a.Ints, number(t, p))
	}
	return a
}

// TestGolden lowers every testdata/*.net at every level and compares the kernels with the file beside it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.net")
	if err != nil || len(files) == 0 {
		t.Fatal("no graphs in testdata", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := infer.Prepare(parse(t, string(text)))
			if err != nil {
				t.Fatal(err)
			}
			res, err := p.Run(infer.Bindings{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := list(t, res)
			golden := strings.TrimSuffix(file, ".net") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("kernels changed; -update accepts them\ngot:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// recipes are what a graph is lowered by in goldens: every level, and runtimes that differ from them in kind.
func recipes(t testing.TB) (names []string, all []lower.Recipe) {
	t.Helper()
	for _, level := range []lower.Level{lower.None, lower.Epilogue, lower.Full} {
		names, all = append(names, level.String()), append(all, level.Recipe())
	}
	rs, err := runtimes.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"torch-compile", "pytorch-eager", "pytorch-eager-nhwc", "onnxruntime-cpu", "tensorrt"} {
		r, err := rs.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		recipe, err := lower.NewRecipe(r.RuleNames("gpu"))
		if err != nil {
			t.Fatal(err)
		}
		names, all = append(names, id), append(all, recipe)
	}
	return names, all
}

// list prints the kernels by every recipe, one a line.
func list(t testing.TB, res *infer.Result) string {
	var b strings.Builder
	names, all := recipes(t)
	for i := range all {
		fmt.Fprintf(&b, "%s\n", names[i])
		for _, k := range lower.Lower(res, all[i]) {
			rule := k.Rule
			if rule == "" {
				rule = "-"
			}
			fmt.Fprintf(&b, "  %s | %s | %s | %s | %d FLOP, read %d B, weights %d B, written %d B",
				k.Op, rule, k.Class, k.Type.Short(), k.Cost.FLOPs(), k.Cost.Read, k.Cost.Weights, k.Cost.Written)
			if fixed := k.Cost.Read + k.Cost.Weights +
				k.Cost.Written - k.Float.Read.Bytes - k.Float.Weights.Bytes - k.Float.Written.Bytes; fixed > 0 {
				fmt.Fprintf(&b, " (%d B at any precision)", fixed)
			}
			if k.M > 0 {
				fmt.Fprintf(&b, " | %d x %dx%dx%d", k.Batch, k.M, k.N, k.K)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
