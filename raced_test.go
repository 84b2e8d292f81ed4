package ridgepoint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"testing"
)

// shares lists the packages by which scripts/raced.sh knows what the race detector is for.
var shares = []string{"sync", "sync/atomic", "github.com/ridgepoint/ridgepoint/internal/parallel"}

// TestRaced demands that a package that starts goroutines is one that scripts/raced.sh lists.
func TestRaced(t *testing.T) {
	fset := token.NewFileSet()
	starts, listed := map[string]token.Position{}, map[string]bool{}
	goFiles(t, func(name string, text []byte) {
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if p, _ := strconv.Unquote(i.Path.Value); slices.Contains(shares, p) {
				listed[path.Dir(name)] = true
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				starts[path.Dir(name)] = fset.Position(g.Pos())
			}
			return true
		})
	})
	for dir, at := range starts {
		if !listed[dir] {
			t.Errorf("%s: found a goroutine in a package that imports none of %v: the race detector never sees it", at, shares)
		}
	}
	if len(starts) == 0 {
		t.Error("found no goroutine, expected some")
	}
}
