package ridgepoint

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// vendored are the libraries of others that are checked in and embedded.
var vendored = []struct{ name, version, licence, code, text string }{
	{"uPlot", "1.6.32", "MIT", "plots/page/vendored/uPlot.iife.min.js", "plots/page/vendored/uPlot.LICENSE"},
}

// systems are the operating systems that the command is released for; some modules are linked on one of them only.
var systems = []string{"linux", "darwin", "windows"}

// A linked module is part of the released command.
type linked struct {
	version string
	dir     string
	notices []string // names of the files with its licence and notices
}

// linkedModules returns the modules that the command links on any system, by path.
func linkedModules(t *testing.T) map[string]linked {
	t.Helper()
	all := map[string]linked{}
	for _, system := range systems {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}} {{.Dir}}{{end}}",
			"./cmd/ridgepoint")
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			path, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			version, dir, _ := strings.Cut(rest, " ")
			if path != "" && path != module {
				all[path] = linked{version: version, dir: dir, notices: notices(t, dir)}
			}
		}
	}
	return all
}

// notice matches the names of files with licences and notices.
var notice = regexp.MustCompile(`(?i)^(licen[cs]e|notice|third_party|patents|ftl)`)

// notices returns the names of a module's files with licences and notices, of the top and of a folder of licences.
func notices(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	for _, sub := range []string{".", "licenses"} {
		entries, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			continue
		}
		for _, e := range entries {
			if !e.IsDir() && notice.MatchString(e.Name()) {
				found = append(found, filepath.ToSlash(filepath.Join(sub, e.Name())))
			}
		}
	}
	return found
}

// TestLicences holds docs/licences.md and NOTICE to the modules that are linked: "make licences" writes both anew. The
// names of the licences are those of docs/decisions.md.
func TestLicences(t *testing.T) {
	sampling.Alone(t)
	names := pairsIn("(?m)^\\| `(\\S+)` \\| v\\S+ \\| (\\w[^|]*) \\|", textOf(t, "docs/decisions.md"))
	modules := linkedModules(t)
	var page, text strings.Builder
	page.WriteString("# Licences\n\nRidgepoint is under Apache-2.0. The released command links these modules, on one " +
		"system at least." +
		" [NOTICE](../NOTICE) has the\ntexts of their licences.\n\n| module | version | licence | files in NOTICE " +
		"|\n|---|---|---|---|\n")
	text.WriteString("Ridgepoint\n\nThe command links the modules below. Their licences and notices follow.\n")
	seen := map[string]string{}
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		m := modules[path]
		if names[path] == "" {
			t.Errorf("docs/decisions.md names no licence of %s", path)
		}
		files := strings.Join(m.notices, ", ")
		if files == "" {
			files = "none: the module has no such file"
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", path, m.version, names[path], files)
		fmt.Fprintf(&text, "\n%s\n%s %s (%s)\n", strings.Repeat("=", 80), path, m.version, names[path])
		for _, file := range m.notices {
			content := textOf(t, filepath.Join(m.dir, file))
			if first, ok := seen[content]; ok {
				fmt.Fprintf(&text, "\n%s: the text is that of %s\n", file, first)
				continue
			}
			seen[content] = path
			fmt.Fprintf(&text, "\n%s:\n\n%s\n", file, strings.TrimSpace(strings.ReplaceAll(content, "\r", "")))
		}
	}
	page.WriteString("\nThe pages of `report` and `serve` hold a library for charts as well, from [plots/page/vendored]" +
		"(../plots/page/vendored):\n\n| library | version | licence |\n|---|---|---|\n")
	for _, v := range vendored {
		fmt.Fprintf(&page, "| %s | %s | %s |\n", v.name, v.version, v.licence)
		fmt.Fprintf(&text, "\n%s\n%s %s (%s)\n\n%s\n", strings.Repeat("=", 80), v.name, v.version, v.licence,
			strings.TrimSpace(textOf(t, v.text)))
		if code := textOf(t, v.code); !strings.Contains(code, "(v"+v.version+")") {
			t.Errorf("%s: found no version %s in it", v.code, v.version)
		}
	}
	if len(modules) == 0 {
		t.Error("found no linked module")
	}
	golden(t, "docs/licences.md", page.String())
	golden(t, "NOTICE", text.String())
}
