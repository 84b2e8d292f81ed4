package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/roofline/gate"
)

// What others' documents say of GitHub's limits, with room to spare: annotations of a kind that one step shows
// (zizmor#634), and bytes of a comment (65,536).
const (
	mostAnnotations = 10
	mostComment     = 60_000
)

// severity returns what a check is to those who read annotations: error where it makes the command fail, warning where
// it does not, "" for a pass.
func severity(c *gate.Check, strict bool) string {
	switch {
	case c.Verdict == gate.Pass:
		return ""
	case c.Level == gate.Error && (c.Verdict == gate.Fail || strict):
		return "error"
	}
	return "warning"
}

// message returns a check in a sentence.
func message(c *gate.Check) string {
	text := fmt.Sprintf("%s on %s: %s is %s, allowed %s", c.Model, c.Device, c.Key, figureText(c), c.Show(c.Value))
	if c.Setting != "" {
		text = fmt.Sprintf("%s on %s (%s): %s is %s, allowed %s", c.Model, c.Device, c.Setting, c.Key, figureText(c),
			c.Show(c.Value))
	}
	if c.Why != "" {
		text += "; " + c.Why
	}
	return visible.Text(text)
}

// worst returns the checks that are no pass: broken limits first, each in the order of the file.
func worst(r *gate.Result) []*gate.Check {
	var out []*gate.Check
	for _, v := range []gate.Verdict{gate.Fail, gate.Uncertain} {
		for _, level := range []gate.Level{gate.Error, gate.Warn} {
			for i := range r.Checks {
				if c := &r.Checks[i]; c.Verdict == v && c.Level == level {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// data and property escape what GitHub's workflow commands give a meaning.
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// Annotations writes a check as workflow commands of GitHub: a line for each limit that is not kept, at its line of the
// budget file. GitHub shows ten of a kind; the last says how many more there are.
func Annotations(w io.Writer, r *gate.Result, strict bool) error {
	lines := map[string][]string{}
	for _, c := range worst(r) {
		kind := severity(c, strict)
		lines[kind] = append(lines[kind], fmt.Sprintf("::%s file=%s,line=%d,title=%s::%s", kind,
			property.Replace(filepath.ToSlash(r.File.Path)), c.Line,
			property.Replace(visible.Text(string(c.Verdict)+": "+c.Key)), data.Replace(message(c))))
	}
	var b bytes.Buffer
	for _, kind := range []string{"error", "warning"} {
		all := lines[kind]
		if len(all) > mostAnnotations {
			more := fmt.Sprintf("::%s file=%s,title=more::%d more limits are not kept", kind,
				property.Replace(filepath.ToSlash(r.File.Path)), len(all)-mostAnnotations+1)
			all = append(all[:mostAnnotations-1:mostAnnotations-1], more)
		}
		for _, line := range all {
			b.WriteString(line + "\n")
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// marker lets a script find the comment that it wrote before.
const marker = "<!-- ridgepoint check -->"

// CheckMarkdown writes a check as a comment on a pull request or a summary of a job: a headline, what is not kept, and
// everything behind a fold. It stays under GitHub's limit for a comment.
func CheckMarkdown(w io.Writer, r *gate.Result, strict bool) error {
	var b bytes.Buffer
	icon := map[gate.Verdict]string{gate.Pass: "✅", gate.Uncertain: "⚠️", gate.Fail: "❌"}
	fmt.Fprintf(&b, "%s\n### %s %s\n\n", marker, icon[r.Verdict()], escape(visible.Text(headlineOf(r))))
	bad := worst(r)
	left := commentTable(&b, bad, mostComment/2)
	if left > 0 {
		fmt.Fprintf(&b, "%d more rows are left out for length.\n\n", left)
	}
	if strict && r.Count(gate.Uncertain, gate.Error) > 0 {
		b.WriteString("Uncertain limits count as broken here.\n\n")
	}
	var all []*gate.Check
	for i := range r.Checks {
		all = append(all, &r.Checks[i])
	}
	if len(all) > len(bad) {
		fmt.Fprintf(&b, "<details><summary>All %d limits</summary>\n\n", len(all))
		if left = commentTable(&b, all, mostComment-1000); left > 0 {
			fmt.Fprintf(&b, "%d more rows are left out for length.\n\n", left)
		}
		b.WriteString("</details>\n\n")
	}
	if r.Baseline != "" {
		fmt.Fprintf(&b, "Compared with %s.\n", escapeLine(visible.Text(r.Baseline)))
	}
	fmt.Fprintf(&b, "Estimates of %s with 90 %% intervals, not measurements; limits from %s.\n", escape(VersionText()),
		escape(visible.Text(r.File.Path)))
	_, err := w.Write(b.Bytes())
	return err
}

// commentTable writes rows until the text has so many bytes, and returns how many are left out.
func commentTable(b *bytes.Buffer, rows []*gate.Check, most int) int {
	if len(rows) == 0 {
		return 0
	}
	b.WriteString("| verdict | model | device | limit | allowed | figure | why |\n|---|---|---|---|---:|---:|---|\n")
	for i, c := range rows {
		var cells []string
		for _, cell := range []string{verdictText(c), c.Model, c.Device, c.Key, c.Show(c.Value), figureText(c), c.Why} {
			cells = append(cells, escape(visible.Text(cell)))
		}
		line := "| " + strings.Join(cells, " | ") + " |\n"
		if b.Len()+len(line) > most {
			b.WriteString("\n")
			return len(rows) - i
		}
		b.WriteString(line)
	}
	b.WriteString("\n")
	return 0
}

// A suite is JUnit's form of a check, as Jenkins, GitLab and Azure read it. Jenkins' xUnit plugin allows no place in a
// case, so its text begins with the line of the budget file.
type suite struct {
	XMLName  xml.Name `xml:"testsuite"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"` // Jenkins' schema wants it: a check that cannot be made writes no file
	Time     string   `xml:"time,attr"`
	File     string   `xml:"file,attr"`
	Cases    []testCase
}

type testCase struct {
	XMLName xml.Name `xml:"testcase"`
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *failure `xml:"failure"`
	Out     string   `xml:"system-out,omitempty"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a check as a test suite with a case for each limit. What only warns is no failure.
func JUnit(w io.Writer, r *gate.Result, strict bool) error {
	file := visible.Text(filepath.ToSlash(r.File.Path))
	out := suite{Name: file, File: file, Tests: len(r.Checks), Time: "0"}
	for i := range r.Checks {
		c := &r.Checks[i]
		t := testCase{Class: visible.Text(c.Model + " on " + c.Device), Name: c.Key, Time: "0"}
		text := fmt.Sprintf("%s:%d: %s: %s", file, c.Line, c.Verdict, message(c))
		if c.Setting != "" {
			t.Class += visible.Text(" (" + c.Setting + ")")
		}
		if severity(c, strict) == "error" {
			out.Failures++
			t.Failure = &failure{message(c), string(c.Verdict), text}
		} else {
			t.Out = text
		}
		out.Cases = append(out.Cases, t)
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// object is a JSON object of a format that others define.
type object = map[string]any

// home names the page that describes the tool.
const home = "https://github.com/ridgepoint/ridgepoint"

// SARIF writes a check as SARIF 2.1.0: a result for each limit that is not kept, at its line of the budget file.
func SARIF(w io.Writer, r *gate.Result, strict bool) error {
	rules, results := []object{}, []object{}
	for _, l := range gate.Limits() {
		rules = append(rules, object{"id": l.Key, "shortDescription": object{"text": l.Doc}})
	}
	for _, c := range worst(r) {
		place := object{"physicalLocation": object{
			"artifactLocation": object{"uri": filepath.ToSlash(r.File.Path)}, "region": object{"startLine": c.Line}}}
		index := slices.IndexFunc(gate.Limits(), func(l gate.Limit) bool { return l.Key == c.Key })
		results = append(results, object{"ruleId": c.Key, "ruleIndex": index, "level": severity(c, strict),
			"message": object{"text": message(c)}, "locations": []object{place}})
	}
	t := tool()
	driver := object{"name": t.Name, "version": t.Version, "informationUri": home, "rules": rules}
	return indented(w, object{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []object{{"tool": object{"driver": driver}, "results": results}}})
}

// indented writes JSON as files have it.
func indented(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(visible.JSON(b.Bytes()))
	return err
}
