package report

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

// A deviceColumn is one column of the list of devices.
type deviceColumn struct {
	Column
	wide bool // shown only where the list is asked to be wide
	of   func(*hwprofiles.Device, []runtimes.Slice) any
}

var deviceColumns = []deviceColumn{
	{Column{Name: "device"}, false, func(d *hwprofiles.Device, _ []runtimes.Slice) any { return d.ID }},
	{Column{Name: "name"}, false, func(d *hwprofiles.Device, _ []runtimes.Slice) any { return d.Name }},
	{Column{Name: "class"}, false, func(d *hwprofiles.Device, _ []runtimes.Slice) any { return string(d.Class) }},
	{Column{Name: "vendor"}, true, func(d *hwprofiles.Device, _ []runtimes.Slice) any { return d.Vendor }},
	{Column{Name: "year", Kind: Count}, false, func(d *hwprofiles.Device, _ []runtimes.Slice) any { return d.Year }},
	{Column{Name: "fp32", Kind: Quantity, Dim: units.FLOPRate}, false, ownPeak(dtype.Float32)},
	{Column{Name: "fp16", Kind: Quantity, Dim: units.FLOPRate}, false, ownPeak(dtype.Float16)},
	{Column{Name: "int8", Kind: Quantity, Dim: units.OpRate}, false, ownPeak(dtype.Int8)},
	{Column{Name: "bandwidth", Kind: Quantity, Dim: units.ByteRate}, false,
		func(d *hwprofiles.Device, _ []runtimes.Slice) any { return d.DRAM().Bandwidth.Value }},
	{Column{Name: "memory", Kind: Quantity, Dim: units.Capacity}, false, func(d *hwprofiles.Device, _ []runtimes.Slice) any {
		return orNothing(&d.DRAM().Capacity)
	}},
	{Column{Name: "usable", Kind: Quantity, Dim: units.Capacity}, true, func(d *hwprofiles.Device, _ []runtimes.Slice) any {
		u := d.UsableMemory()
		return orNothing(&u)
	}},
	{Column{Name: "TDP", Kind: Quantity, Dim: units.Watts}, false,
		func(d *hwprofiles.Device, _ []runtimes.Slice) any { return orNothing(d.TDP) }},
	{Column{Name: "peaks known as"}, true,
		func(d *hwprofiles.Device, _ []runtimes.Slice) any { return peaksKnownAs(d) }},
	{Column{Name: "bandwidth known as"}, true, func(d *hwprofiles.Device, _ []runtimes.Slice) any {
		return d.DRAM().Bandwidth.Source.Kind.String()
	}},
	{Column{Name: "TDP known as"}, true, func(d *hwprofiles.Device, _ []runtimes.Slice) any {
		if d.TDP == nil {
			return nil
		}
		return d.TDP.Source.Kind.String()
	}},
	{Column{Name: "calibrated"}, true, calibratedOn},
}

// deviceTable lists devices, one a line; cs is nil for the narrow list.
func deviceTable(list []*hwprofiles.Device, cs []runtimes.Slice) Table {
	columns := slices.DeleteFunc(slices.Clone(deviceColumns), func(c deviceColumn) bool { return c.wide && cs == nil })
	var t Table
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	for _, d := range list {
		row := make([]any, len(columns))
		for i, c := range columns {
			row[i] = c.of(d, cs)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ownPeak returns the rate of matrix work in an element type, nothing where the device runs it as another.
func ownPeak(t dtype.Type) func(*hwprofiles.Device, []runtimes.Slice) any {
	return func(d *hwprofiles.Device, _ []runtimes.Slice) any {
		if p, ok := d.Peak(cost.Matrix, t); ok && p.Type == t {
			return p.Rate.Value
		}
		return nil
	}
}

// orNothing returns the value of a figure, or nil where it is not known: an empty cell.
func orNothing(q *hwprofiles.Quantity) any {
	if q == nil || q.Value == 0 {
		return nil
	}
	return q.Value
}

// peaksKnownAs returns the weakest kind of source among the peaks of the matrix unit, of the vector unit where there
// is none.
func peaksKnownAs(d *hwprofiles.Device) any {
	for _, e := range []cost.Engine{cost.Matrix, cost.Vector} {
		weakest, found := provenance.Measured, false
		for i := range d.Peaks {
			if p := &d.Peaks[i]; p.Engine == e {
				weakest, found = max(weakest, p.Rate.Source.Kind), true
			}
		}
		if found {
			return weakest.String()
		}
	}
	return nil
}

// calibratedOn lists what was measured on the device: runtime, precision and threads.
func calibratedOn(d *hwprofiles.Device, measured []runtimes.Slice) any {
	var slicesOf []string
	for _, s := range measured {
		if s.Device == d.Silicon {
			slicesOf = append(slicesOf, strings.TrimPrefix(s.String(), d.Silicon+"/"))
		}
	}
	slices.Sort(slicesOf)
	return strings.Join(slices.Compact(slicesOf), ", ")
}
