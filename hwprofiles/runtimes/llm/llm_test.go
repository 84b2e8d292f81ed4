package llm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
)

// optional lists the parameters that a backend may leave out: it has others, or none is needed.
var optional = []llm.Param{llm.Power, llm.Reduce, llm.Sequence, llm.CacheBand, llm.UnitIQ, llm.EffIQ, llm.UnitBlocks}

// TestBuiltIn: every file is read, is called as its id, and each backend has the parameters that no step can do without.
func TestBuiltIn(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) != len(llm.Engines()) || len(files) != len(llm.IDs()) {
		t.Fatalf("%d files, %d engines, %v", len(files), len(llm.Engines()), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		e, err := llm.Decode(file, data)
		if err != nil {
			t.Error(err)
			continue
		}
		if e.ID+".yaml" != file || !slices.Contains(llm.IDs(), e.ID) {
			t.Errorf("%s has the id %s", file, e.ID)
		}
		for i := range e.Backends {
			b := &e.Backends[i]
			for p := range llm.NumParams {
				if s := &llm.Specs[p]; b.Values[p] == 0 && s.Sigma > 0 && !slices.Contains(optional, p) {
					t.Errorf("%s %s has no %s", e.ID, b.Name, s.Key)
				}
			}
			if b.Basis == "" || b.Decode.High < 1 || b.Prompt.High < 1 {
				t.Errorf("%s %s lacks its basis or spread", e.ID, b.Name)
			}
		}
	}
}

// TestAt: a build picks the oldest tier that it is not newer than; no build is the newest.
func TestAt(t *testing.T) {
	e, err := llm.Get("llama.cpp")
	if err != nil {
		t.Fatal(err)
	}
	b := e.Backend("cuda")
	old, newest := b.At(2999), b.At(0)
	if !(old[llm.Layer] > newest[llm.Layer] && old[llm.Dequant] == 4 && newest[llm.Dequant] == 0) {
		t.Errorf("layers take %g, %g s; unpacking %g, %g B", old[llm.Layer], newest[llm.Layer], old[llm.Dequant],
			newest[llm.Dequant])
	}
	m := e.Backend("metal")
	if b.At(1) != old || m.At(1100) == m.At(1101) || m.At(1101) != m.At(2999) {
		t.Error("a build is not in the oldest tier that it is not newer than")
	}
	if b.At(9999) != newest {
		t.Error("a build behind all tiers is not the newest")
	}
}

// TestErrors: what is wrong in a profile is named with its place.
func TestErrors(t *testing.T) {
	good, err := os.ReadFile("mlx.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string][2]string{
		"split: layer":   {"split: sideways", "expected layer or tensor"},
		"band: 0.97":     {"band: 70.97", "band"},
		"runs_on: [app":  {"runs_on: [plumb", "class of devices"},
		"chunk: 2048":    {"chunk: 0", "chunk"},
		"layer: 33":      {"layer: 33000000", "layer"},
		"name: metal":    {"nome: metal", "nome"},
		"decode: {low: ": {"decode: {low: 7", "low"},
	} {
		text := strings.Replace(string(good), from, to[0], 1)
		if text == string(good) {
			t.Errorf("mlx.yaml has no %q", from)
			continue
		}
		if _, err := llm.Decode("x.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), to[1]) {
			t.Errorf("%q: error %v, want one that says %q", to[0], err, to[1])
		}
	}
	if _, err := llm.Get("llama"); err == nil || !strings.Contains(err.Error(), "llama-cpp") {
		t.Errorf("Get(llama): %v", err)
	}
}

// ExampleFor finds the engine of an Apple GPU.
func ExampleFor() {
	d, err := hwprofiles.NewCatalog().Get("apple-m2-ultra")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := llm.For(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Name, e.On(d).Name, e.Chunk)
	// Output: llama.cpp metal 512
}
