package validate

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/reference"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// TestAnotherSize runs a file's graph at the image size of a row, and holds that a network that learnt its positions
// is refused.
func TestAnotherSize(t *testing.T) {
	m := matcher(t)
	m.Models = reference.Path(t, "corpus/dev")
	row := measured.Row{Model: "ese_vovnet39b.ra_in1k", Device: "NVIDIA T4", Runtime: "pytorch-eager", Precision: "fp16",
		Batch: 8, InputShape: "3x288x288", Latency: 0.01, Work: 11.71e9, WorkUnit: "mac"}
	c, err := m.Match(&row)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Run()
	if err != nil {
		t.Fatal(err)
	}
	if macs := float64(r.MACs()) / 8e9; macs < 11.5 || macs > 11.9 || r.Scale != 0 && r.Scale != 1 {
		t.Errorf("%.2f G multiply-adds a sample, scaled by %g, expected the published 11.71 and no scaling", macs, r.Scale)
	}
	if p := m.atSize("timm_cait_xxs36_384", 224); p.err == nil || !strings.Contains(p.err.Error(), "cannot be sized") {
		t.Errorf("learnt positions: %v, expected an error with \"cannot be sized\"", p.err)
	}
	p := m.atSize("timm_ese_vovnet39b_224", 288)
	if p.err != nil || sameWork(&row, p.macs) != nil {
		t.Errorf("a graph at another size: %v and %v, expected the published work", p.err, sameWork(&row, p.macs))
	}
	row.Work = 7.1e9
	if err := sameWork(&row, p.macs); err == nil || !strings.Contains(err.Error(), "another variant") {
		t.Errorf("other work: %v, expected an error with \"another variant\"", err)
	}
	for model, want := range map[string]string{"cait_xxs36_224": "timm_cait_xxs36_384",
		"ese_vovnet39b.ra_in1k": "timm_ese_vovnet39b_224", "mystery": ""} {
		row.Model = model
		if file, side, err := m.resized(&row); file != want || want != "" && side != 288 || (err == nil) != (want != "") {
			t.Errorf("%s: found the file %q at %d and %v, expected %q at 288", model, file, side, err, want)
		}
	}
}

// TestFileOfAnotherSize holds that a row's images are of its own size where the file that it names was exported at
// another one.
func TestFileOfAnotherSize(t *testing.T) {
	sampling.Alone(t)
	m := matcher(t)
	m.Models = t.TempDir()
	file, err := os.Create(filepath.Join(m.Models, "exported.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(zoo.Write(file, "zoo:resnet18?size=320"), file.Close()); err != nil {
		t.Fatal(err)
	}
	macs := func(shape string) int64 {
		c, err := m.Match(&measured.Row{Model: "resnet18", Graph: "exported", Device: "NVIDIA T4", Runtime: "tensorrt",
			Precision: "fp16", Batch: 1, InputShape: shape, Latency: 0.01})
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Run()
		if err != nil {
			t.Fatal(err)
		}
		return r.MACs()
	}
	own, half := macs("320x320"), macs("160x160")
	if unstated := macs(""); unstated != own {
		t.Errorf("no size: found %d multiply-adds, expected the file's %d", unstated, own)
	}
	if ratio := float64(own) / float64(half); ratio < 3.9 || ratio > 4.1 {
		t.Errorf("half the side: found %d multiply-adds of %d, expected about a quarter", half, own)
	}
}
