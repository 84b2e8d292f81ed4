package ops_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// shortTypes are the type names of case files.
var shortTypes = map[string]dtype.Type{
	"f32": dtype.Float32, "f64": dtype.Float64, "f16": dtype.Float16, "bf16": dtype.BFloat16,
	"i8": dtype.Int8, "i16": dtype.Int16, "i32": dtype.Int32, "i64": dtype.Int64, "i4": dtype.Int4,
	"u8": dtype.Uint8, "u16": dtype.Uint16, "u32": dtype.Uint32, "u64": dtype.Uint64, "u4": dtype.Uint4,
	"bool": dtype.Bool, "str": dtype.String, "c64": dtype.Complex64,
	"f8": dtype.Float8E4M3FN, "f8e5": dtype.Float8E5M2, "f4": dtype.Float4E2M1,
}

func shortName(t dtype.Type) string {
	for name, typ := range shortTypes {
		if typ == t {
			return name
		}
	}
	return t.String()
}

// format writes what is known of a tensor or container as case files do.
func format(i *graph.Info, values bool) string {
	if i == nil {
		return "_"
	}
	var b strings.Builder
	switch i.Kind {
	case graph.KindUnknown:
		return "unknown"
	case graph.KindSequence, graph.KindOptional:
		b.WriteString(map[graph.TypeKind]string{graph.KindSequence: "seq(", graph.KindOptional: "opt("}[i.Kind])
		for k := range i.Elems {
			if k > 0 {
				b.WriteByte(';')
			}
			b.WriteString(format(&i.Elems[k], values))
		}
		b.WriteByte(')')
		return b.String()
	case graph.KindMap:
		return "map"
	}
	b.WriteString(shortName(i.Type) + "[" + join(i.Shape) + "]")
	if values && i.Value != nil {
		var vals []string
		for k := range i.Value.Len() {
			vals = append(vals, strconv.FormatFloat(i.Value.Float(k), 'g', 6, 64))
		}
		b.WriteString("={" + strings.Join(vals, ",") + "}")
	}
	if i.Upper {
		b.WriteByte('?')
	}
	return b.String()
}

func join(s []int64) string {
	words := make([]string, len(s))
	for i, d := range s {
		words[i] = strconv.FormatInt(d, 10)
	}
	return strings.Join(words, ",")
}

// parseCase reads one line; TestCases documents it.
func parseCase(line string) (*testCase, error) {
	words := strings.Fields(line)
	if len(words) < 3 || !strings.HasPrefix(words[1], "v") {
		return nil, fmt.Errorf("expected an operator and a version such as v13")
	}
	c := &testCase{text: line, costs: map[string]int64{}, op: graph.OpID{Type: words[0]}}
	if domain, typ, ok := strings.Cut(words[0], "::"); ok {
		c.op = graph.OpID{Domain: domain, Type: typ}
	}
	var err error
	if c.version, err = strconv.Atoi(words[1][1:]); err != nil {
		return nil, err
	}
	part := ""
	for _, w := range words[2:] {
		switch {
		case (w == "in" || w == "attr") && part != "->" || w == "->":
			part = w
		case w == "error" && part == "->":
			c.wantsError = true
		case c.wantsError:
			c.failure = append(c.failure, w)
		default:
			err = c.word(part, w)
		}
		if err != nil {
			return nil, fmt.Errorf("%q: %w", w, err)
		}
	}
	if part != "->" {
		return nil, fmt.Errorf("expects nothing; write -> and outputs")
	}
	return c, nil
}

func (c *testCase) word(part, w string) error {
	switch part {
	case "in":
		o, err := parseOperand(w)
		c.in = append(c.in, o)
		return err
	case "attr":
		a, err := parseAttr(w)
		c.attrs = append(c.attrs, a)
		return err
	case "->":
		if name, v, ok := strings.Cut(w, "="); ok && !strings.Contains(name, "[") && !strings.Contains(name, "(") {
			n, err := strconv.ParseInt(v, 10, 64)
			c.costs[name] = n
			return err
		}
		o, err := parseOperand(w)
		c.out = append(c.out, o)
		return err
	}
	return fmt.Errorf("expected in, attr or ->")
}

