package zoo

import (
	"sync"
	"testing"
)

// TestTogether opens networks of several families from many goroutines at once: each gets a graph of its own, the same
// every time. The race detector watches it.
func TestTogether(t *testing.T) {
	specs := []string{"zoo:mobilenetv2", "zoo:yolo11n?size=320", "zoo:bert-base", "zoo:llama?layers=2", "zoo:resnet18"}
	var wait sync.WaitGroup
	nodes := make([]int, 4*len(specs))
	for i := range nodes {
		wait.Go(func() {
			m, err := Open(specs[i%len(specs)])
			if err != nil {
				t.Error(err)
				return
			}
			nodes[i] = len(m.Main.Nodes)
			clear(m.Main.Nodes)
		})
	}
	wait.Wait()
	for i, n := range nodes {
		if n == 0 || n != nodes[i%len(specs)] {
			t.Errorf("%s: found %d nodes, expected %d", specs[i%len(specs)], n, nodes[i%len(specs)])
		}
	}
}
