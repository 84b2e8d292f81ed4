package hostile

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// layers returns an ncnn .param of a chain of n layers.
func layers(n int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "7767517\n%d %d\nInput i 0 1 0 0=8\n", n+1, n+1)
	for i := range n {
		fmt.Fprintf(&b, "ReLU a 1 1 %x %x\n", i, i+1)
	}
	return []byte(b.String())
}

// net returns an OpenVINO IR with more text among its layers.
func net(more string) []byte {
	return []byte(`<?xml version="1.0"?><net name="n"><layers><layer id="0" name="x" type="Parameter"><output>` + irPort +
		`</output></layer>` + more + `</layers></net>`)
}

const irPort = `<port id="0" precision="FP32"><dim>1</dim></port>`

// relus returns n layers of an OpenVINO IR in a chain, with the edges behind them.
func relus(n int) []byte {
	var all, edges strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&all, `<layer id="%d" name="relu/%[1]d" type="ReLU" version="opset1"><input>`+
			`<port id="1" precision="FP32"><dim>1</dim></port></input><output>%[2]s</output></layer>`, i, irPort)
		fmt.Fprintf(&edges, `<edge from-layer="%d" from-port="0" to-layer="%d" to-port="1"/>`, i-1, i)
	}
	return []byte(strings.Replace(string(net(all.String())), "</layers>", "</layers><edges>"+edges.String()+"</edges>", 1))
}

// liteList returns a TensorFlow Lite model in which a list of the file, by its slot, has n entries that are all one
// table with a text of some bytes.
func liteList(slot, n, text int) []byte {
	u16, u32 := binary.LittleEndian.AppendUint16, binary.LittleEndian.AppendUint32
	const slots, graphs = 24, 8 // bytes of the list of fields, and the slot of graphs
	fields := [slots / 2]uint16{slots, 16, 4}
	fields[graphs/2], fields[slot/2] = 12, 8
	b := append(u32(nil, 8+slots), "TFL3"...)
	for _, f := range fields {
		b = u16(b, f)
	}
	for _, v := range []uint32{slots, 3, 24, 4, 1, 8} { // the file's table: version 3, the list, graphs; one graph
		b = u32(b, v)
	}
	b = u32(b, 4|4<<16) // which has no field
	b = u32(b, 4)
	b = u32(b, uint32(n))
	target := len(b) + 4*n + 12 // behind the list of fields of the one table
	for range n {
		b = u32(b, uint32(target-len(b)))
	}
	entry := map[int][6]uint16{6: {12, 12, 8, 4}, 18: {12, 12, 0, 0, 4}}[slot] // an operator, a signature
	if entry[0] == 0 {
		entry = [6]uint16{12, 12, 4}
	}
	for _, f := range entry {
		b = u16(b, f)
	}
	for _, v := range []uint32{12, 8, 32, uint32(text)} { // 32 is the number of custom operators
		b = u32(b, v)
	}
	return append(append(b, strings.Repeat("n", text)...), 0, 0, 0, 0)
}

// gguf returns the header of a language model with further keys and n tensors.
func gguf(keys string, count, n int) []byte {
	u64 := binary.LittleEndian.AppendUint64
	b := u64(u64([]byte("GGUF\x03\x00\x00\x00"), uint64(n)), uint64(count+1))
	b = append(b, key("general.architecture", 8)...)
	b = append(append(u64(b, 5), "llama"...), keys...)
	for range n {
		b = append(b, make([]byte, 8+4+4+8)...)
	}
	return b
}

// key returns the beginning of a key of metadata: its name and the type of its value.
func key(name string, kind uint32) string {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(name)))
	return string(binary.LittleEndian.AppendUint32(append(b, name...), kind))
}

