package roofline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
)

// kneeShare gives the share of the best throughput at which a bigger batch stops paying.
const kneeShare = 0.9

// An AxisKind is what a sweep varies.
type AxisKind uint8

// The kinds of axis.
const (
	BatchAxis AxisKind = iota // samples of an inference
	DimAxis                   // a named dimension
	SizeAxis                  // height and width of image inputs
)

// An Axis is what a sweep varies.
type Axis struct {
	Kind AxisKind // batch, size or dimension
	Name string   // of the dimension, for DimAxis
}

// String returns batch, size or the dimension's name.
func (a Axis) String() string {
	switch a.Kind {
	case BatchAxis:
		return "batch"
	case SizeAxis:
		return "size"
	}
	return a.Name
}

// A Step is a value of an axis.
type Step struct {
	Value int64 // of images that are not square the side of a square as large, rounded
	Size  Size  // of images; zero on other axes
}

// SizeStep returns the step of an image size.
func SizeStep(s Size) Step { return Step{int64(math.Round(s.Side())), s} }

// String returns the value, of images that are not square height and width.
func (s Step) String() string {
	if s.Size != (Size{}) {
		return s.Size.String()
	}
	return strconv.FormatInt(s.Value, 10)
}

// A SweepPoint is one step of a sweep on one device.
type SweepPoint struct {
	Cell
	Step
	Device *hwprofiles.Device // in its power mode
	Knee   bool               // the smallest batch that fits and reaches 90 % of the best throughput that fits
}

// Sweep estimates a model at every value of an axis on every device, the
// devices in order and the values in order within each. Steps that fail have Err; if all do, so does Sweep.
func Sweep(ctx context.Context, plan *infer.Plan, base infer.Bindings, devices []*hwprofiles.Device, axis Axis,
	values []int64, opt Options) ([]SweepPoint, error) {
	if plan == nil {
		return nil, errors.New("found no plan of a model, expected one such as infer.Prepare returns")
	}
	if err := plan.KnowsAll(&base); err != nil {
		return nil, err
	}
	jobs, steps := make([]Job, len(values)), make([]Step, len(values))
	for i, v := range values {
		b, err := bind(plan, base, axis, v)
		if err != nil {
			return nil, err
		}
		jobs[i], steps[i] = Job{plan, b}, Step{Value: v}
	}
	return SweepJobs(ctx, jobs, devices, axis, steps, opt)
}

// SweepJobs does as Sweep, where each step has a job of its own, for models that are built anew for each.
func SweepJobs(ctx context.Context, jobs []Job, devices []*hwprofiles.Device, axis Axis, steps []Step,
	opt Options) ([]SweepPoint, error) {
	cells, err := Grid(ctx, jobs, devices, opt)
	if err != nil {
		return nil, err
	}
	points := make([]SweepPoint, 0, len(steps)*len(devices))
	var failed error
	failures := 0
	for d := range devices {
		from := len(points)
		for i, step := range steps {
			p := SweepPoint{Cell: cells[i][d], Device: devices[d], Step: step}
			if p.Err != nil {
				failures++
				if failed == nil {
					failed = fmt.Errorf("%s %s on %s: %w", axis, step, p.Device.ID, p.Err)
				}
			}
			points = append(points, p)
		}
		if axis.Kind == BatchAxis {
			markKnee(points[from:])
		}
	}
	if failures == len(points) {
		return nil, failed
	}
	return points, nil
}

// bind returns base with the axis at a value.
func bind(plan *infer.Plan, base infer.Bindings, axis Axis, v int64) (infer.Bindings, error) {
	if v <= 0 {
		return base, fmt.Errorf("%s %d: expected a positive number", axis, v)
	}
	switch axis.Kind {
	case BatchAxis:
		base.Batch = v
	case DimAxis:
		if err := plan.Knows(axis.Name); err != nil {
			return base, err
		}
		dims := map[string]int64{axis.Name: v}
		for name, d := range base.Dims {
			if name != axis.Name {
				dims[name] = d
			}
		}
		base.Dims = dims
	case SizeAxis:
		return SizeBindings(plan, base, v, v)
	}
	return base, nil
}

// markKnee marks the least value that reaches kneeShare of the best throughput in memory.
func markKnee(points []SweepPoint) {
	best := 0.0
	for i := range points {
		if points[i].Room != RoomNone {
			best = max(best, points[i].Throughput())
		}
	}
	knee := -1
	for i := range points {
		p := &points[i]
		if p.Room != RoomNone && best > 0 && p.Throughput() >= kneeShare*best && (knee < 0 || p.Value < points[knee].Value) {
			knee = i
		}
	}
	if knee >= 0 {
		points[knee].Knee = true
	}
}

// SizeBindings returns base with the height and width of every image input set. An
// image input has rank 4 and one to four channels, second (NCHW) or last (NHWC).
func SizeBindings(plan *infer.Plan, base infer.Bindings, height, width int64) (infer.Bindings, error) {
	shapes := make(map[string]graph.Shape, len(base.Shapes)+1)
	for name, s := range base.Shapes {
		shapes[name] = s
	}
	found := false
	for _, id := range plan.Model.Main.Inputs {
		t := &plan.Model.Tensors[id]
		if t.Decl == nil || len(t.Decl.Dims) != 4 {
			continue
		}
		d := t.Decl.Dims
		batch := base.Batch
		if batch <= 0 {
			batch = max(1, fixed(d[0]))
		}
		switch {
		case channels(d[1]):
			shapes[t.Name] = graph.Shape{batch, d[1].Value, height, width}
		case channels(d[3]):
			shapes[t.Name] = graph.Shape{batch, height, width, d[3].Value}
		default:
			continue
		}
		found = true
	}
	if !found {
		return base, fmt.Errorf("%s has no image input: a size needs an input of rank 4 with 1 to 4 channels, such as "+
			"1x3x640x640", plan.Model.Name)
	}
	base.Shapes = shapes
	return base, nil
}

// channels reports whether a dimension can be the channels of a picture: 1 to 4.
func channels(d graph.Dim) bool { return d.Symbol == "" && d.Value >= 1 && d.Value <= 4 }

// fixed returns the value of a declared dimension, 0 if it is free.
func fixed(d graph.Dim) int64 {
	if d.Symbol != "" {
		return 0
	}
	return d.Value
}
