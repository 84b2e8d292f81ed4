package web

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// harmless holds a text to characters that have a shape. Line ends and tabs are the server's own: names have theirs
// written out, which the counts of lines show.
func harmless(t *testing.T, at, name, text string) {
	t.Helper()
	bad := func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, bad) {
		i := max(strings.IndexFunc(text, bad), 0)
		t.Errorf("%s of %q: found %q", at, name, text[max(i-20, 0):min(i+20, len(text))])
	}
}

// answered holds an answer to a status of the client's making, and its body and headers to what is harmless.
func answered(t *testing.T, at, name string, got reply) {
	t.Helper()
	if got.status >= http.StatusInternalServerError {
		t.Errorf("%s of %q: status %d: %.200s", at, name, got.status, got.body)
	}
	harmless(t, at, name, got.body)
	for key, values := range got.head {
		harmless(t, at+", header "+key, name, key+strings.Join(values, ""))
		if strings.ContainsAny(strings.Join(values, ""), "\n\t") {
			t.Errorf("%s of %q: header %s has more than a line: %q", at, name, key, values)
		}
	}
	kind := got.head.Get("Content-Type")
	if strings.Contains(kind, "json") && !json.Valid([]byte(got.body)) {
		t.Errorf("%s of %q: found %.200q, expected JSON", at, name, got.body)
	}
}

// evilRequests sends a name in every place that takes one, and returns the number of scripts of each page. Forms whose
// file has a name with control characters may be refused.
func evilRequests(t *testing.T, base, name string) map[string]int {
	t.Helper()
	pages := map[string]int{}
	file, quoted := hostile.Named(name), url.QueryEscape(name)
	for _, r := range routes() {
		if r.work == nil {
			continue
		}
		at := r.path
		named := send(t, "POST", base+r.path+"?device=rpi-5&name="+quoted, bytes.NewReader(file))
		body, kind := formOf(t, file, name, "device", "rpi-5", "precision", "")
		form := send(t, "POST", base+r.path, body, "Content-Type", kind)
		for how, got := range map[string]reply{" by name": named, " by form": form} {
			answered(t, at+how, name, got)
			refused := how == " by form" && strings.ContainsFunc(name, unicode.IsControl) && got.status == http.StatusBadRequest
			if got.status != http.StatusOK && !refused {
				t.Errorf("%s%s of %q: status %d: %.200s", at, how, name, got.status, got.body)
			}
			if r.kind == htmlKind && !refused {
				pages[at+how] = strings.Count(got.body, "<script")
			}
		}
		answered(t, at+" open", name, send(t, "POST", base+r.path+"?device=rpi-5&name="+quoted, bytes.NewReader(hostile.Open(name))))
		answered(t, at+" no model", name, send(t, "POST", base+r.path+"?device=rpi-5&name="+quoted, strings.NewReader(name)))
		body, kind = formOf(t, file, "m.onnx", "device", "rpi-5", name, name)
		answered(t, at+" field", name, send(t, "POST", base+r.path, body, "Content-Type", kind))
		answered(t, at+" kind", name, send(t, "POST", base+r.path+"?device=rpi-5", bytes.NewReader(file),
			"Content-Type", "multipart/form-data; boundary="+quoted))
		if r.kind != htmlKind && r.path != "/api/v1/estimate" {
			continue // parameters are read in one way for all
		}
		for _, p := range params { // a wrong value, and a wrong parameter
			answered(t, at+" "+p.name, name, send(t, "GET", base+r.path+"?device=rpi-5&model="+small+"&"+p.name+"="+quoted, nil))
		}
		answered(t, at+" parameter", name, send(t, "GET", base+r.path+"?device=rpi-5&model="+small+"&"+quoted+"=1", nil))
	}
	for _, path := range []string{"/", "/schema/", "/assets/", "/api/v1/"} {
		answered(t, path, name, send(t, "GET", base+path+url.PathEscape(name), nil))
	}
	return pages
}

// TestEvilServed sends names that a terminal or a page would obey in every place of every address: as names of files,
// models, nodes, dimensions, parameters, values, fields and paths. None comes out as it is, in answers, headers or logs.
func TestEvilServed(t *testing.T) {
	var text, lines bytes.Buffer
	const patient = 10 * time.Minute // of a request, on a busy machine
	debug := &slog.HandlerOptions{Level: slog.LevelDebug}
	_, asText := served(t, func(c *Config) { c.Log, c.Limit = slog.New(slog.NewTextHandler(&text, debug)), patient })
	_, asJSON := served(t, func(c *Config) { c.Log, c.Limit = slog.New(slog.NewJSONHandler(&lines, debug)), patient })
	want := evilRequests(t, asText.URL, "harmless")
	names := append([]string{strings.Join(hostile.Names(), "")}, sampling.Every(16, hostile.Names())...)
	for i, name := range names {
		base := asText.URL
		if i%2 == 1 {
			base = asJSON.URL
		}
		for at, have := range evilRequests(t, base, name) {
			if have != want[at] {
				t.Errorf("%s of %q: found %d scripts, expected %d as of a harmless name", at, name, have, want[at])
			}
		}
	}
	asText.Close() // its requests are logged by now
	asJSON.Close()
	harmless(t, "the log", "all names", text.String())
	for line := range strings.Lines(lines.String()) {
		harmless(t, "the log as JSON", "all names", line)
		if !json.Valid([]byte(line)) {
			t.Errorf("found %.200q in the log, expected JSON", line)
		}
	}
	if strings.Count(text.String(), "\n") < 20 || strings.Count(lines.String(), "\n") < 20 {
		t.Error("the logs have next to nothing: they check nothing")
	}
}