func parseOperand(w string) (o operand, err error) {
	if w == "_" {
		return operand{omitted: true}, nil
	}
	if rest, ok := strings.CutPrefix(w, "w:"); ok {
		o.weight, w = true, rest
	}
	o.info, err = parseInfo(w)
	return o, err
}

func parseInfo(w string) (graph.Info, error) {
	switch {
	case w == "unknown":
		return graph.Info{}, nil
	case w == "map":
		return graph.Info{Kind: graph.KindMap}, nil
	case strings.HasSuffix(w, ")") && strings.HasPrefix(w, "seq("):
		return parseContainer(graph.KindSequence, w[4:len(w)-1])
	case strings.HasSuffix(w, ")") && strings.HasPrefix(w, "opt("):
		return parseContainer(graph.KindOptional, w[4:len(w)-1])
	}
	info := graph.Info{Kind: graph.KindTensor}
	w, info.Upper = strings.CutSuffix(w, "?")
	head, values, known := strings.Cut(w, "={")
	name, dims, ok := strings.Cut(head, "[")
	if !ok || !strings.HasSuffix(dims, "]") {
		return info, fmt.Errorf("expected type[dims]")
	}
	if info.Type, ok = shortTypes[name]; !ok {
		if info.Type, ok = dtype.Parse(name); !ok {
			return info, fmt.Errorf("no element type is called %q", name)
		}
	}
	shape, err := parseInts(strings.TrimSuffix(dims, "]"))
	if err != nil {
		return info, err
	}
	info.Shape = shape
	if known {
		info.Value, err = parseValue(info.Type, strings.TrimSuffix(values, "}"))
	}
	if err == nil && known {
		info.Value.Upper = info.Upper
	}
	if err == nil && known && int64(info.Value.Len()) != info.Shape.Elems() {
		err = fmt.Errorf("%d values for shape %v", info.Value.Len(), shape)
	}
	return info, err
}

func parseContainer(kind graph.TypeKind, members string) (graph.Info, error) {
	info := graph.Info{Kind: kind}
	if members == "" {
		return info, nil
	}
	for _, m := range strings.Split(members, ";") {
		e, err := parseInfo(m)
		if err != nil {
			return info, err
		}
		info.Elems = append(info.Elems, e)
	}
	of := info.Elems[0]
	info.Of = &of
	return info, nil
}

func parseInts(s string) ([]int64, error) {
	out := []int64{}
	if s == "" {
		return out, nil
	}
	for _, w := range strings.Split(s, ",") {
		n, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func parseFloats(s string) ([]float64, error) {
	out := []float64{}
	if s == "" {
		return out, nil
	}
	for _, w := range strings.Split(s, ",") {
		x, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func parseValue(t dtype.Type, s string) (*graph.Value, error) {
	v := &graph.Value{}
	var err error
	if t.IsFloat() {
		v.Floats, err = parseFloats(s)
	} else {
		v.Ints, err = parseInts(s)
	}
	return v, err
}

// parseAttr reads name=value; how the value is written gives its kind.
func parseAttr(w string) (graph.Attr, error) {
	name, v, ok := strings.Cut(w, "=")
	if !ok || name == "" {
		return graph.Attr{}, fmt.Errorf("expected name=value")
	}
	a := graph.Attr{Name: name}
	if strings.HasPrefix(v, "'") {
		a.Kind, a.Str = graph.AttrString, strings.Trim(v, "'")
		return a, nil
	}
	if list, ok := strings.CutPrefix(v, "["); ok || strings.Contains(v, ",") {
		list = strings.TrimSuffix(list, "]")
		var err error
		if a.Ints, err = parseInts(list); err == nil {
			a.Kind = graph.AttrInts
			return a, nil
		}
		if a.Floats, err = parseFloats(list); err == nil {
			a.Kind = graph.AttrFloats
			return a, nil
		}
		a.Kind, a.Strs = graph.AttrStrings, strings.Split(list, ",")
		return a, nil
	}
	var err error
	if a.Int, err = strconv.ParseInt(v, 10, 64); err == nil {
		a.Kind = graph.AttrInt
		return a, nil
	}
	if a.Float, err = strconv.ParseFloat(v, 64); err == nil {
		a.Kind = graph.AttrFloat
		return a, nil
	}
	a.Kind, a.Str = graph.AttrString, v
	return a, nil
}
