package onnxread_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

func field(num protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), content)
}

func text(num protowire.Number, s string) []byte { return field(num, []byte(s)) }

func number(num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), v)
}

// convChain is a model of n convolutions and activations in a row, each with weights of the given number of bytes.
// Payloads follow only if fill is set; else the caller has room for them made in a sparse file.
func convChain(nodes int) []byte {
	var g []byte
	name := func(i int) string { return "/stage/block." + strconv.Itoa(i) + "/output_0" }
	for i := range nodes {
		var n []byte
		n = append(n, text(1, name(i))...)
		if i%2 == 0 {
			n = append(n, text(1, "stage.block."+strconv.Itoa(i)+".weight")...)
		}
		n = append(n, text(2, name(i+1))...)
		n = append(n, text(3, "/stage/block."+strconv.Itoa(i)+"/op")...)
		if i%2 == 0 {
			n = append(n, text(4, "Conv")...)
			for _, a := range []string{"kernel_shape", "strides"} {
				attr := append(text(1, a), number(20, 7)...)
				attr = append(append(attr, number(8, 1)...), number(8, 1)...)
				n = append(n, field(5, attr)...)
			}
		} else {
			n = append(n, text(4, "Relu")...)
		}
		g = append(g, field(1, n)...)
	}
	for i := 0; i < nodes; i += 2 {
		var w []byte
		for _, d := range []uint64{16, 16, 1, 1} {
			w = append(w, number(1, d)...)
		}
		w = append(append(w, number(2, 1)...), text(8, "stage.block."+strconv.Itoa(i)+".weight")...)
		w = append(w, field(9, make([]byte, 16*16*4))...)
		g = append(g, field(5, w)...)
	}
	dims := []byte{}
	for _, d := range []uint64{1, 16, 56, 56} {
		dims = append(dims, field(1, number(1, d))...)
	}
	typ := field(1, append(number(1, 1), field(2, dims)...))
	g = append(g, field(11, append(text(1, name(0)), field(2, typ)...))...)
	g = append(g, field(12, append(text(1, name(nodes)), field(2, typ)...))...)
	m := append(number(1, 8), field(7, g)...)
	return append(m, field(8, number(2, 17))...)
}

// BenchmarkRead1000Nodes reads a model of 1,000 nodes from memory.
func BenchmarkRead1000Nodes(b *testing.B) {
	data := convChain(1000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := onnxread.Read("chain", bytes.NewReader(data), int64(len(data))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadLarge reads 50-layer models whose weights fill 100 MB and 2.5 GB. The payloads are holes in a
// sparse file: they take no room, and are never read.
func BenchmarkReadLarge(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int64
	}{{"100MB", 100e6}, {"2.5GB", 2.5e9}} {
		b.Run(size.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "large.onnx")
			writeSparse(b, path, size.bytes)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := readers.Open(path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// writeSparse writes a model of 50 matrix products whose weights take total bytes, all of them holes.
func writeSparse(tb testing.TB, path string, total int64) {
	tb.Helper()
	const layers = 50
	rows := total / layers / 4 / 1024
	var head []byte // the nodes
	for i := range layers {
		n := append(text(1, "x"+strconv.Itoa(i)), text(1, "w"+strconv.Itoa(i))...)
		n = append(append(n, text(2, "x"+strconv.Itoa(i+1))...), text(4, "MatMul")...)
		head = append(head, field(1, n)...)
	}
	head = append(head, field(11, text(1, "x0"))...)
	head = append(head, field(12, text(1, "x"+strconv.Itoa(layers)))...)
	payload := rows * 1024 * 4
	var tensors [][]byte // each is a TensorProto up to its payload
	graphLen := int64(len(head))
	for i := range layers {
		t := append(append(number(1, uint64(rows)), number(1, 1024)...), number(2, 1)...)
		t = append(t, text(8, "w"+strconv.Itoa(i))...)
		t = protowire.AppendVarint(protowire.AppendTag(t, 9, protowire.BytesType), uint64(payload))
		t = append(protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(int64(len(t))+payload)), t...)
		tensors = append(tensors, t)
		graphLen += int64(len(t)) + payload
	}
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	start := append(number(1, 8), field(8, number(2, 17))...)
	start = protowire.AppendVarint(protowire.AppendTag(start, 7, protowire.BytesType), uint64(graphLen))
	at := int64(0)
	write := func(p []byte) {
		if _, err := f.WriteAt(p, at); err != nil {
			tb.Fatal(err)
		}
		at += int64(len(p))
	}
	write(start)
	write(head)
	for _, t := range tensors {
		write(t)
		at += payload
	}
	if err := f.Truncate(at); err != nil {
		tb.Fatal(err)
	}
}
