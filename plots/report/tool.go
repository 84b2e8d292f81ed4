package report

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// modulePath gives the module whose version is the tool's, in the command as in a program that links it.
const modulePath = "github.com/ridgepoint/ridgepoint"

// tool returns the build that makes results.
var tool = sync.OnceValue(func() schema.Tool {
	out := schema.Tool{Name: "ridgepoint", Version: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	if info.Main.Path != modulePath {
		for _, d := range info.Deps {
			if d.Path == modulePath {
				out.Version = versionOf(d)
			}
		}
		return out
	}
	out.Version = info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			out.Commit = &s.Value
		}
	}
	return out
})

// versionOf returns the version of a module that a program links: that of what replaces it, which a folder lacks.
func versionOf(m *debug.Module) string {
	if m.Replace != nil {
		return cmp.Or(m.Replace.Version, "(devel)")
	}
	return m.Version
}

// Build returns the version of the tool, with the commit where the build says it.
func Build() string {
	t := tool()
	if t.Commit != nil {
		return t.Version + " " + *t.Commit
	}
	return t.Version
}

// VersionText returns the build in a line.
func VersionText() string {
	t := tool()
	text := t.Name + " " + t.Version
	if t.Commit != nil {
		text += " (commit " + *t.Commit + ")"
	}
	return text + " " + goVersion()
}

// MadeText returns the build in as few words as tell it from others: for pictures.
func MadeText() string {
	const enough = 12 // letters of a commit
	t := tool()
	text := t.Name + " " + t.Version
	if c := t.Commit; c != nil && len(*c) >= enough && !strings.Contains(t.Version, (*c)[:enough]) {
		text += " (" + (*c)[:enough] + ")"
	}
	return text
}

// goVersion returns the version of Go that built the program.
func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return "unknown"
}

// Version describes the build.
func Version() *Document {
	t := tool()
	rows := Table{Columns: texts("version", "commit", "go"), Rows: [][]any{{t.Version, t.Commit, goVersion()}}}
	return document("version", []Table{{Title: VersionText()}}, nil, &schema.Version{Version: t.Version,
		Commit: t.Commit, Go: goVersion()}).rows(rows)
}

// ModelFile describes a model that was written.
func ModelFile(f *schema.ModelFile) *Document {
	lead := []string{fmt.Sprintf("bytes    %d before compression", f.Bytes), "weights  " + f.Weights,
		"sha256   " + f.SHA256}
	rows := Table{Columns: slices.Concat(texts("model", "weights"), quantities(units.Bytes, "size"), texts("sha256")),
		Rows: [][]any{{f.Model, f.Weights, float64(f.Bytes), f.SHA256}}}
	return document("model-file", []Table{{Title: f.Model, Lead: lead}}, nil, f).rows(rows)
}
