package ridgepoint

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/gguftest"
)

// users is how many goroutines share what is shared.
const users = 32

// TestShared lets many goroutines use one estimator, one model and one catalogue; under -race it finds what they share.
func TestShared(t *testing.T) {
	var e Estimator
	m, err := e.Load("zoo:mobilenetv2")
	if err != nil {
		t.Fatal(err)
	}
	devices := []string{"rpi-5", "t4", "rtx4090", "jetson-orin-nano-8"}
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

// Models of other formats than ONNX.
const (
	param = "7767517\n3 3\nInput i 0 1 in 0=6 1=6 2=8\nConvolution c 1 1 in mid 0=4 1=3 4=1 5=1 6=288\n" +
		"ReLU r 1 1 mid out\n"
	ir = `<?xml version="1.0"?><net name="n"><layers><layer id="0" name="x" type="Parameter"><output>` +
		`<port id="0" precision="FP32"><dim>1</dim><dim>8</dim></port></output></layer><layer id="1" name="r" type="ReLU">` +
		`<input><port id="0"><dim>1</dim><dim>8</dim></port></input><output><port id="1" precision="FP32"><dim>1</dim>` +
		`<dim>8</dim></port></output></layer></layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>` +
		`</edges></net>`
	llama = `{"model_type":"llama","num_hidden_layers":2,"hidden_size":64,"num_attention_heads":4,` +
		`"intermediate_size":128,"vocab_size":1000}`
)

// TestSharedReaders does so for models of ncnn, OpenVINO, GGUF and config.json, each read by many at once and shared.
func TestSharedReaders(t *testing.T) {
	dir := t.TempDir()
	gguf, err := gguftest.Header("llama3.2-1b", "q8_0", func(int) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"m.param", "m.xml", "m.gguf", "config.json"}
	for i, data := range []string{param, ir, string(gguf), llama} {
		files[i] = filepath.Join(dir, files[i])
		if err := os.WriteFile(files[i], []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var e Estimator
	var shared [2]*Model
	for i := range shared {
		if shared[i], err = e.Load(files[i]); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	found := make([]float64, users)
	for i := range users {
		all.Go(func() {
			file := files[i%len(files)]
			if i%len(files) >= len(shared) {
				s, err := e.Serve(file, "rtx4090", nil)
				if err != nil {
					t.Error(err)
					return
				}
				found[i] = float64(s.Memory.Weights)
				return
			}
			m := shared[i%len(files)]
			if i/len(files)%2 == 1 {
				var err error
				if m, err = e.Load(file); err != nil {
					t.Error(err)
					return
				}
			}
			est, err := e.Estimate(m, "rpi-5", nil)
			if err != nil {
				t.Error(err)
				return
			}
			found[i] = est.Latency.Best()
		})
	}
	all.Wait()
	for i := range users - len(files) {
		if found[i] != found[i+len(files)] || found[i] <= 0 {
			t.Errorf("users %d and %d found %g and %g", i, i+len(files), found[i], found[i+len(files)])
		}
	}
}
