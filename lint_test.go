package ridgepoint

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// columns is the width of a line of Go; a tab counts as one.
const columns = 120

// wide are folders whose lines are not yet held to the width. The list may only shrink.
var wide = []string{"cmd", "graph/onnxread", "graph/readers", "graph/zoo", "graph/decoder", "graph/ggufread",
	"graph/hfread", "hwprofiles",
	"internal/corpus", "internal/joint", "internal/judge", "internal/llmfit", "internal/scoreboard", "plots/report",
	"roofline/serve"}

// goFiles calls visit with the path and text of every Go file of the module.
func goFiles(t *testing.T, visit func(path string, text []byte)) {
	t.Helper()
	sampling.Alone(t)
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			files++
			visit(filepath.ToSlash(path), text)
		}
		return err
	})
	if err != nil || files == 0 {
		t.Fatalf("found %d Go files (%v), expected some", files, err)
	}
}

// TestLines holds lines of Go to their width.
func TestLines(t *testing.T) {
	goFiles(t, func(path string, text []byte) {
		for _, dir := range wide {
			if strings.HasPrefix(path, dir+"/") {
				return
			}
		}
		n := 0
		for line := range bytes.Lines(text) {
			n++
			if w := utf8.RuneCount(bytes.TrimRight(line, "\r\n")); w > columns {
				t.Errorf("%s:%d: found %d columns, expected at most %d", path, n, w, columns)
			}
		}
	})
}

// verb matches the word behind a function's name: a verb in the third person.
var verb = regexp.MustCompile(`^[a-z]+s[,;:.]?$`)

// noVerbs are words that verb matches and that say nothing about what a function does.
var noVerbs = map[string]bool{"is": true, "was": true, "as": true, "this": true, "its": true}

// TestFunctionDocs demands that the doc of a function starts with its name and a verb, and that a fifth of all say
// what the function returns or reports.
func TestFunctionDocs(t *testing.T) {
	fset := token.NewFileSet()
	docs, getters := 0, 0
	goFiles(t, func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc.Text() == "" {
				continue
			}
			docs++
			words := strings.Fields(fn.Doc.Text())
			if len(words) < 2 || words[0] != fn.Name.Name || !verb.MatchString(words[1]) || noVerbs[words[1]] {
				t.Errorf("%s: found %q, expected the name and a verb: %s returns, reports, sets …", fset.Position(fn.Pos()),
					strings.Join(words[:min(len(words), 4)], " "), fn.Name.Name)
			}
			if len(words) > 1 && (words[1] == "returns" || words[1] == "reports") {
				getters++
			}
		}
	})
	if docs == 0 || getters*5 < docs {
		t.Errorf("%d of %d functions say what they return or report, expected a fifth", getters, docs)
	}
}

// TestValueDocs demands that the doc of a constant or variable that begins with its name goes on with a verb: lists,
// gives, holds, says, not "is" or "are".
func TestValueDocs(t *testing.T) {
	fset := token.NewFileSet()
	docs := 0
	goFiles(t, func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok {
					continue
				}
				words := strings.Fields(v.Doc.Text())
				if len(words) == 0 {
					words = strings.Fields(g.Doc.Text())
				}
				if len(words) < 2 || words[0] != v.Names[0].Name {
					continue
				}
				docs++
				if noVerbs[words[1]] || words[1] == "are" {
					t.Errorf("%s: found %q, expected the name and a verb: %s lists, gives, holds …",
						fset.Position(v.Pos()), strings.Join(words[:2], " "), words[0])
				}
			}
		}
	})
	if docs == 0 {
		t.Error("found no doc of a constant or variable, expected some")
	}
}

// longest gives the most lines of a function, its doc apart.
const longest = 120

// TestFunctionLength holds functions to their length.
func TestFunctionLength(t *testing.T) {
	fset := token.NewFileSet()
	goFiles(t, func(path string, text []byte) {
		f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > longest {
				t.Errorf("%s: found %d lines in %s, expected at most %d: make rows of it", fset.Position(fn.Pos()), n,
					fn.Name.Name, longest)
			}
		}
	})
}

// density gives the least number of lines with a comment for each line of code, tests apart. It may only rise.
const density = 0.144

// TestDensity holds the share of comments.
func TestDensity(t *testing.T) {
	code, comments := 0, 0
	goFiles(t, func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		for line := range bytes.Lines(text) {
			switch line = bytes.TrimSpace(line); {
			case bytes.HasPrefix(line, []byte("//")):
				comments++
			case len(line) > 0:
				code++
				if bytes.Contains(line, []byte(" // ")) {
					comments++
				}
			}
		}
	})
	if got := float64(comments) / float64(code); got < density {
		t.Errorf("found %.3f comments for each line of code, expected at least %g", got, density)
	}
}

// private are words that only the authors would use, in texts for users.
var private = regexp.MustCompile(`(?i)\b(believed|hoped|doubts?|or less measurements?)\b|w \d\.\d: factor`)

// noteCode is the code of a note; codes never change.
const noteCode = "profile-doubt"

// TestPlainWords keeps private words out of the texts of the program and of its pages.
func TestPlainWords(t *testing.T) {
	fset := token.NewFileSet()
	goFiles(t, func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if found := private.FindString(strings.ReplaceAll(lit.Value, noteCode, "")); found != "" {
					t.Errorf("%s: found %q in a text; docs/style.md has the field's word", fset.Position(lit.Pos()), found)
				}
			}
			return true
		})
	})
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("found %d pages (%v), expected some", len(pages), err)
	}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md") {
		if page == filepath.Join("docs", "style.md") || page == filepath.Join("docs", "experiments.md") {
			continue // one lists the words, the other is a notebook
		}
		if found := private.FindString(strings.ReplaceAll(textOf(t, page), noteCode, "")); found != "" {
			t.Errorf("%s: found %q; docs/style.md has the field's word", page, found)
		}
	}
}
