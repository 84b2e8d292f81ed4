package hostile

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// attribute encodes an attribute that holds a graph.
func attribute(name, body string) string {
	return string(message(nil, 5, string(number(message(message(nil, 1, name), 6, body), 20, 5))))
}

// body encodes a graph of nodes without inputs, whose last output is its own.
func body(all ...Node) string {
	var b []byte
	for i := range all {
		b = message(b, 1, all[i].encode())
	}
	return string(message(b, 12, Value(all[len(all)-1].Out[0])))
}

// called returns a model that calls one function of these nodes, so many times.
func called(times int, all []Node, out string) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Outputs: []string{Value("y0")}}
	m.Functions = []string{Function("F", []string{"a"}, []string{out}, all)}
	for _, y := range names("y", times) {
		m.Nodes = append(m.Nodes, Node{Op: "F", Domain: "f", In: []string{"x"}, Out: []string{y}})
	}
	return m.Encode()
}

// edgesCalled returns a function that has a node of n inputs and n outputs.
func edgesCalled(n int) []byte {
	return called(1, []Node{{Op: "Mystery", In: slices.Repeat([]string{"a"}, n), Out: names("b", n)}}, "b0")
}

// edgesBelow returns an If whose branches have a node of n inputs and n outputs.
func edgesBelow(n int) []byte {
	g := body(Node{Op: "Mystery", In: slices.Repeat([]string{"x"}, n), Out: names("b", n)})
	return nodes(Node{Op: "If", In: []string{"x"}, Out: []string{"y"},
		Raw: attribute("then_branch", g) + attribute("else_branch", g)})
}

// longTensors returns n calls of a function with tensors of long names.
func longTensors(n, tensors, size int) []byte {
	var all []Node
	last := "a"
	for i := range tensors {
		next := fmt.Sprintf("%d%s", i, strings.Repeat("t", size))
		all = append(all, relu(last, next))
		last = next
	}
	return called(n, all, last)
}

// longAttributes returns n calls of a function whose node has a text of size bytes.
func longAttributes(n, size int) []byte {
	return called(n, []Node{{Op: "Mystery", In: []string{"a"}, Out: []string{"b"},
		Text: map[string]string{"t": strings.Repeat("t", size)}}}, "b")
}

// fibonacci returns functions that each call the two before.
func fibonacci(depth int) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Outputs: []string{Value("y")}}
	for i := range depth {
		all := []Node{relu("a", "b"), relu("b", "c")}
		if i > 1 {
			for j := range all {
				all[j].Op, all[j].Domain = fmt.Sprintf("F%d", i-1-j), "f"
			}
		}
		m.Functions = append(m.Functions, Function(fmt.Sprintf("F%d", i), []string{"a"}, []string{"c"}, all))
	}
	m.Nodes = []Node{{Op: fmt.Sprintf("F%d", depth-1), Domain: "f", In: []string{"x"}, Out: []string{"y"}}}
	return m.Encode()
}

// doublingBranches returns functions that each call the one before in both branches of an If.
func doublingBranches(depth int) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}, Outputs: []string{Value("y")}}
	m.Functions = []string{Function("F0", []string{"a"}, []string{"b"}, []Node{relu("a", "b")})}
	for i := 1; i <= depth; i++ {
		g := body(Node{Op: fmt.Sprintf("F%d", i-1), Domain: "f", In: []string{"a"}, Out: []string{"c"}})
		m.Functions = append(m.Functions, Function(fmt.Sprintf("F%d", i), []string{"a"}, []string{"b"}, []Node{{Op: "If",
			In: []string{"a"}, Out: []string{"b"}, Raw: attribute("then_branch", g) + attribute("else_branch", g)}}))
	}
	m.Nodes = []Node{{Op: fmt.Sprintf("F%d", depth), Domain: "f", In: []string{"x"}, Out: []string{"y"}}}
	return m.Encode()
}

