package ridgepoint_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ridgepoint/ridgepoint"
)

// TestNilAndZero calls the door with nothing in hand: every call answers or returns an error, none panics.
func TestNilAndZero(t *testing.T) {
	ctx := context.Background()
	var none *ridgepoint.Estimator
	var zero ridgepoint.Estimator
	var empty ridgepoint.Model
	for name, call := range map[string]func(*ridgepoint.Estimator) error{
		"Load":        func(e *ridgepoint.Estimator) error { _, err := e.Load(""); return err },
		"Load stdin":  func(e *ridgepoint.Estimator) error { _, err := e.Load("-"); return err },
		"Read":        func(e *ridgepoint.Estimator) error { _, err := e.Read("m", nil); return err },
		"LoadBytes":   func(e *ridgepoint.Estimator) error { _, err := e.LoadBytes("m", nil); return err },
		"Estimate":    func(e *ridgepoint.Estimator) error { _, err := e.Estimate(nil, "", nil); return err },
		"empty model": func(e *ridgepoint.Estimator) error { _, err := e.Estimate(&empty, "t4", nil); return err },
		"Infer":       func(*ridgepoint.Estimator) error { _, err := empty.Infer(nil); return err },
		"Count":       func(*ridgepoint.Estimator) error { _, err := empty.Count("", 0, nil); return err },
		"Device":      func(e *ridgepoint.Estimator) error { _, err := e.Device(""); return err },
		"Runtime":     func(e *ridgepoint.Estimator) error { _, err := e.Runtime(""); return err },
		"Sweep": func(e *ridgepoint.Estimator) error {
			_, err := e.Sweep(ctx, nil, nil, ridgepoint.Axis{}, nil, nil)
			return err
		},
		"Pick": func(e *ridgepoint.Estimator) error {
			_, err := e.Pick(ctx, ridgepoint.Search{}, ridgepoint.Budget{})
			return err
		},
		"WhatIf":  func(e *ridgepoint.Estimator) error { _, _, err := e.WhatIf(nil, "", nil, nil); return err },
		"Require": func(e *ridgepoint.Estimator) error { _, _, err := e.Require(nil, "", 0, nil); return err },
		"Measure": func(e *ridgepoint.Estimator) error {
			_, err := e.Measure(ctx, nil, ridgepoint.MeasureOptions{}, nil)
			return err
		},
		"OpenTrace": func(e *ridgepoint.Estimator) error { _, err := e.OpenTrace("-"); return err },
		"KeepRows":  func(e *ridgepoint.Estimator) error { return e.KeepRows("", nil, "", "", "") },
		"Keep":      func(*ridgepoint.Estimator) error { return ridgepoint.Keep("", nil, false) },
		"Validate":  func(e *ridgepoint.Estimator) error { _, err := e.Validate(ctx, nil, nil); return err },
		"Calibrate": func(e *ridgepoint.Estimator) error {
			_, err := e.Calibrate(ctx, nil, ridgepoint.Slice{}, "", nil)
			return err
		},
		"Strip":  func(e *ridgepoint.Estimator) error { return e.Strip("", &bytes.Buffer{}) },
		"Plot":   func(*ridgepoint.Estimator) error { _, err := ridgepoint.Plot(""); return err },
		"nil in": func(*ridgepoint.Estimator) error { _, err := ridgepoint.Plot("", nil); return err },
		"ScaleProfile": func(e *ridgepoint.Estimator) error {
			_, _, err := e.ScaleProfile("", "", ridgepoint.Scaling{})
			return err
		},
	} {
		for which, e := range map[string]*ridgepoint.Estimator{"nil": none, "zero": &zero} {
			if err := call(e); err == nil {
				t.Errorf("%s on a %s estimator: found no error", name, which)
			}
		}
	}
	if _, err := ridgepoint.Open(nil); err != nil {
		t.Errorf("Open(nil): %v", err)
	}
}

// TestLoad reads the same model from each of its sources.
func TestLoad(t *testing.T) {
	var rp ridgepoint.Estimator
	var b bytes.Buffer
	if err := rp.Strip("zoo:resnet18", &b); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "resnet18.onnx")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	fromStdin, err := ridgepoint.Open(&ridgepoint.Config{Stdin: bytes.NewReader(b.Bytes())})
	if err != nil {
		t.Fatal(err)
	}
	for name, load := range map[string]func() (*ridgepoint.Model, error){
		"spec":           func() (*ridgepoint.Model, error) { return rp.Load("zoo:resnet18") },
		"file":           func() (*ridgepoint.Model, error) { return rp.Load(file) },
		"reader":         func() (*ridgepoint.Model, error) { return rp.Read("resnet18.onnx", bytes.NewReader(b.Bytes())) },
		"bytes":          func() (*ridgepoint.Model, error) { return rp.LoadBytes("resnet18", b.Bytes()) },
		"standard input": func() (*ridgepoint.Model, error) { return fromStdin.Load("-") },
	} {
		m, err := load()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e, err := rp.Estimate(m, "t4", nil)
		if err != nil || e.MACs() != 1814073344 {
			t.Errorf("%s: found %v MACs and error %v, want 1814073344", name, e.MACs(), err)
		}
	}
}

// TestUserFolder reads profiles from the folder of a configuration, and calibrations beside them.
func TestUserFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "devices"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(ridgepoint.ProfileTemplate()), "id: my-device", "id: mine", 1)
	if err := os.WriteFile(filepath.Join(dir, "devices", "mine.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rp, err := ridgepoint.Open(&ridgepoint.Config{UserDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rp.Device("mine"); err != nil {
		t.Errorf("the user's device: %v", err)
	}
	if _, err := ridgepoint.Open(&ridgepoint.Config{Calibrations: []string{filepath.Join(dir, "none.yaml")}}); err == nil {
		t.Error("found no error for a calibration that is not there")
	}
}

// TestShared uses one estimator and one model from several goroutines at once.
func TestShared(t *testing.T) {
	var rp ridgepoint.Estimator
	m, err := rp.Load("zoo:mobilenetv2")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	got := make([]float64, 32)
	for i := range got {
		all.Go(func() {
			if e, err := rp.Estimate(m, []string{"t4", "rpi-5"}[i%2], nil); err == nil {
				got[i] = e.Milliseconds()
			}
		})
	}
	all.Wait()
	for i := range got {
		if got[i] <= 0 || got[i] != got[i%2] {
			t.Errorf("goroutine %d found %g ms, want %g", i, got[i], got[i%2])
		}
	}
}
