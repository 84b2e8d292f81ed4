package note_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/note"
)

const root = "../.."

// inspect parses a file of the module and walks it.
func inspect(t *testing.T, path string, visit func(ast.Node) bool) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, visit)
}

// constants returns the code of every constant of the table, by its name in Go.
func constants(t *testing.T) map[string]note.Code {
	t.Helper()
	out := map[string]note.Code{}
	inspect(t, "table.go", func(n ast.Node) bool {
		if s, ok := n.(*ast.ValueSpec); ok && len(s.Values) == 1 {
			if lit, ok := s.Values[0].(*ast.BasicLit); ok {
				code, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				out[s.Names[0].Name] = note.Code(code)
			}
		}
		return true
	})
	return out
}

// named returns the name behind "note." if an expression is such a selector.
func named(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "note" {
			return s.Sel.Name
		}
	}
	return ""
}

// TestSites demands a row for every constant, a place outside this package that makes each code, and at each place
// as many arguments as the row has.
func TestSites(t *testing.T) {
	codes := constants(t)
	for _, r := range note.Rows() {
		found := false
		for _, code := range codes {
			found = found || code == r.Code
		}
		if !found {
			t.Errorf("%s has no constant", r.Code)
		}
	}
	made := map[string]bool{}
	for _, path := range sources(t) {
		inspect(t, path, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok && !strings.Contains(path, "cmd") { // the command line only names them
				made[named(e)] = true
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name := named(call.Args[0])
			code, ok := codes[name]
			if !ok {
				return true
			}
			args := len(call.Args) - 1
			if named(call.Fun) == "New" {
				made[name] = true
			} else { // an operator's Runner.Note adds the node in front
				args++
			}
			if row := note.Find(code); row != nil && args != len(strings.Fields(row.Args)) {
				t.Errorf("%s: %s is made with %d arguments, its row lists %q", path, name, args, row.Args)
			}
			return true
		})
	}
	for name, code := range codes {
		if note.Find(code) == nil {
			t.Errorf("%s has no row", name)
		}
		if !made[name] {
			t.Errorf("nothing makes a note.%s", name)
		}
	}
}

// sources lists the Go files of the module that may make notes.
func sources(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && path != root
		if d.IsDir() && (hidden || d.Name() == "testdata" || path == filepath.Join(root, "graph", "note")) {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			out = append(out, path)
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("found %d files: %v", len(out), err)
	}
	slices.Sort(out)
	return out
}
