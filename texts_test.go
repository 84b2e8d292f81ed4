package ridgepoint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// commandFlag matches a flag of a command line in a text.
var commandFlag = regexp.MustCompile(`(^|[^-\w])--[a-z]`)

// others are programs of others, and flags of vLLM, which a text may name.
var others = []string{"trtexec", "tf2onnx", "vllm", "--tensor-parallel-size {devices}", "--kv-cache-dtype {cache}"}

// promises matches words that call a lower bound more than it is.
var promises = regexp.MustCompile(`(?i)(cannot|can't|nothing can) be faster`)

// TestTextsNameNoFlags holds the texts of the library to words that mean something without the command line,
// which adds its own hints.
func TestTextsNameNoFlags(t *testing.T) {
	fset := token.NewFileSet()
	files := 0
	for _, dir := range ladder[:slices.Index(ladder, "cmd")] {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			files++
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				if promises.MatchString(lit.Value) {
					t.Errorf("%s: %s: expected the words lower bound", fset.Position(lit.Pos()), lit.Value)
				}
				if !commandFlag.MatchString(lit.Value) {
					return true
				}
				named := func(name string) bool { return strings.Contains(lit.Value, name) }
				if !slices.ContainsFunc(others, named) {
					t.Errorf("%s: %s names a flag; the command line says which flag to use", fset.Position(lit.Pos()), lit.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files == 0 {
		t.Error("found no file to read")
	}
}
