package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

const budget = `schema: 1
levels: {min_fps: warn}
budgets:
  - models: [net|1]
    devices: [rpi-5]
    batch: 8
    max_expected_ms: %g
    max_high_ms: 1000
    min_fps: 1e9
    max_memory: 1 KiB
    max_regression: 5 %%
`

// checked is the outcome of a budget whose expected latency is uncertain.
func checked(t testing.TB) *gate.Result {
	t.Helper()
	e, _ := estimateOn(t, "rpi-5", roofline.Options{Tuner: tunerOf(t)})
	f := must(gate.Read("sub/budgets.yaml", fmt.Appendf(nil, budget, 1e3**e.Latency.Expected)))(t)
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	target := &gate.Target{Model: f.Entries[0].Models[0].Text, Device: "rpi-5", Setting: f.Entries[0].Setting(), Estimate: e}
	r := &gate.Result{File: f, Baseline: "git:main"}
	r.Checks = gate.Judge(&f.Entries[0], target, gate.NewBase(target, e))
	return r
}

func baselineOf(t testing.TB) *report.Document {
	c := checked(t).Checks[0]
	return report.Baseline("sub/budgets.yaml", []gate.Target{*c.Target})
}

// TestCheckFiles holds the files for pipelines to their formats.
func TestCheckFiles(t *testing.T) {
	r := checked(t)
	write := func(f func(io.Writer, *gate.Result, bool) error, strict bool) []byte {
		t.Helper()
		var b bytes.Buffer
		if err := f(&b, r, strict); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, c := range []struct {
		strict           bool
		errors, warnings int
	}{{false, 1, 3}, {true, 3, 1}} {
		out := string(write(report.Annotations, c.strict))
		if strings.Count(out, "::error ") != c.errors || strings.Count(out, "::warning ") != c.warnings ||
			!strings.Contains(out, " file=sub/budgets.yaml,line=10,title=fail%3A max_memory::net|1 on rpi-5 (batch 8): max_memory is ") {
			t.Errorf("strict %t: found the annotations\n%s", c.strict, out)
		}
		var suite struct {
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Errors   string `xml:"errors,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		}
		if err := xml.Unmarshal(write(report.JUnit, c.strict), &suite); err != nil {
			t.Fatal(err)
		}
		failures := 0
		for _, one := range suite.Cases {
			if one.Failure != nil {
				failures++
			}
		}
		if suite.Tests != 5 || len(suite.Cases) != 5 || suite.Failures != c.errors || suite.Errors != "0" ||
			failures != c.errors {
			t.Errorf("strict %t: found %+v", c.strict, suite)
		}
		var sarif struct {
			Version string
			Runs    []struct {
				Tool struct {
					Driver struct{ Rules []struct{ ID string } }
				}
				Results []struct {
					RuleID    string `json:"ruleId"`
					RuleIndex int    `json:"ruleIndex"`
					Level     string
					Locations []struct {
						Physical struct {
							Artifact struct{ URI string }    `json:"artifactLocation"`
							Region   struct{ StartLine int } `json:"region"`
						} `json:"physicalLocation"`
					}
				}
			}
		}
		if err := json.Unmarshal(write(report.SARIF, c.strict), &sarif); err != nil {
			t.Fatal(err)
		}
		run := sarif.Runs[0]
		first := run.Results[0]
		if sarif.Version != "2.1.0" || len(run.Results) != 4 || first.Level != "error" || first.RuleID != "max_memory" ||
			run.Tool.Driver.Rules[first.RuleIndex].ID != "max_memory" || first.Locations[0].Physical.Region.StartLine != 10 ||
			first.Locations[0].Physical.Artifact.URI != "sub/budgets.yaml" {
			t.Errorf("strict %t: found %+v", c.strict, sarif)
		}
	}
	comment := normal(string(write(report.CheckMarkdown, true)))
	comment = strings.ReplaceAll(comment, strings.TrimSpace(report.VersionText()), "ridgepoint VERSION")
	path := filepath.Join("testdata", "check-comment.md")
	if *update {
		if err := os.WriteFile(path, []byte(comment), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := must(os.ReadFile(path))(t); comment != string(want) {
		t.Errorf("found\n%s\nwant\n%s", comment, want)
	}
}

// junitAttributes lists the attributes that junit-10.xsd of Jenkins' xUnit plugin, the strictest reader, allows in the
// elements that a check writes; * marks those that it requires.
var junitAttributes = map[string]string{
	"testsuite": "name* tests* failures* errors* group time skipped timestamp hostname id package file log url version",
	"testcase":  "name* time classname group", "failure": "type message", "system-out": "",
}

// TestJUnitSchema holds the file to the elements and attributes of the schema, and to a place in each text.
func TestJUnitSchema(t *testing.T) {
	var b bytes.Buffer
	if err := report.JUnit(&b, checked(t), false); err != nil {
		t.Fatal(err)
	}
	dec := xml.NewDecoder(&b)
	texts := 0
	for {
		token, err := dec.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && strings.HasPrefix(string(text), "sub/budgets.yaml:") {
			texts++
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		allowed, ok := junitAttributes[start.Name.Local]
		if !ok {
			t.Fatalf("found the element %s, which the schema does not have", start.Name.Local)
		}
		have := " "
		for _, a := range start.Attr {
			have += a.Name.Local + " "
			if !strings.Contains(" "+strings.ReplaceAll(allowed, "*", "")+" ", " "+a.Name.Local+" ") {
				t.Errorf("found the attribute %s of %s, which the schema does not allow", a.Name.Local, start.Name.Local)
			}
		}
		for _, want := range strings.Fields(allowed) {
			if name, required := strings.CutSuffix(want, "*"); required && !strings.Contains(have, " "+name+" ") {
				t.Errorf("found no attribute %s of %s, which the schema requires", name, start.Name.Local)
			}
		}
	}
	if texts != 5 {
		t.Errorf("found %d texts with a place in the budget, expected 5", texts)
	}
}

// TestCheckLimits keeps a check of thousands of limits within what GitHub shows.
func TestCheckLimits(t *testing.T) {
	r := checked(t)
	few := r.Checks
	for len(r.Checks) < 4000 {
		r.Checks = append(r.Checks, few...)
	}
	var b bytes.Buffer
	if err := report.CheckMarkdown(&b, r, false); err != nil || b.Len() > 1<<16 || b.Len() < 1<<14 ||
		!strings.Contains(b.String(), "more rows are left out") || strings.Count(b.String(), "</details>") != 1 {
		t.Errorf("the comment has %d bytes, %v", b.Len(), err)
	}
	b.Reset()
	if err := report.Annotations(&b, r, false); err != nil || strings.Count(b.String(), "::error ") != 10 ||
		strings.Count(b.String(), "::warning ") != 10 || !strings.Contains(b.String(), "791 more limits are not kept") {
		t.Errorf("found the annotations\n%s", b.String())
	}
}
