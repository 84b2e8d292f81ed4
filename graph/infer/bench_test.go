package infer_test

import (
	"bytes"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// BenchmarkReadAndInfer reads and infers a model of about a thousand nodes from its bytes, as a first estimate does.
func BenchmarkReadAndInfer(b *testing.B) {
	var file bytes.Buffer
	if err := zoo.Write(&file, "zoo:efficientnet-b7"); err != nil {
		b.Fatal(err)
	}
	nodes := 0
	b.ReportAllocs()
	for b.Loop() {
		m, err := onnxread.Read("model", bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			b.Fatal(err)
		}
		p, err := infer.Prepare(m)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Run(infer.Bindings{}, nil); err != nil {
			b.Fatal(err)
		}
		nodes = len(p.Model.Main.Nodes)
	}
	b.ReportMetric(float64(nodes), "nodes")
}