// members returns n sequences of n inputs, each input with a shape of its own.
func members(sequences, n int) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, 8)}}
	all := names("i", n)
	for i, s := range all {
		m.Inputs = append(m.Inputs, Value(s, 1, i+1))
	}
	for _, s := range names("s", sequences) {
		m.Nodes = append(m.Nodes, Node{Op: "SequenceConstruct", In: all, Out: []string{s}})
	}
	m.Nodes = append(m.Nodes, Node{Op: "SequenceLength", In: []string{"s0"}, Out: []string{"y"}})
	m.Outputs = []string{Value("y")}
	return m.Encode()
}

// mapped returns a chain of n SequenceMap nodes, each over the sequence before.
func mapped(n int) []byte {
	all := []Node{{Op: "SplitToSequence", In: []string{"x"}, Out: []string{"s"}, Ints: map[string][]int64{"axis": {1}}}}
	g := string(message(message(message(nil, 1, relu("e", "r").text()), 11, Value("e", 1, 1)), 12, Value("r")))
	last := "s"
	for _, next := range names("s", n) {
		all = append(all, Node{Op: "SequenceMap", In: []string{last}, Out: []string{next}, Raw: attribute("body", g)})
		last = next
	}
	return nodes(append(all, Node{Op: "SequenceLength", In: []string{last}, Out: []string{"y"}})...)
}

// mappedUnlike returns a chain of n SequenceMap nodes over a sequence whose members have shapes of their own.
func mappedUnlike(n, members int) []byte {
	m := &Model{Name: "m"}
	all := names("i", members)
	for i, s := range all {
		m.Inputs = append(m.Inputs, Value(s, 1, i+1))
	}
	m.Nodes = []Node{{Op: "SequenceConstruct", In: all, Out: []string{"s"}}}
	g := string(message(message(message(nil, 1, relu("e", "r").text()), 11, Value("e")), 12, Value("r")))
	last := "s"
	for _, next := range names("q", n) {
		m.Nodes = append(m.Nodes, Node{Op: "SequenceMap", In: []string{last}, Out: []string{next}, Raw: attribute("body", g)})
		last = next
	}
	m.Nodes = append(m.Nodes, Node{Op: "SequenceLength", In: []string{last}, Out: []string{"y"}})
	m.Outputs = []string{Value("y")}
	return m.Encode()
}

// captures returns an If whose branch reads n tensors of the graph around it.
func captures(n int) []byte {
	var all, inner []Node
	outs := names("b", n)
	for i, out := range outs {
		all = append(all, relu("x", out))
		inner = append(inner, relu(out, fmt.Sprintf("c%x", i)))
	}
	g := body(inner...)
	return nodes(append(all, Node{Op: "If", In: []string{"x"}, Out: []string{"y"},
		Raw: attribute("then_branch", g) + attribute("else_branch", g)})...)
}

// carried returns a Loop that carries n values.
func carried(n int) []byte {
	ins, outs := names("i", n), names("o", n)
	g := string(message(message(nil, 11, Value("t")), 11, Value("c")))
	ends := string(message(nil, 12, Value("c")))
	for i := range ins {
		g += string(message(nil, 11, Value(ins[i], 1, 8)))
		g += string(message(nil, 1, relu(ins[i], outs[i]).text()))
		ends += string(message(nil, 12, Value(outs[i])))
	}
	return nodes(Node{Op: "Loop", In: append([]string{"", ""}, slices.Repeat([]string{"x"}, n)...), Out: names("y", n),
		Raw: attribute("body", g+ends)})
}

// constants returns a tensor that n nodes define, all alike.
func constants(n int) []byte {
	var all []Node
	for range n {
		all = append(all, Node{Op: "Constant", Out: []string{"c"}, Ints: map[string][]int64{"value_int": {1}}})
	}
	return nodes(append(all, Node{Op: "Add", In: []string{"x", "x"}, Out: []string{"y"}})...)
}

// cut returns one Split into n parts and a Concat of them, twice.
func cut(n int) []byte {
	parts, again := names("p", n), names("q", n)
	join := map[string][]int64{"axis": {1}}
	return nodes(Node{Op: "Split", In: []string{"x"}, Out: parts, Ints: join},
		Node{Op: "Concat", In: parts, Out: []string{"z"}, Ints: join},
		Node{Op: "Split", In: []string{"z"}, Out: again, Ints: join},
		Node{Op: "Concat", In: again, Out: []string{"y"}, Ints: join})
}

