package tfliteread_test

import (
	"github.com/ridgepoint/ridgepoint/internal/twins"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A use is one way in which operators are used: tensors are float32 unless types say otherwise.
type use struct {
	codes   string // of the operators that are used so
	ins     [][]int64
	values  map[int][]int64 // the contents of constant inputs
	types   map[int]int8    // of inputs, and from 10 on of outputs
	outs    [][]int64
	options tab
	macs    int64
}

// uses lists how each operator of the schema that has a row is used.
var uses = []use{
	{codes: "0 18 41 42 55 57 78 95 163 164 165 166 181 184 185 188", ins: [][]int64{{1, 4, 4, 8}, {8}},
		outs: [][]int64{{1, 4, 4, 8}}, options: tab{}},
	{codes: "8 14 19 20 21 28 47 66 73 75 76 92 98 101 104 108 111 116 117 150 152 158 162 175 177 178 179 180 182 " +
		"186 189 59 93 94 11 25 50",
		ins: [][]int64{{1, 4, 4, 8}}, outs: [][]int64{{1, 4, 4, 8}}, options: tab{}},
	{codes: "1 12 17", ins: [][]int64{{1, 8, 8, 4}}, outs: [][]int64{{1, 4, 4, 4}}, options: tab{4: int8(1),
		6: int32(2), 8: int32(2), 10: int32(2), 12: int32(2)}},
	{codes: "2", ins: [][]int64{{1, 4, 4, 3}, {1, 4, 4, 5}}, outs: [][]int64{{1, 4, 4, 8}}, options: tab{4: int32(-1),
		6: int8(1)}},
	{codes: "3", ins: [][]int64{{1, 8, 8, 3}, {16, 3, 3, 3}, {16}}, outs: [][]int64{{1, 4, 4, 16}},
		options: tab{6: int32(2), 8: int32(2), 10: int8(3)},
		macs:    16 * 16 * 27},
	{codes: "4", ins: [][]int64{{1, 8, 8, 6}, {1, 3, 3, 6}, {6}}, outs: [][]int64{{1, 8, 8, 6}},
		options: tab{6: int32(1), 8: int32(1), 12: int8(4)},
		macs:    64 * 6 * 9},
	{codes: "5", ins: [][]int64{{1, 4, 4, 8}}, outs: [][]int64{{1, 8, 8, 2}}, options: tab{4: int32(2)}},
	{codes: "6 114", ins: [][]int64{{1, 4, 4, 8}}, types: map[int]int8{0: 9}, outs: [][]int64{{1, 4, 4, 8}}},
	{codes: "7", ins: [][]int64{{5}, {100, 8}}, types: map[int]int8{0: int32s}, outs: [][]int64{{5, 8}}},
	{codes: "9", ins: [][]int64{{2, 3, 8}, {16, 8}, {16}}, outs: [][]int64{{6, 16}}, options: tab{4: int8(1)},
		macs: 6 * 16 * 8},
	{codes: "10", ins: [][]int64{{2}, {5}, {5, 4}}, types: map[int]int8{0: int32s, 1: int32s, 11: 3},
		outs: [][]int64{{2, 4}, {2}}},
	{codes: "13", ins: [][]int64{{1, 4, 4, 8}}, outs: [][]int64{{1, 4, 4, 8}}, options: tab{4: int32(2)}},
	{codes: "16 24 27 35 44 46 52", ins: [][]int64{{2, 5, 7}, {12, 7}, {12, 3}}, values: map[int][]int64{1: nil,
		2: nil}, outs: [][]int64{{2, 5, 3}},
		macs: 10 * 12 * 10},
	{codes: "22 43 70 167", ins: [][]int64{{1, 1, 1, 8}}, outs: [][]int64{{1, 8}}},
	{codes: "23 97", ins: [][]int64{{1, 4, 4, 8}, {2}}, values: map[int][]int64{1: {7, 9}}, outs: [][]int64{{1, 7, 9,
		8}}},
	{codes: "26", ins: [][]int64{{1, 4, 4, 8}}, outs: [][]int64{{1, 2, 2, 32}}, options: tab{4: int32(2)}},
	{codes: "34 60 100", ins: [][]int64{{1, 4, 4, 8}, {4, 2}}, outs: [][]int64{{1, 6, 6, 8}}},
	{codes: "36", ins: [][]int64{{4, 8}, {3}}, types: map[int]int8{1: int32s}, outs: [][]int64{{3, 8}}, options: tab{}},
	{codes: "37", ins: [][]int64{{4, 2, 2, 8}, {2}, {2, 2}}, outs: [][]int64{{1, 4, 4, 8}}},
	{codes: "38", ins: [][]int64{{1, 4, 4, 8}, {2}, {2, 2}}, outs: [][]int64{{4, 2, 2, 8}}},
	{codes: "39", ins: [][]int64{{1, 4, 5, 8}, {4}}, values: map[int][]int64{1: {0, 3, 1, 2}}, outs: [][]int64{{1, 8,
		4, 5}}},
	{codes: "40 74 81 82 89 91 140", ins: [][]int64{{1, 4, 4, 8}, {2}}, values: map[int][]int64{1: {1, -2}},
		outs: [][]int64{{1, 8}}, options: tab{}},
	{codes: "45 65", ins: [][]int64{{1, 4, 4, 8}, {4}, {4}, {4}}, outs: [][]int64{{1, 2, 4, 8}}, options: tab{}},
	{codes: "48", ins: [][]int64{{1, 10}, {}}, values: map[int][]int64{1: {3}}, types: map[int]int8{11: int32s},
		outs: [][]int64{{1, 3}, {1, 3}}},
	{codes: "49", ins: [][]int64{{}, {1, 4, 4, 8}}, values: map[int][]int64{0: {3}}, outs: [][]int64{{1, 4, 4, 4}, {1,
		4, 4, 4}}, options: tab{4: int32(2)}},
	{codes: "53 192", ins: [][]int64{{4, 4}}, types: map[int]int8{10: int32s}, outs: [][]int64{{4, 4}}},
	{codes: "54", ins: [][]int64{{1, 4, 4, 8}, {1, 1, 8}}, outs: [][]int64{{1, 4, 4, 8}}},
	{codes: "56 79", ins: [][]int64{{1, 4, 4, 8}, {}}, values: map[int][]int64{1: {-1}},
		types: map[int]int8{10: int32s}, outs: [][]int64{{1, 4, 4}}},
	{codes: "58 61 62 63 71 72", ins: [][]int64{{4, 8}, {8}}, types: map[int]int8{10: bools}, outs: [][]int64{{4, 8}}},
	{codes: "64 123 187", ins: [][]int64{{4}, {4, 8}, {4, 8}}, types: map[int]int8{0: bools}, outs: [][]int64{{4, 8}}},
	{codes: "67", ins: [][]int64{{4}, {6, 2, 2, 8}, {1, 4, 4, 8}, {6}}, outs: [][]int64{{1, 8, 8, 6}},
		options: tab{4: int8(1), 6: int32(2), 8: int32(2)},
		macs:    16 * 8 * 6 * 4},
	{codes: "68", ins: [][]int64{{2}, {1}, {2}, {}}, outs: [][]int64{{9}}},
	{codes: "69", ins: [][]int64{{2, 3}, {2}}, outs: [][]int64{{4, 9}}},
	{codes: "77", ins: [][]int64{{2, 3}}, types: map[int]int8{10: int32s}, outs: [][]int64{{2}}},
	{codes: "110", ins: [][]int64{{2, 3}}, types: map[int]int8{10: int32s}, outs: [][]int64{{}}},
	{codes: "80", ins: [][]int64{{1, 4, 4, 8}}, outs: [][]int64{{1, 4, 4, 8}}},
	{codes: "83", ins: [][]int64{{4, 8}, {4, 8}}, outs: [][]int64{{4, 2, 8}}, options: tab{4: int32(2), 6: int32(1)}},
	{codes: "88", ins: [][]int64{{4, 2, 8}}, outs: [][]int64{{4, 8}, {4, 8}}, options: tab{4: int32(2), 6: int32(1)}},
	{codes: "84 86 176 183", ins: [][]int64{{4, 8}, {8}}, types: map[int]int8{0: bools, 1: bools, 10: bools},
		outs: [][]int64{{4, 8}}},
	{codes: "87", ins: [][]int64{{4}}, types: map[int]int8{0: bools, 10: bools}, outs: [][]int64{{4}}},
	{codes: "85", ins: [][]int64{{5}, {}, {}, {}}, types: map[int]int8{0: int32s, 1: int32s}, outs: [][]int64{{5, 9}},
		options: tab{4: int32(-1)}},
	{codes: "90", ins: [][]int64{{4}, {4}}, outs: [][]int64{{4}}},
	{codes: "99", ins: [][]int64{{4}, {4}}, outs: [][]int64{{4}}},
	{codes: "96", ins: [][]int64{{}, {}, {}}, values: map[int][]int64{0: {0}, 1: {9}, 2: {1}},
		types: map[int]int8{10: int32s}, outs: [][]int64{{9}}},
	{codes: "102", ins: [][]int64{{4, 9}, {2}, {}}, values: map[int][]int64{1: {4, 5}, 2: {1}}, outs: [][]int64{{4,
		4}, {4, 5}}},
	{codes: "105 203", ins: [][]int64{{4}, {1}}, outs: [][]int64{{4}}},
	{codes: "106", ins: [][]int64{{4}, {4}, {4}}, outs: [][]int64{{4}}},
	{codes: "107", ins: [][]int64{{4, 8}, {3, 1}}, types: map[int]int8{1: int32s}, outs: [][]int64{{3, 8}}},
	{codes: "109", ins: [][]int64{{4}}, types: map[int]int8{0: bools, 10: int64s}, outs: [][]int64{{4, 1}}},
	{codes: "112", ins: [][]int64{{4, 8}, {4}}, types: map[int]int8{1: int32s}, outs: [][]int64{{4, 8}},
		options: tab{4: int32(1)}},
	{codes: "113", ins: [][]int64{{2, 3}}, outs: [][]int64{{2, 3, 3}}},
	{codes: "115", ins: [][]int64{{2, 3, 3}, {2, 3}}, outs: [][]int64{{2, 3, 3}}},
	{codes: "120 121", ins: [][]int64{{8, 4}, {8}, {}}, types: map[int]int8{10: int32s}, outs: [][]int64{{3}}},
	{codes: "122", ins: [][]int64{{2, 1}, {2, 3}, {2}}, types: map[int]int8{0: int32s}, outs: [][]int64{{5, 3}}},
	{codes: "124", ins: [][]int64{{4, 4}}, outs: [][]int64{{4, 4}}},
	{codes: "125 153 154 155 157", ins: [][]int64{{6, 2}, {6}}, types: map[int]int8{1: int32s}, outs: [][]int64{{3, 2}}},
	{codes: "126", ins: [][]int64{{2, 5, 7}, {2, 9, 7}}, outs: [][]int64{{2, 5, 9}}, options: tab{6: int8(1)},
		macs: 2 * 5 * 7 * 9},
	{codes: "128", ins: [][]int64{{4}, {}}, values: map[int][]int64{1: {0}}, outs: [][]int64{{4}}},
	{codes: "130", ins: [][]int64{{1, 3}, {2}}, outs: [][]int64{{4, 3}}},
	{codes: "131", ins: [][]int64{{4, 4}, {2}}, types: map[int]int8{10: 8}, outs: [][]int64{{4, 3}}},
	{codes: "132", ins: [][]int64{{1, 4, 4, 4, 3}, {2, 2, 2, 3, 5}}, outs: [][]int64{{1, 4, 4, 4, 5}},
		options: tab{6: int32(1), 8: int32(1), 10: int32(1)},
		macs:    64 * 5 * 24},
	{codes: "141", ins: [][]int64{{5}, {2, 2, 2, 5, 3}, {1, 2, 2, 2, 3}}, outs: [][]int64{{1, 4, 4, 4, 5}},
		options: tab{4: int8(1), 6: int32(2), 8: int32(2), 10: int32(2)},
		macs:    8 * 3 * 5 * 8},
	{codes: "133 134 135", ins: [][]int64{{4}}, types: map[int]int8{0: 8}, outs: [][]int64{{4}}},
	{codes: "145", ins: [][]int64{{2}, {3}}, outs: [][]int64{{3}}},
	{codes: "151", ins: [][]int64{{4, 4}, {1, 4}, {2}}, outs: [][]int64{{4, 4}}},
	{codes: "156 159", ins: [][]int64{{4}, {4}}, outs: [][]int64{{4}}},
	{codes: "160 161 207", ins: [][]int64{{4}, {4}}, types: map[int]int8{0: int32s, 1: int32s, 10: int32s},
		outs: [][]int64{{4}}},
	{codes: "168", ins: [][]int64{{}, {4}, {}}, outs: [][]int64{{4}}},
}

// model makes a model of one use of an operator.
func (u *use) model(code int) []byte {
	l := newLite()
	g := l.graphs[0]
	var ins, outs []int32
	for i, dims := range u.ins {
		values, constant := u.values[i]
		kind := u.types[i]
		var data []byte
		switch {
		case constant && values == nil:
			data = make([]byte, 4)
		case constant:
			kind, data = int32s, int32Bytes(values...)
		}
		id := l.tensor(g, "in"+strconv.Itoa(i), kind, data, dims...)
		if ins = append(ins, id); data == nil {
			g.inputs = append(g.inputs, id)
		}
	}
	for i, dims := range u.outs {
		outs = append(outs, l.tensor(g, "out"+strconv.Itoa(i), u.types[10+i], nil, dims...))
	}
	g.outputs = outs
	l.op(g, code, ins, outs, u.options)
	return l.bytes()
}

// control are the operators that TestControl uses.
const control = "31 118 119"

// TestBuiltins holds that every operator of the schema has a row; that those which are written are known with the sizes
// that the file states and the multiply-adds that they do; and that all others stay visibly unknown.
func TestBuiltins(t *testing.T) {
	source, err := os.ReadFile("builtins.go")
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, c := range strings.Fields(control) {
		tested[c] = true
	}
	for i := range uses {
		u := &uses[i]
		for _, c := range strings.Fields(u.codes) {
			code, _ := strconv.Atoi(c)
			tested[c] = true
			m, err := read(u.model(code))
			if err != nil {
				t.Errorf("operator %d: %v", code, err)
				continue
			}
			res := twins.Run(t, m)
			k, unknown := twins.Sum(res)
			if len(unknown) > 0 || k.MACs != u.macs {
				t.Errorf("operator %d: %d MACs, want %d; unknown are %v", code, k.MACs, u.macs, unknown)
			}
			for i, id := range m.Main.Outputs {
				if !res.Infos[id].Shape.Equal(u.outs[i]) {
					t.Errorf("operator %d: output %d has shape %v, the file states %v", code, i, res.Infos[id].Shape, u.outs[i])
				}
			}
		}
	}
	rows := regexp.MustCompile(`(?m)^\t\{(custom|\d+), "(\w+)", (nil)?`).FindAllStringSubmatch(string(source), -1)
	if len(rows) != 210 {
		t.Errorf("found %d rows, the schema has the operators 0 to 209", len(rows))
	}
	for i, r := range rows {
		code := strconv.Itoa(i)
		if r[1] != code && r[1] != "custom" {
			t.Errorf("row %d has the code %s", i, r[1])
		}
		if known := r[3] == ""; known != tested[code] {
			t.Errorf("%s: written %v, used in a test %v", r[2], known, tested[code])
		}
		if r[3] != "" {
			visible(t, i, r[2])
		}
	}
}

// visible holds that an operator without a writer is unknown, and charged.
func visible(t *testing.T, code int, name string) {
	t.Helper()
	u := use{ins: [][]int64{{4, 8}}, outs: [][]int64{{4, 8}}}
	m, err := read(u.model(code))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	k, unknown := twins.Sum(twins.Run(t, m))
	if len(unknown) != 1 || k.Read != 128 || k.Written != 128 {
		t.Errorf("%s: unknown are %v, read %d and written %d bytes; want one of 128 and 128", name, unknown, k.Read,
			k.Written)
	}
}

// TestControl follows subgraphs: a call, a choice of which the costlier branch counts, and a loop of 100 rounds.
func TestControl(t *testing.T) {
	for _, c := range []struct {
		code    int
		options tab
		macs    int64
	}{
		{31, tab{4: int32(1)}, 8 * 8}, {118, tab{4: int32(1), 6: int32(2)}, 8 * 8}, {119, tab{4: int32(3), 6: int32(1)},
			100 * 8 * 8},
	} {
		m, err := read(branches(c.code, c.options))
		if err != nil {
			t.Errorf("operator %d: %v", c.code, err)
			continue
		}
		if k, unknown := twins.Sum(twins.Run(t, m)); k.MACs != c.macs || len(unknown) > 0 {
			t.Errorf("operator %d: %d MACs, want %d; unknown are %v", c.code, k.MACs, c.macs, unknown)
		}
	}
}

// branches makes a model of three graphs beside the main one: a layer, nothing, and a condition.
func branches(code int, options tab) []byte {
	l := newLite()
	main := l.graphs[0]
	x := l.tensor(main, "x", float32s, nil, 1, 8)
	goes := l.tensor(main, "go", bools, nil)
	y := l.tensor(main, "y", float32s, nil, 1, 8)
	main.inputs, main.outputs = []int32{x, goes}, []int32{y}
	ins := []int32{x}
	if code == 118 {
		ins = []int32{goes, x}
	}
	l.op(main, code, ins, []int32{y}, options)
	for i := range 3 {
		g := &liteGraph{}
		l.graphs = append(l.graphs, g)
		a := l.tensor(g, "a", float32s, nil, 1, 8)
		b := l.tensor(g, "b", float32s, nil, 1, 8)
		g.inputs, g.outputs = []int32{a}, []int32{b}
		switch i {
		case 0:
			l.op(g, 9, []int32{a, l.tensor(g, "w", float32s, make([]byte, 256), 8, 8)}, []int32{b}, tab{})
		case 1:
			l.op(g, 19, []int32{a}, []int32{b}, nil)
		case 2:
			yes := l.tensor(g, "yes", bools, nil, 1, 8)
			l.op(g, 61, []int32{a, a}, []int32{yes}, nil)
			one := l.tensor(g, "one", bools, nil)
			l.op(g, 91, []int32{yes, l.tensor(g, "axes", int32s, int32Bytes(0, 1), 2)}, []int32{one}, tab{})
			g.outputs = []int32{one}
		}
	}
	return l.bytes()
}
