package ridgepoint

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

const module = "github.com/ridgepoint/ridgepoint"

// ladder is the one direction of imports: a folder imports only itself and folders before it.
var ladder = []string{"graph", "hwprofiles", "roofline", "plots", "cmd"}

// quarantine names dependencies that one folder alone may import directly.
var quarantine = []struct{ prefix, only string }{ // folders of only are separated by spaces
	{"github.com/owulveryck/onnx-go", "graph/onnxread"},
	{"gorgonia.org/", "graph/onnxread"},
	{"github.com/gogo/protobuf", "graph/onnxread"},
	{"gopkg.in/yaml.v3", "internal/strictyaml internal/batch"},
	{"github.com/parquet-go/parquet-go", "internal/batch"},
	{"github.com/spf13/cobra", "cmd/ridgepoint/internal"},
	{"gonum.org/v1/plot", "plots"},
	{"github.com/yalue/onnxruntime_go", "roofline/ort"},
	{"github.com/google/pprof", "plots/export"},
	{"github.com/klauspost/cpuid", "hwprofiles/host"},
	{"github.com/prometheus/", "cmd/ridgepoint/internal/web"},
}

// forbidden are package names that say nothing about what is inside.
var forbidden = []string{"util", "utils", "common", "types", "helpers", "misc"}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	sampling.Alone(t)
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// rung is the place of a package's folder on the ladder, -1 for the root and for others' packages.
func rung(path string) int {
	rest, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return -1
	}
	top, _, _ := strings.Cut(rest, "/")
	return slices.Index(ladder, top)
}

func TestImportLadder(t *testing.T) {
	for _, p := range packages(t) {
		for _, imp := range p.Imports {
			if from, to := rung(p.ImportPath), rung(imp); from >= 0 && to > from {
				t.Errorf("%s -> %s: %s may not import %s", p.ImportPath, imp, ladder[from], ladder[to])
			}
			checkQuarantine(t, p.ImportPath, imp)
		}
		last := p.ImportPath[strings.LastIndex(p.ImportPath, "/")+1:]
		if slices.Contains(forbidden, last) {
			t.Errorf("%s: a package is named after what it holds, not %q", p.ImportPath, last)
		}
	}
}

// TestCommandUsesTheDoor holds the command line to the front door: beside the standard library it imports the root, the
// reports, cobra and cobra's flags, the near names of what was mistyped, the size of the terminal, the client of
// Prometheus, and nothing else.
func TestCommandUsesTheDoor(t *testing.T) {
	allowed := []string{module, module + "/plots/report", module + "/cmd/", "github.com/spf13/cobra",
		"github.com/spf13/pflag", module + "/internal/spelling", "golang.org/x/sys/unix", "github.com/prometheus/"}
	checked := 0
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, module+"/cmd/") {
			continue
		}
		for _, imp := range p.Imports {
			host, _, _ := strings.Cut(imp, "/")
			if !strings.Contains(host, ".") {
				continue // of the standard library
			}
			checked++
			if imp != module && !slices.ContainsFunc(allowed[1:], func(a string) bool { return strings.HasPrefix(imp, a) }) {
				t.Errorf("%s -> %s: cmd may import only the root package, plots/report, cobra, flags, spelling, the terminal and"+
					" Prometheus",
					p.ImportPath, imp)
			}
		}
	}
	if checked == 0 {
		t.Error("found no import of cmd, expected some")
	}
}

// arrow matches an import in the picture of docs/README.md.
var arrow = regexp.MustCompile(`(?m)^  (\w+) --> (\w+)$`)

// TestPicture compares the arrows of docs/README.md with the imports between the folders of the module, and demands
// that the packages it names exist.
func TestPicture(t *testing.T) {
	folder := func(path string) string {
		rest, ok := strings.CutPrefix(path, module)
		if !ok {
			return ""
		}
		top, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
		return cmp.Or(top, "ridgepoint")
	}
	imported := map[[2]string]bool{}
	for _, p := range packages(t) {
		for _, imp := range p.Imports {
			if from, to := folder(p.ImportPath), folder(imp); to != "" && from != to {
				imported[[2]string{from, to}] = true
			}
		}
	}
	page := textOf(t, "docs/README.md")
	for _, m := range arrow.FindAllStringSubmatch(page, -1) {
		pair := [2]string{m[1], m[2]}
		if !imported[pair] {
			t.Errorf("docs/README.md: found %s --> %s, but no package of %s imports one of %s", m[1], m[2], m[1], m[2])
		}
		delete(imported, pair)
	}
	for pair := range imported {
		t.Errorf("docs/README.md lacks %s --> %s", pair[0], pair[1])
	}
	for _, dir := range regexp.MustCompile(`\b(?:graph|roofline|plots|internal)/\w+`).FindAllString(page, -1) {
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("docs/README.md names %s: %v", dir, err)
		}
	}
}

func checkQuarantine(t *testing.T, from, imp string) {
	t.Helper()
	for _, q := range quarantine {
		may := func(folder string) bool { return strings.HasPrefix(from+"/", module+"/"+folder+"/") }
		if strings.HasPrefix(imp, q.prefix) && !slices.ContainsFunc(strings.Fields(q.only), may) {
			t.Errorf("%s -> %s: only %s may import it", from, imp, q.only)
		}
	}
}

// TestVocabularies holds that hwprofiles borrows three vocabularies from graph and links no model code: neither it nor
// the vocabularies import more of graph.
func TestVocabularies(t *testing.T) {
	allowed := []string{module + "/graph/dtype", module + "/graph/cost", module + "/graph/note"}
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, module+"/hwprofiles") && !slices.Contains(allowed, p.ImportPath) {
			continue
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, module+"/graph") && !slices.Contains(allowed, imp) {
				t.Errorf("%s -> %s: hwprofiles and the vocabularies may use only graph/dtype, graph/cost and graph/note",
					p.ImportPath, imp)
			}
		}
	}
}

// TestEveryPackageHasAnExample demands an executed Example of each public package.
func TestEveryPackageHasAnExample(t *testing.T) {
	for _, p := range packages(t) {
		dir, ok := strings.CutPrefix(p.ImportPath, module)
		if !ok || strings.Contains(dir, "internal") || strings.HasPrefix(dir, "/cmd") || strings.HasPrefix(dir, "/examples") {
			continue
		}
		tests, err := filepath.Glob(filepath.Join("."+dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range tests {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, body, has := strings.Cut(string(text), "\nfunc Example")
			found = found || has && strings.Contains(body, "// Output:")
		}
		if !found {
			t.Errorf("%s has no Example with an output; write one that a reader could start from", p.ImportPath)
		}
	}
}