// Further returns further examples of each kind of hostile ONNX file.
func Further() []File {
	pack := func(make func() []byte) func() []byte { return func() []byte { return Pack(make()) } }
	const mi = 1 << 20
	return []File{
		{Name: "edges-called.onnx.gz", Make: pack(func() []byte { return edgesCalled(6000) })},
		{Name: "edges-below.onnx.gz", Make: pack(func() []byte { return edgesBelow(6000) })},
		{Name: "edges-20000-of-100.onnx.gz", Make: pack(func() []byte { return manyEdges(20_000, 100) })},
		{Name: "long-tensors.onnx.gz", Make: pack(func() []byte { return longTensors(1000, 100, 4096) })},
		{Name: "long-attributes.onnx.gz", Make: pack(func() []byte { return longAttributes(50_000, mi) })},
		{Name: "fibonacci-24.onnx", Make: func() []byte { return fibonacci(24) }},
		{Name: "fibonacci-60.onnx", Make: func() []byte { return fibonacci(60) }},
		{Name: "doubling-branches-30.onnx", Make: func() []byte { return doublingBranches(30) }},
		{Name: "doubling-branches-12.onnx", Make: func() []byte { return doublingBranches(12) }},
		{Name: "members-2000.onnx.gz", Make: pack(func() []byte { return members(2000, 2000) })},
		{Name: "members-500.onnx", Make: func() []byte { return members(4, 500) }, Fits: true},
		{Name: "mapped-3000.onnx", Make: func() []byte { return mapped(3_000) }},
		{Name: "mapped-10000.onnx", Make: func() []byte { return mapped(10_000) }},
		{Name: "mapped-unlike-200-1000.onnx", Make: func() []byte { return mappedUnlike(200, 1000) }},
		{Name: "mapped-unlike-4000-8.onnx", Make: func() []byte { return mappedUnlike(4000, 8) }, Fits: true},
		{Name: "captures-20000.onnx", Make: func() []byte { return captures(20_000) }},
		{Name: "carried-1000.onnx", Make: func() []byte { return carried(1000) }, Fits: true},
		{Name: "carried-20000.onnx", Make: func() []byte { return carried(20_000) }},
		{Name: "constants-60000.onnx", Make: func() []byte { return constants(60_000) }},
		{Name: "cut-60000.onnx", Make: func() []byte { return cut(60_000) }},
		{Name: "annotations-4M.onnx.gz", Make: pack(func() []byte { return graph(repeat(14, 4_000_000)) })},
		{Name: "sparse-4M.onnx.gz", Make: pack(func() []byte { return graph(repeat(15, 4_000_000)) })},
		{Name: "training-4M.onnx.gz", Make: pack(func() []byte { return file(repeat(20, 4_000_000)) })},
		{Name: "metadata-of-node-4M.onnx.gz", Make: pack(func() []byte {
			return nodes(Node{Op: "Relu", In: []string{"x"}, Out: []string{"y"}, Raw: repeat(9, 4_000_000)})
		})},
		{Name: "graphs-4M.onnx.gz", Make: pack(func() []byte {
			return nodes(Node{Op: "Mystery", In: []string{"x"}, Out: []string{"y"},
				Raw: string(message(nil, 5, string(message(nil, 1, "a"))+repeat(11, 4_000_000)))})
		})},
		{Name: "producer-1G.onnx.gz", Make: func() []byte {
			return Pack(file(string(message(nil, 2, strings.Repeat("p", 1<<30)))))
		}},
		{Name: "unknown-1G.onnx.gz", Make: func() []byte {
			return Pack(file(string(message(nil, 99, strings.Repeat("p", 1<<30)))))
		}},
		{Name: "members-of-gzip.onnx.gz", Make: func() []byte {
			return []byte(strings.Repeat(string(Pack(nil)), 200_000) + string(Pack(chain(3).Encode())))
		}},
		{Name: "operator-9M.onnx.gz", Make: pack(func() []byte {
			return nodes(Node{Op: strings.Repeat("o\n", 4*mi), In: []string{"x"}, Out: []string{"y"}})
		})},
		{Name: "symbol-9M.onnx.gz", Make: pack(func() []byte { return Open(strings.Repeat("\u202e", 3*mi)) })},
	}
}

