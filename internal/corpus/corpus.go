// Package corpus reads the tables of published measurements beside the checkout. Rows become cases, and cases become
// samples of the joint model.
package corpus

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

// Tables lists the published tables whose rows are latencies of one inference on one device, or rates of one device
// that has several frames in flight.
var Tables = []string{
	"timm", "ultralytics", "ncnn", "openvino", "vision_zoo", "edge_misc", "paddle", "extra", "edge_extra",
	"nvidia_tensorrt_demo", "mlperf_closed", "mlperf_open", "aihub", "nvidia_fastertransformer", "trtutils_yolo",
	"arttrt_batch_sweeps", "tensorrt_consumer", "paddle_deploy", "paddlex", "gpu_amd_intel_consumer",
	"transformers_torch_compile", "phones_boards_misc", "qutibench", "apple_mobile",
	"neusight_e2e", "nvidia_deeplearningexamples", "renesas_drpai", "sophon", "npu_boards", "stm32_modelzoo",
	"mlperf_tiny", "hailo",
}

// heldOut lists tables that no fit may use, and why: others judge by them.
var heldOut = map[string]string{
	"neusight_e2e":                "NeuSight's own cases, by which it is compared",
	"nvidia_deeplearningexamples": "servers and frameworks whose overheads no profile has",
}

// Files returns the paths of tables in a folder of reference data.
func Files(shared string, tables ...string) []string {
	var out []string
	for _, t := range tables {
		out = append(out, filepath.Join(shared, "measured", t+".csv.gz"))
	}
	return out
}

// NewMatcher returns a matcher of rows with the models of the reference data and with the devices of a folder of one's
// own beside the built-in ones.
func NewMatcher(shared, own string, rs *runtimes.Set) *validate.Matcher {
	return &validate.Matcher{
		Devices: hwprofiles.NewCatalog(own), Runtimes: rs, Models: filepath.Join(shared, "corpus", "dev"),
	}
}

// A Table says how much of one file of measurements was matched, and why the rest was not.
type Table struct {
	File    string
	Rows    int
	Matched int
	Missed  map[string]int // rows by the reason why they were left out
	Left    []Left         // the rows that were left out
}

// A Left is a row that was left out, and why.
type Left struct {
	Row *measured.Row
	Why error
}

// Read matches the rows of files, and counts what was left out.
func Read(m *validate.Matcher, files ...string) ([]*validate.Case, []Table, error) {
	var tables []Table
	var cases []*validate.Case
	for _, f := range files {
		rows, err := measured.ReadFile(f)
		if err != nil {
			return nil, nil, err
		}
		t := Table{File: filepath.Base(f), Rows: len(rows), Missed: map[string]int{}}
		for i := range rows {
			c, err := match(m, t.Name(), &rows[i])
			if err != nil {
				t.Missed[reason(err)]++
				t.Left = append(t.Left, Left{&rows[i], err})
				continue
			}
			t.Matched++
			nameRound(c)
			cases = append(cases, c)
		}
		tables = append(tables, t)
	}
	return cases, tables, nil
}

// match matches a row of a table unless it is flagged. A row that can be put right is.
func match(m *validate.Matcher, table string, row *measured.Row) (*validate.Case, error) {
	if f := faulty(table, row); f != nil && f.put != nil {
		f.put(row)
	} else if f != nil && (row.Latency > 0 || row.Throughput > 0) {
		return nil, fmt.Errorf("flagged, %s", f.reason)
	}
	find := m.Match
	if row.Latency <= 0 && row.Throughput > 0 {
		find = m.MatchThroughput
	}
	c, err := find(row)
	if err == nil {
		c.HeldOut = heldOut[table]
	}
	return c, err
}

// nameRound splits the rounds of MLPerf, which are published as sources, into source and version.
func nameRound(c *validate.Case) {
	if base, version, ok := strings.Cut(c.Row.Source, " Inference v"); ok && c.Row.Version == "" {
		c.Row.Source, c.Row.Version = base, version
	}
}

// Fit returns the cases that fits may use.
func Fit(cases []*validate.Case) []*validate.Case {
	return slices.DeleteFunc(slices.Clone(cases), func(c *validate.Case) bool { return c.HeldOut != "" })
}

// Apart returns the cases that no fit may use.
func Apart(cases []*validate.Case) []*validate.Case {
	return slices.DeleteFunc(slices.Clone(cases), func(c *validate.Case) bool { return c.HeldOut == "" })
}

// quoted matches what an error quotes from a row.
var quoted = regexp.MustCompile(`"[^"]*"`)

// ids matches what names a device, with its class.
var ids = regexp.MustCompile(`(does not run on) \S+ (\(class [^)]*\)).*`)

// reason returns the part of an error that rows left out for the same reason share: what precedes names and numbers.
func reason(err error) string {
	text, _, _ := strings.Cut(err.Error(), validate.NearWords)
	text = quoted.ReplaceAllString(text, "...")
	if i := strings.Index(text, "flagged, "); i == 0 {
		return text
	}
	if part := ids.FindStringSubmatchIndex(text); part != nil {
		return ids.ReplaceAllString(text, "$1 $2")
	}
	if rest, ok := strings.CutPrefix(text, "device ...: "); ok {
		return deviceReason(rest)
	}
	if i := strings.IndexAny(text, ":0123456789"); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSpace(text)
}

// deviceReason returns why a published name is of no device, without the names.
func deviceReason(text string) string {
	for _, r := range []struct{ part, reason string }{
		{"found no such id", "device not in the catalogue"}, {"fits ", "device fits several profiles"},
		{"another variant", "device not in the catalogue"}, {"expected the", "device of another memory"},
		{"another processor", "another processor of the device"}, {"found a count", "several devices"},
		{"power mode", "power mode not in the profile"},
	} {
		if strings.Contains(text, r.part) {
			return r.reason
		}
	}
	return "device is a part of another"
}

// Medians returns the median of the measurements of each network, batch, slice and source, whatever the version, in
// that order of names.
func Medians(cases []*validate.Case) []*validate.Case {
	by := map[string][]*validate.Case{}
	var keys []string
	for _, c := range cases {
		key := fmt.Sprint(c.Slice(), "|", c.Row.Source,
			"|", c.Row.Graph, "|", c.Row.Model, "|", c.Row.InputShape, "|", c.Row.Batch, "|", c.Transfers)
		if by[key] == nil {
			keys = append(keys, key)
		}
		by[key] = append(by[key], c)
	}
	slices.Sort(keys)
	var out []*validate.Case
	for _, k := range keys {
		cs := by[k]
		slices.SortStableFunc(cs, func(a, b *validate.Case) int { return cmp.Compare(a.Measured(), b.Measured()) })
		out = append(out, cs[len(cs)/2])
	}
	return out
}
