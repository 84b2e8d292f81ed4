package ridgepoint

import (
	"sync"
	"testing"
)

// TestShared lets many goroutines use one estimator, one model and one catalogue; under -race it finds what they share.
func TestShared(t *testing.T) {
	var e Estimator
	m, err := e.Load("zoo:mobilenetv2")
	if err != nil {
		t.Fatal(err)
	}
	devices := []string{"rpi-5", "t4", "rtx4090", "jetson-orin-nano-8"}
	const users = 32
	var all sync.WaitGroup
	latencies := make([]float64, users)
	for i := range users {
		all.Go(func() {
			est, err := e.Estimate(m, devices[i%len(devices)], &Options{Batch: int64(1 + i/len(devices)%2)})
			if err != nil {
				t.Error(err)
				return
			}
			latencies[i] = est.Latency.Best()
			if _, err := e.Device(devices[i%len(devices)]); err != nil {
				t.Error(err)
			}
			if _, err := e.Runtimes(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range users - 2*len(devices) {
		if latencies[i] != latencies[i+2*len(devices)] {
			t.Errorf("users %d and %d found %g and %g", i, i+2*len(devices), latencies[i], latencies[i+2*len(devices)])
		}
	}
}
