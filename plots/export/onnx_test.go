package export

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// members returns the contents of the fields of a message by number.
func members(t testing.TB, message []byte) map[protowire.Number][][]byte {
	t.Helper()
	out := map[protowire.Number][][]byte{}
	for len(message) > 0 {
		num, typ, n := protowire.ConsumeTag(message)
		if n < 0 {
			t.Fatal("not a protobuf message")
		}
		size := protowire.ConsumeFieldValue(num, typ, message[n:])
		if size < 0 {
			t.Fatal("not a protobuf message")
		}
		value := message[n : n+size]
		if typ == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		}
		out[num] = append(out[num], value)
		message = message[n+size:]
	}
	return out
}

// properties returns entries of keys and values.
func propertiesIn(t testing.TB, entries [][]byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, e := range entries {
		m := members(t, e)
		if _, twice := out[string(m[1][0])]; twice {
			t.Errorf("key %s stands twice", m[1][0])
		}
		out[string(m[1][0])] = string(m[2][0])
	}
	return out
}

// nodesIn returns the NodeProtos of a model.
func nodesIn(t testing.TB, model []byte) []map[protowire.Number][][]byte {
	t.Helper()
	var out []map[protowire.Number][][]byte
	for _, n := range members(t, members(t, model)[7][0])[1] {
		out = append(out, members(t, n))
	}
	return out
}

func checkONNX(t *testing.T, s *subject, data []byte) {
	m, err := onnxread.Read("out", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(m.Main.Nodes), len(s.Inferred.Plan.Model.Main.Nodes); got != want {
		t.Fatalf("found %d nodes, expected %d", got, want)
	}
	of := propertiesIn(t, members(t, data)[14])
	near(t, "lower bound", number(t, of["ridgepoint.lower_bound_ms"]), 1e3*s.Latency.SpeedOfLight, 1e-4*s.Milliseconds())
	if _, ok := of["ridgepoint.expected_ms"]; ok != (s.Latency.Expected != nil) {
		t.Errorf("found an expected latency: %t", ok)
	}
	sum := 0.0
	for _, n := range nodesIn(t, data) {
		if len(n[3]) != 1 || len(n[3][0]) == 0 {
			t.Errorf("a node %s has no name", n[4][0])
		}
		if v, ok := propertiesIn(t, n[9])["ridgepoint.lower_bound_ms"]; ok {
			sum += number(t, v)
		}
	}
	near(t, "sum of nodes", sum, 1e3*s.Latency.SpeedOfLight, 1e-4*s.Milliseconds())
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestNamelessNodes exports a model whose nodes have no names: onnx gives them the names of their kernels, netron finds
// them by their outputs. A second export replaces what the first one wrote.
func TestNamelessNodes(t *testing.T) {
	named := subjectOf(t, "zoo:resnet18", "t4", "")
	s := estimated(t, withoutNames(t, named.file), "bare", "t4", "")
	first := written(t, "onnx", s.input())
	checkONNX(t, s, first)
	var names []string
	for _, n := range nodesIn(t, first) {
		names = append(names, string(n[3][0]))
	}
	for i := range s.Layers {
		if !slices.Contains(names, s.Layers[i].Name) {
			t.Errorf("no node has the name %s of a kernel", s.Layers[i].Name)
		}
	}
	again := estimated(t, first, "bare", "t4", "")
	if second := written(t, "onnx", again.input()); !bytes.Equal(first, second) {
		t.Error("a second export of what was exported differs")
	}
	data := written(t, "netron", s.input())
	checkNetron(t, s, data)
	if strings.Contains(string(data), `"kind": "node"`) || !strings.Contains(string(data), `"kind": "value"`) {
		t.Error("found figures of nodes by name where no node has one")
	}
}

// withoutNames returns a model whose nodes have no names.
func withoutNames(t testing.TB, model []byte) []byte {
	t.Helper()
	return rewritten(t, model, 7, func(graph []byte) []byte {
		return rewritten(t, graph, 1, func(node []byte) []byte {
			return rewritten(t, node, 3, func([]byte) []byte { return nil })
		})
	})
}

// rewritten returns a message with some members changed; those that become nil are left out.
func rewritten(t testing.TB, message []byte, at protowire.Number, change func([]byte) []byte) (out []byte) {
	t.Helper()
	for len(message) > 0 {
		num, typ, n := protowire.ConsumeTag(message)
		size := n + protowire.ConsumeFieldValue(num, typ, message[n:])
		if num != at {
			out = append(out, message[:size]...)
		} else {
			body, _ := protowire.ConsumeBytes(message[n:])
			if body = change(body); body != nil {
				out = protowire.AppendBytes(protowire.AppendTag(out, num, typ), body)
			}
		}
		message = message[size:]
	}
	return out
}

// TestRefusals: what cannot be written says what was found and what was expected.
func TestRefusals(t *testing.T) {
	s := subjectOf(t, "zoo:resnet18", "t4", noRuntime)
	two := s.input()
	two.Estimates = append(two.Estimates, s.Estimate)
	for _, c := range []struct {
		format string
		in     *Input
		want   string
	}{
		{"netron", two, "found 2 estimates, expected one: the format netron"},
		{"trace", &Input{}, "found no estimate"},
		{"onnx", &Input{Estimates: s.input().Estimates}, "found no model file"},
		{"bench", &Input{Estimates: append(s.input().Estimates, nil)}, "found no estimate at place 2"},
	} {
		f, err := Find(c.format)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.Write(&b, c.in); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("%s: found %v and %d bytes, expected %q", c.format, err, b.Len(), c.want)
		}
	}
	if _, err := Find("prof"); err == nil || !strings.Contains(err.Error(), "did you mean pprof?") {
		t.Errorf("found %v, expected the nearest name", err)
	}
}
