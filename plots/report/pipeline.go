package report

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

// A Frames is a pipeline on one device, what it costs, or why it cannot run there.
type Frames struct {
	*pipeline.Result
	Device *hwprofiles.Device
	Model  string       // in the place of the file's; "": the file's
	Money  schema.Money // of a million frames
	Err    error
}

// Pipelines describes a pipeline on one device, stage by stage, or compares it on several; fps is a rate to hold, 0:
// none. What devices are ranked by is shown whatever the width.
func Pipelines(all []Frames, fps float64, by Order) *Document {
	var results []any
	rows := Table{Columns: slices.Concat(texts("pipeline", "device", "stage", "name", "on"),
		quantities(units.Seconds, "time", "low", "high", "load"), counts("every"), texts("basis", "error"))}
	for i := range all {
		f := &all[i]
		results = append(results, pipelineJSON(f, fps))
		rows.Rows = append(rows.Rows, stageValues(f)...)
	}
	var t []Table
	if len(all) == 1 && all[0].Err == nil {
		t = []Table{stageTable(&all[0], fps)}
	} else {
		t = []Table{deviceFrames(all, fps, by)}
	}
	return document("pipeline", t, nil, results...).rows(rows)
}

// stageValues returns a row for each stage: seconds, load and what its time rests on. A pipeline
// that cannot be has one row with the reason.
func stageValues(f *Frames) (out [][]any) {
	if f.Err != nil {
		return [][]any{append([]any{"", f.Device.ID}, append(make([]any, 9), f.Err.Error())...)}
	}
	for i := range f.Steps {
		s := &f.Steps[i]
		out = append(out, []any{titleOf(f.Result), f.Device.ID, s.Kind, s.Name(), s.On.String(), s.Time.Expected, s.Time.Low,
			s.Time.High, s.Load.Expected, s.Every, string(s.Basis), nil})
	}
	return out
}

// titleOf returns the name of a pipeline, or that of its file.
func titleOf(r *pipeline.Result) string {
	if r.File.Name != "" {
		return r.File.Name
	}
	return strings.TrimSuffix(filepath.Base(r.File.Path), filepath.Ext(r.File.Path))
}

// limitText says what frames wait for.
func limitText(r *pipeline.Result) string {
	if r.Limit == pipeline.CameraSensor {
		return "the camera"
	}
	return waitText(r.Slowest)
}

// waitText says which stage frames wait for, and where it runs.
func waitText(s *pipeline.Step) string { return fmt.Sprintf("%s on the %s", shownName(s), s.On) }

// shownName returns the name of a stage as people say it: a built-in model without the prefix of its spec.
func shownName(s *pipeline.Step) string { return strings.Replace(s.Name(), " "+zoo.Prefix, " ", 1) }

// span returns a range as a cell with an interval.
func span(r *energy.Range) Span { return Span{&r.Expected, &r.Low, &r.High, 0} }

// between returns an expected value and its 90 % interval as a phrase.
func between(r *energy.Range, show func(float64) string) string {
	return show(r.Expected) + ", 90 % between " + show(r.Low) + " and " + show(r.High)
}

// ms returns x seconds with unit and prefix.
func ms(x float64) string { return units.Short(x, units.Seconds) }

// stageTable describes one pipeline at length.
func stageTable(f *Frames, fps float64) Table {
	r := f.Result
	t := Table{Title: fmt.Sprintf("%s runs at about %s FPS (%s–%s) on %s, limited by %s", titleOf(r), rough(r.FPS.Expected),
		rough(r.FPS.Low), rough(r.FPS.High), f.Device.Name, limitText(r)), Lead: pipelineLead(f, fps),
		Columns: slices.Concat(texts("stage", "on"), quantities(units.Seconds, "time", "a frame"), counts("1 in"),
			texts("basis", "because"))}
	for i := range r.Steps {
		s := &r.Steps[i]
		var every any // on all frames goes without saying
		if s.Every > 1 {
			every = s.Every
		}
		t.Rows = append(t.Rows, []any{shownName(s), s.On.String(), span(&s.Time), s.Load.Expected, every, stageMarks[s.Basis],
			s.Why})
	}
	return t
}

// stageMarks lists the words for what the time of a stage rests on.
var stageMarks = map[pipeline.Basis]string{
	pipeline.Given: "● given", pipeline.Expected: "◐ model", pipeline.Known: "○ known",
	pipeline.Assumed: "· assumed",
}