// tiny describes a language model of a few layers, without the closing brace.
const tiny = `{"model_type":"llama","num_hidden_layers":2,"hidden_size":64,"num_attention_heads":4,"vocab_size":128,` +
	`"intermediate_size":128`

// safetensors returns a file with a header of that text.
func safetensors(text string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
}

// Served returns hostile files of the commands for language models, pipelines, budgets, profiles and tables.
func Served() []File {
	const mi = 1 << 20
	llm, config := []string{"llm %s -d rtx4090"}, map[string]string{"config.json": tiny + "}"}
	own := []string{"llm zoo:tinyllama-1.1b -d rtx4090 --measured %s"}
	folder := []string{"llm config.json -d rtx4090", "llm . -d rtx4090"}
	profile := []string{"devices validate %s", "estimate zoo:resnet18 -d %s"}
	table := []string{"validate --measurements %s",
		"calibrate -d rpi-5 --runtime onnxruntime-cpu --precision fp32 --measurements %s"}
	trace := []string{"measure --from %s zoo:resnet18 -d rpi-5"}
	repeated := func(head, row string, n int) func() []byte {
		return func() []byte { return []byte(head + strings.Repeat(row, n)) }
	}
	rows := func(row string, n int) func() []byte {
		return repeated("source,source_ref,model,device,runtime,precision,latency_ms\n", row, n)
	}
	many := func(head, format string, n int) func() []byte {
		return func() []byte {
			var b strings.Builder
			b.WriteString(head)
			for i := range n {
				fmt.Fprintf(&b, format, i)
			}
			return []byte(b.String())
		}
	}
	closed := func(make func() []byte, end string) func() []byte {
		return func() []byte { return append(make(), end...) }
	}
	return []File{
		{Name: "layers-huge.json", Make: func() []byte {
			return []byte(strings.Replace(tiny, `layers":2`, `layers":1000000000`, 1) + "}")
		}, Runs: llm},
		{Name: "kinds-of-layers.json", Make: closed(repeated(tiny+`,"layer_types":["a"`, `,"sliding_attention"`, 40_000),
			"]}"), Runs: llm},
		{Name: "keys-of-config.json", Make: closed(many(tiny, `,"k%d":{}`, 70_000), "}"), Runs: llm},
		{Name: "model.safetensors", Make: func() []byte {
			return safetensors(string(closed(repeated(`{"__metadata__":{}`, `,"":{"dtype":"F16","data_offsets":[0,2]}`, mi/4),
				"}")()))
		}, Runs: folder, Beside: config},
		{Name: "model.safetensors", Make: func() []byte {
			return safetensors(string(closed(many(`{"__metadata__":{}`, `,"%x":{"dtype":"F16","data_offsets":[0,2]}`, mi/4+10),
				"}")()))
		}, Runs: folder, Beside: config},
		{Name: "model.safetensors", Make: func() []byte {
			return safetensors(`{"model.layers.0.mlp.up_proj.weight":{"dtype":"F16","shape":[` +
				strings.Repeat("1,", 4*mi) + `1],"data_offsets":[0,2]}}`)
		}, Runs: folder, Beside: config},
		{Name: "model.safetensors", Make: func() []byte {
			return safetensors(`{"__metadata__":{"a":"` + strings.Repeat("a", 9*mi) + `"}}`)
		}, Runs: folder, Beside: config},
		{Name: "model.safetensors.index.json", Make: closed(many(`{"weight_map":{"a":"a.safetensors"`,
			`,"%x":"a.safetensors"`, 300_000), "}}"), Runs: folder, Beside: config},
		{Name: "model.safetensors.index.json", Make: closed(many(`{"weight_map":{"a":"a.safetensors"`,
			`,"%x":"%[1]x.safetensors"`, 200_000), "}}"), Runs: folder, Beside: config},
		{Name: "arrays.gguf", Make: func() []byte {
			nested := strings.Repeat("\x09\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00", 200_000)
			return gguf(key("a", 9)+nested, 1, 1)
		}, Runs: llm},
		{Name: "names.gguf", Make: func() []byte {
			var b []byte
			for range 4 { // tensors with names of 2 MiB
				b = append(binary.LittleEndian.AppendUint64(b, 2*mi), strings.Repeat("n", 2*mi)...)
				b = append(b, "\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
			}
			return append(gguf("", 0, 0)[:8], append(append(binary.LittleEndian.AppendUint64(nil, 4),
				gguf("", 0, 0)[16:]...), b...)...)
		}, Runs: llm},
		{Name: "objects.json", Make: closed(repeated(`["avg_ts", "n_prompt"`, `,{}`, 3*mi), "]"), Runs: own},
		{Name: "tests.json", Make: closed(repeated(`[{"avg_ts":1,"n_prompt":1}`, `,{}`, 3*mi), "]"), Runs: own},
		{Name: "deep.jsonl", Make: repeated(`{"avg_ts":1,"n_prompt":`, `[`, 9*mi), Runs: own},
		{Name: "columns.csv", Make: repeated("build_commit,avg_ts,n_prompt", ",", 9*mi), Runs: own},
		{Name: "runs.csv", Make: repeated("build_commit,avg_ts,n_prompt,n_gen,model_type\n", "a,1,1,0,llama\n", 600_000),
			Runs: own},
		{Name: "bars.md", Make: repeated("| model | test | t/s |\n", "|", 9*mi), Runs: own},
		{Name: "inserts.sql", Make: repeated("avg_ts ", "INSERT INTO a (", 600_000), Runs: own},
		{Name: "served.txt", Make: repeated("Serving Benchmark Result\n", "Successful requests: 9e999999\n", 300_000),
			Runs: own},
		{Name: "tpot.json", Make: repeated(`{"tpot_ms":1,"total_input_tokens":`, "9", 9*mi), Runs: own},
		{Name: "measured.csv", Make: rows("a,", 4*mi), Runs: table},
		{Name: "newlines.csv", Make: rows("\n", 9*mi), Runs: table},
		{Name: "quotes.csv.gz", Make: func() []byte {
			return Pack(rows("\"\"\"\",", 10*mi)())
		}, Runs: table},
		{Name: "stages.yaml", Make: repeated("schema: 1\ncamera: {width: 640, height: 480, fps: 30}\nstages:\n",
			"- {stage: inference, model: zoo:resnet18}\n", 1500), Runs: []string{"pipeline %s -d rpi-5"}},
		{Name: "alias.yaml", Make: func() []byte { return []byte(bomb()) },
			Runs: append(profile, "pipeline %s -d rpi-5", "check %s", "estimate zoo:resnet18 -d rpi-5 --calibration %s")},
		{Name: "keys.yaml", Make: many("", "k%d: 1\n", 400_000), Runs: append(profile, "pipeline %s", "check %s")},
		{Name: "depth.yaml", Make: repeated("a: ", "{a: ", mi), Runs: append(profile, "pipeline %s", "check %s")},
		{Name: "text.yaml", Make: repeated("name: \"", "n", 9*mi), Runs: append(profile, "pipeline %s", "check %s")},
		{Name: "models.yaml", Make: func() []byte {
			return []byte("schema: 1\nbudgets:\n  - {max_expected_ms: 1000, devices: [rpi-5], models: [" +
				strings.Repeat("zoo:resnet18, ", 4000) + "]}\n")
		}, Runs: []string{"check %s"}},
		{Name: "results.json", Make: closed(repeated(`{"schema":1,"results":[{}`, `,{"model":"a","layers":[]}`, 350_000),
			"]}"),
			Runs: []string{"check budget.yaml --baseline %s"}, Beside: map[string]string{"budget.yaml": "schema: 1\n" +
				"budgets:\n  - {models: [zoo:resnet18], devices: [rpi-5], max_regression: 10%}\n"}},
		{Name: "nodes.json", Make: closed(repeated(`[{"name":"a","dur":1,"ph":"X","cat":"Node"}`, `,{"dur":1}`, 900_000),
			"]"),
			Runs: trace},
		{Name: "layers.json", Make: closed(repeated(`{"traceEvents":[{}`, `,{}`, 3*mi), "]}"), Runs: trace},
	}
}
