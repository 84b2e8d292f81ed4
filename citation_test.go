package ridgepoint_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// citationKeys lists the keys of a file of the Citation File Format 1.2.0, from its schema.
var citationKeys = strings.Fields(`abstract authors cff-version commit contact date-released doi identifiers keywords
	license license-url message preferred-citation references repository repository-artifact repository-code title type url
	version`)

// citation holds what readers of the format need of CITATION.cff.
type citation struct {
	Version string `yaml:"cff-version"`
	Message string
	Title   string
	Type    string
	License string
	Code    string `yaml:"repository-code"`
	Authors []struct {
		Name       string
		FamilyName string `yaml:"family-names"`
	}
	References []struct {
		Type, Title, DOI string
		Year             int
		Authors          []map[string]string
	}
}

// TestCitation: CITATION.cff is a file of version 1.2.0 with what the format requires, it names this module and its
// licence, and people who write papers find it.
func TestCitation(t *testing.T) {
	data, err := os.ReadFile("CITATION.cff")
	if err != nil {
		t.Fatal(err)
	}
	var c citation
	var keys map[string]any
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &keys); err != nil {
		t.Fatal(err)
	}
	for key := range keys {
		if !slices.Contains(citationKeys, key) {
			t.Errorf("the format has no key %q", key)
		}
	}
	if c.Version != "1.2.0" || c.Message == "" || c.Title == "" || len(c.Authors) == 0 || c.Type != "software" {
		t.Errorf("a required key is missing or wrong: %+v", c)
	}
	for _, a := range c.Authors {
		if a.Name == "" && a.FamilyName == "" {
			t.Errorf("an author without a name")
		}
	}
	for _, r := range c.References {
		if r.Type == "" || r.Title == "" || len(r.Authors) == 0 || r.Year < 1900 || !strings.HasPrefix(r.DOI, "10.") {
			t.Errorf("a reference without type, title, authors, year or DOI: %+v", r)
		}
	}
	if c.Code != "https://"+module(t) {
		t.Errorf("the repository is %s, the module %s", c.Code, module(t))
	}
	licence, err := os.ReadFile("LICENSE")
	if err != nil || c.License != "Apache-2.0" || !strings.Contains(string(licence), "Version 2.0, January 2004") {
		t.Errorf("the licence is %s, LICENSE says otherwise (%v)", c.License, err)
	}
	for _, page := range []string{"README.md", "docs/tutorials.md"} {
		if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "CITATION.cff)") {
			t.Errorf("%s does not link CITATION.cff (%v)", page, err)
		}
	}
}

// module returns the path of this module.
func module(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimPrefix(first, "module ")
}