// Others returns hostile files of other formats than ONNX, and of manifests, budgets and profiles.
func Others() []File {
	const mi = 1 << 20
	estimate, llm := []string{"inspect %s", "estimate %s -d rpi-5 --top 3"}, []string{"llm %s -d rtx4090"}
	batch, check := []string{"batch %s -d rpi-5"}, []string{"check %s", "check %s --baseline %s"}
	pack := func(f func() []byte) func() []byte { return func() []byte { return Pack(f()) } }
	repeated := func(head, row string, n int) func() []byte {
		return func() []byte { return []byte(head + strings.Repeat(row, n)) }
	}
	return []File{
		{"layers-15000.param", func() []byte { return layers(15_000) }, true, estimate, nil},
		{"layers-30000.param", func() []byte { return layers(30_000) }, false, estimate, nil},
		{"layers-1M.param.gz", pack(func() []byte { return layers(1_000_000) }), false, estimate, nil},
		{"blobs-1M.param", repeated("7767517\n1 1000000\nSplit s 0 1000000 ", "a ", mi/2), false, estimate, nil},
		{"layers-30000.xml.gz", pack(func() []byte { return relus(30_000) }), false, estimate, nil},
		{"layers-8000.xml", func() []byte { return relus(8_000) }, true, estimate, nil},
		{"layers-200000.xml.gz", pack(func() []byte { return relus(200_000) }), false, estimate, nil},
		{"long-name.xml", func() []byte {
			return net(`<layer id="1" type="Split" name="` + strings.Repeat("n", mi-100) + `"><output>` +
				strings.Repeat("<port/>", 500_000) + "</output></layer>")
		}, false, estimate, nil},
		{"attribute-40M.xml.gz", pack(func() []byte {
			return net(`<layer id="1" name="` + strings.Repeat("n", 40*mi) + `"/>`)
		}), false, estimate, nil},
		{"comment-40M.xml.gz", pack(func() []byte {
			return net("<!--" + strings.Repeat("n", 40*mi) + "-->")
		}), false, estimate, nil},
		{"deep-1M.xml", func() []byte { return net(strings.Repeat("<a>", mi)) }, false, estimate, nil},
		{"custom-codes.tflite", func() []byte { return liteList(6, 2*mi, 1000) }, false, estimate, nil},
		{"buffers.tflite", func() []byte { return liteList(12, 2*mi, 1000) }, false, estimate, nil},
		{"metadata.tflite", func() []byte { return liteList(16, 2*mi, 1000) }, false, estimate, nil},
		{"signatures.tflite", func() []byte { return liteList(18, 2*mi, 1000) }, false, estimate, nil},
		{"tensors-200000.gguf", func() []byte { return gguf("", 0, 200_000) }, false, llm, nil},
		{"keys-60000.gguf", func() []byte {
			return gguf(strings.Repeat(key("", 9)+"\x08\x00\x00\x00"+strings.Repeat("\x00", 8), 60_000), 60_000, 1)
		}, false, llm, nil},
		{"texts.gguf", func() []byte {
			return gguf(key("a", 9)+"\x08\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x0f"+strings.Repeat("\x00", 9*mi), 1, 1)
		}, false, llm, nil},
		{"nested.json", func() []byte {
			return []byte(`{"model_type":"llama","text_config":` + strings.Repeat("[", mi/2))
		}, false, llm, nil},
		{"numbers.json", repeated(`{"model_type":"llama","a":[`, "1,", mi/2), false, llm, nil},
		{"rows-5M.csv", repeated("model\n", "a\n", 5*mi), false, batch, nil},
		{"lists.csv", repeated("model,batch\n", "a,1..4096:1\n", mi/2), false, batch, nil},
		{"patterns.csv", repeated("model\n", "zoo:*\n", mi), false, batch, nil},
		{"quote-10M.csv", repeated("model\n\"", "a", 10*mi), false, batch, nil},
		{"rows.jsonl", repeated("", "{}\n", 3*mi), false, batch, nil},
		{"line.jsonl", repeated(`{"model":"`, "a", 10*mi), false, batch, nil},
		{"nodes.yaml", repeated("", "- a\n", mi), false, batch, nil},
		{"nodes.yml", repeated("", "- a\n", mi/8), false, batch, nil},
		{"deep.yml", repeated("", "[", mi), false, batch, nil},
		{"budget.yaml", repeated("schema: 1\nbudgets:\n", "- {models: [a]}\n", mi/2), false, check, nil},
		{"aliases.yaml", func() []byte { return []byte(bomb()) }, false, batch, nil},
		{"baseline.json", repeated(`{"results":[`, "[],", 3*mi), false, check, nil},
	}
}

// bomb returns YAML whose aliases multiply.
func bomb() string {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		alias := fmt.Sprintf("*a%d, ", i-1)
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(alias, 10), ", "))
	}
	return text
}
