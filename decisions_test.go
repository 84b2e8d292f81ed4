package ridgepoint

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// textOf returns the text of a file of the module.
func textOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// pairsIn returns the two groups of a pattern, key and value, wherever it matches in text.
func pairsIn(pattern, text string) map[string]string {
	found := map[string]string{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found[m[1]] = m[2]
	}
	return found
}

// TestDependenciesAreListed compares the modules and versions of go.mod with the tables of docs/decisions.md, whose
// rows also name a licence and a purpose.
func TestDependenciesAreListed(t *testing.T) {
	required := pairsIn(`(?m)^(?:\t|require )(\S+) (v\S+)`, textOf(t, "go.mod"))
	listed := pairsIn("(?m)^\\| `(\\S+)` \\| (v\\S+) \\| \\w[^|]* \\| \\S[^|]* \\|$", textOf(t, "docs/decisions.md"))
	if len(required) == 0 {
		t.Error("go.mod: found no requirement")
	}
	for module, version := range required {
		if listed[module] != version {
			t.Errorf("docs/decisions.md: found version %q of %s, expected %q as in go.mod: add or correct its row",
				listed[module], module, version)
		}
		delete(listed, module)
	}
	for module := range maps.Keys(listed) {
		t.Errorf("docs/decisions.md lists %s, which go.mod does not require: remove its row", module)
	}
}

// TestNotebooksAreShort demands a date of each entry of docs/decisions.md and docs/experiments.md, and at most six
// lines of 120 columns.
func TestNotebooksAreShort(t *testing.T) {
	dated := regexp.MustCompile(`20\d\d-\d\d-\d\d\)$`)
	for _, page := range []string{"docs/decisions.md", "docs/experiments.md"} {
		sections := strings.Split(textOf(t, page), "\n#")
		for _, section := range sections[1:] {
			heading, body, _ := strings.Cut(section, "\n")
			if title, ok := strings.CutPrefix(heading, "## "); ok {
				if n := strings.Count(strings.TrimSpace(body), "\n") + 1; n > 6 || !dated.MatchString(title) {
					t.Errorf("%s: found %d lines below %q, expected at most 6 and a heading that ends with a date",
						page, n, title)
				}
			} else if strings.Contains(body, "Decision") || strings.Contains(body, "Outcome") {
				t.Errorf("%s: found an entry in %q, expected it under a heading of three marks that ends with a date",
					page, heading)
			}
			for line := range strings.Lines(body) {
				if n := len([]rune(strings.TrimSpace(line))); n > 120 {
					t.Errorf("%s: found %d columns in %q, expected at most 120", page, n, line)
				}
			}
		}
	}
}

// TestIndexes demands that docs/README.md names every page of the folder, and that what it and CONTRIBUTING.md link to
// is there.
func TestIndexes(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)\)`)
	linked := map[string]bool{}
	for _, page := range []string{"CONTRIBUTING.md", filepath.Join("docs", "README.md")} {
		for _, m := range link.FindAllStringSubmatch(textOf(t, page), -1) {
			path := filepath.Join(filepath.Dir(page), m[1])
			linked[path] = true
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
	pages, err := filepath.Glob(filepath.Join("docs", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if filepath.Base(p) != "README.md" && !linked[p] {
			t.Errorf("docs/README.md names no %s", filepath.Base(p))
		}
	}
}