// pipelineLead returns the lines above the table: camera, latency, throughput, load, energy and the
// limiting stage.
func pipelineLead(f *Frames, fps float64) []string {
	r := f.Result
	c := &r.File.Camera
	lines := []string{
		fmt.Sprintf("camera          %d x %d at %g FPS%s", c.Width, c.Height, c.FPS, camerasText(r.File.Cameras)),
		"latency         " + between(&r.Latency, ms) + ", from the sensor to the result",
		"throughput      " + between(&r.FPS, func(v float64) string { return rough(v) + " FPS" }) + overlapText(r),
	}
	if h := &r.Headroom; h.Expected > 0 {
		lines = append(lines, fmt.Sprintf("headroom        %s FPS (%s–%s) with a faster camera, then limited by %s",
			rough(h.Expected), rough(h.Low), rough(h.High), waitText(r.After)))
	}
	if busy := busyText(r); busy != "" {
		lines = append(lines, "busy            "+busy)
	}
	if r.Energy != nil {
		e := r.Energy
		lines = append(lines, fmt.Sprintf("energy          %s a frame, 90 %% between %s and %s; %s on average",
			joules(e.Joules.Expected), joules(e.Joules.Low), joules(e.Joules.High), units.Short(e.Watts, units.Watts)),
			fmt.Sprintf("power           of the %s%s, %s: %s", e.Covers, hostText(e), powerMarks[e.Basis], e.Source.Title))
	} else {
		lines = append(lines, "energy          not known: the profile of "+f.Device.ID+
			" gives neither power nor tdp; one of your own that extends it may")
	}
	if f.Money.Cost != nil {
		lines = append(lines, "cost            "+costText(&f.Money)+" a million frames: "+f.Money.Cost.Assumes)
	}
	if g := f.Money.CO2; g != nil {
		lines = append(lines, fmt.Sprintf("CO2             %s a million frames: %s", co2Cell(&f.Money),
			co2Text(*f.Money.Grid)))
	}
	if h := r.Setup.Host; h != nil {
		line := "host            " + h.Name + ", in " + r.File.Code
		if r.Setup.Assumed {
			line += "; assumed: a pipeline may name its own host"
		}
		lines = append(lines, line)
	}
	if fps > 0 {
		lines = append(lines, fmt.Sprintf("holds %g FPS    %s", fps, r.Holds(fps)))
	}
	return lines
}

// camerasText returns how many cameras there are, nothing for one.
func camerasText(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(", %d of them", n)
}

// overlapText returns whether stages of several frames overlap.
func overlapText(r *pipeline.Result) string {
	if r.File.Overlap {
		return ", stages of several frames overlap"
	}
	return ", one frame after the other"
}

// hostText returns what an energy covers beside the device.
func hostText(e *pipeline.Energy) string {
	if e.Host {
		return " and its host"
	}
	return ""
}

// busyText returns the share of the time that each resource works.
func busyText(r *pipeline.Result) string {
	var parts []string
	for on := pipeline.Codec; on < pipeline.NumResources; on++ {
		if b := r.Busy[on].Expected; b > 0 {
			parts = append(parts, fmt.Sprintf("%s %.0f %%", on, 100*b*r.FPS.Expected))
		}
	}
	return strings.Join(parts, ", ")
}

// deviceFrames compares a pipeline on several devices.
func deviceFrames(all []Frames, fps float64, by Order) Table {
	priced := slices.ContainsFunc(all, func(f Frames) bool { return f.Money.Cost != nil })
	t := Table{Title: "Pipeline by device", Columns: slices.Concat(texts("device", "model", "runs as"), numbers("FPS"),
		texts("limited by"), quantities(units.Seconds, "frame takes"), quantities(units.Joules, "energy a frame"))}
	if by == ByEnergy {
		t.Key = "energy a frame"
	}
	if fps > 0 {
		t.Title += fmt.Sprintf(", %g FPS to hold", fps)
		t.Columns = append(t.Columns, Column{Name: "holds"})
	}
	if priced {
		t.Columns = append(t.Columns, Column{Name: "a million frames"})
	}
	grid := gridOf(all)
	if grid > 0 {
		t.Columns = append(t.Columns, Column{Name: co2Column})
		t.Lead = append(t.Lead, co2Text(grid))
	}
	t.Columns = append(t.Columns, Column{Name: "because"})
	for i := range all {
		f := &all[i]
		if f.Err != nil {
			row := make([]any, len(t.Columns))
			row[0], row[1], row[len(row)-1] = f.Device.ID, modelOf(f), reasonOf(f.Err)
			t.Rows = append(t.Rows, row)
			continue
		}
		row := []any{f.Device.ID, modelOf(f), runsAs(f.Result),
			fmt.Sprintf("%s [%s–%s]", rough(f.FPS.Expected), rough(f.FPS.Low), rough(f.FPS.High)), f.Limit.String(),
			span(&f.Latency), nil}
		if e := f.Energy; e != nil {
			row[6] = span(&e.Joules)
		}
		if fps > 0 {
			row = append(row, f.Holds(fps))
		}
		t.Rows = append(t.Rows, append(row, moneyCells(f, priced, grid > 0)...))
	}
	return t
}

