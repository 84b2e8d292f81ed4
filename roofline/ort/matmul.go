package ort

import (
	"bytes"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
)

// MatMul returns a model of one fp32 product of n x n matrices, the second of them a weight, as in a network's layer,
// and its configuration without path and threads. It does 2n³ FLOP.
func MatMul(n int64) (model []byte, c *Config, err error) {
	message := func(num protowire.Number, body []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), body)
	}
	text := func(num protowire.Number, s string) []byte { return message(num, []byte(s)) }
	number := func(num protowire.Number, v int64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), uint64(v))
	}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	dim := message(1, number(1, n))
	port := func(name string) []byte {
		return join(text(1, name), message(2, message(1, join(number(1, int64(dtype.Float32)), message(2, join(dim, dim))))))
	}
	var place []byte // the weight is in a file that does not exist, until Fill makes it
	for _, kv := range [][2]string{{"location", "weights.bin"}, {"length", fmt.Sprint(4 * n * n)}} {
		place = append(place, message(13, join(text(1, kv[0]), text(2, kv[1])))...)
	}
	weight := join(number(1, n), number(1, n), number(2, int64(dtype.Float32)), text(8, "b"), place, number(14, 1))
	node := join(text(1, "a"), text(1, "b"), text(2, "c"), text(3, "product"), text(4, "MatMul"))
	body := join(message(1, node), text(2, "matmul"), message(5, weight), message(11, port("a")), message(12, port("c")))
	bare := join(number(1, 8), message(7, body), message(8, number(2, 17)))
	var out bytes.Buffer
	if err := onnxread.Fill("matmul", bytes.NewReader(bare), int64(len(bare)), &out); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), &Config{Inputs: []Input{{"a", dtype.Float32, graph.Shape{n, n}}},
		Outputs: []Input{{"c", dtype.Float32, graph.Shape{n, n}}}}, nil
}