// moneyCells returns the cells behind those of time and energy: cost and CO2 where the table has them, and what energy
// and cost rest on.
func moneyCells(f *Frames, priced, grid bool) (row []any) {
	because := "no power is known"
	if e := f.Energy; e != nil {
		because = fmt.Sprintf("power of the %s%s, %s: %s", e.Covers, hostText(e), powerMarks[e.Basis], e.Source.Title)
	}
	switch {
	case priced && f.Money.Cost == nil:
		row, because = append(row, nil), "no price is known; "+because
	case priced:
		row, because = append(row, costText(&f.Money)), f.Money.Cost.Assumes+"; "+because
	}
	if grid {
		row = append(row, co2Cell(&f.Money))
	}
	return append(row, because)
}

// gridOf returns the intensity of the grid that figures of CO2 are of, 0 where there are none.
func gridOf(all []Frames) float64 {
	for i := range all {
		if g := all[i].Money.Grid; g != nil {
			return *g
		}
	}
	return 0
}

// runsAs returns the precision of the models of a pipeline, each once.
func runsAs(r *pipeline.Result) string {
	var out []string
	for i := range r.Steps {
		for _, e := range r.Steps[i].Estimates {
			if p := e.Precision.Short(); !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return strings.Join(out, ", ")
}

// reasonOf returns why a pipeline cannot run, in one line: the place in the file is the same for all devices.
func reasonOf(err error) string {
	var all strictyaml.Errors
	if !errors.As(err, &all) {
		return err.Error()
	}
	var out []string
	for _, e := range all {
		if !slices.Contains(out, e.Msg) {
			out = append(out, e.Msg)
		}
	}
	return strings.Join(out, "; ")
}

// modelOf returns the model in the place of the file's, else nothing.
func modelOf(f *Frames) any {
	if f.Model == "" {
		return nil
	}
	return f.Model
}

// times returns a range times scale, as 1e3 for milliseconds.
func times(r *energy.Range, scale float64) schema.Times {
	return schema.Times{Expected: scale * r.Expected, Low: scale * r.Low, High: scale * r.High}
}

// pipelineJSON returns a pipeline on a device as the schema has it; fps is the target, 0 where none
// was asked for.
func pipelineJSON(f *Frames, fps float64) *schema.Pipeline {
	out := &schema.Pipeline{Device: deviceRef(f.Device), Stages: []schema.Stage{}, Money: f.Money}
	if f.Model != "" {
		out.Model = &f.Model
	}
	if fps > 0 {
		out.Target = &fps
	}
	if f.Err != nil {
		text := f.Err.Error()
		out.Error = &text
		return out
	}
	r := f.Result
	c := &r.File.Camera
	out.File, out.Name, out.Cameras, out.Overlap = r.File.Path, titleOf(r), r.File.Cameras, r.File.Overlap
	out.Camera = schema.FrameSource{Width: c.Width, Height: c.Height, FPS: c.FPS}
	if r.Setup.Host != nil {
		out.Host, out.Assumed = &r.Setup.Host.ID, r.Setup.Assumed
	}
	out.Latency, out.FPS, out.Limit = times(&r.Latency, 1e3), times(&r.FPS, 1), r.Limit.String()
	if r.Slowest != nil {
		out.Slowest = r.Slowest.Name()
	}
	if r.After != nil {
		headroom, after := times(&r.Headroom, 1), r.After.Name()
		out.Headroom, out.After = &headroom, &after
	}
	if p := runsAs(r); p != "" {
		out.Precision = &p
	}
	busy := func(on pipeline.Resource) float64 { return 1e3 * r.Busy[on].Expected }
	out.Busy = schema.Busy{Codec: busy(pipeline.Codec), Host: busy(pipeline.Host), Link: busy(pipeline.Link),
		Device: busy(pipeline.Device)}
	for i := range r.Steps {
		s := &r.Steps[i]
		j := schema.Stage{Stage: s.Kind, Name: s.Name(), Line: s.Line(), On: s.On.String(), Time: times(&s.Time, 1e3),
			Load: times(&s.Load, 1e3), Start: 1e3 * s.Start, Every: s.Every, Basis: string(s.Basis), Why: s.Why,
			Models: []string{}}
		for k := range s.Models {
			j.Models = append(j.Models, s.Models[k].Text)
		}
		out.Stages = append(out.Stages, j)
	}
	if e := r.Energy; e != nil {
		out.Energy = &schema.Energy{Expected: e.Joules.Expected, Low: e.Joules.Low, High: e.Joules.High}
		out.Watts, out.HostPower = &e.Watts, &e.Host
		out.Power = &schema.PowerBasis{Basis: e.Basis.String(), Covers: e.Covers, Source: e.Source.String()}
	}
	if fps > 0 {
		holds := r.Holds(fps)
		out.Holds = &holds
	}
	return out
}
