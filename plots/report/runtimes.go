package report

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// Runtimes lists runtimes with the slices of theirs that were measured.
func Runtimes(all []*runtimes.Runtime, measured []runtimes.Slice) *Document {
	out := &schema.Runtimes{Runtimes: []schema.Runtime{}}
	t := Table{Columns: []Column{{Name: "runtime"}, {Name: "name"}, {Name: "runs on"}, {Name: "rules", Kind: Count},
		{Name: "calibrated slices", Kind: Count}, {Name: "default for"}}}
	rows := Table{Columns: slices.Concat(texts("runtime", "name", "runs on", "default for"),
		counts("rules", "calibrated slices"))}
	for _, r := range all {
		j := schema.Runtime{ID: r.ID, Name: r.Name, Aliases: list(r.Aliases), DefaultFor: classesOf(r.Default),
			Classes: []string{}, RunsOn: places(r.Conditions()), DefaultOn: places(r.Default),
			Rules: list(r.RuleNames("")), Calibrated: []string{}, Origin: r.Origin}
		for _, p := range r.Priors {
			j.Classes = append(j.Classes, string(p.Class))
		}
		for _, s := range measured {
			if s.Runtime == r.ID {
				j.Calibrated = append(j.Calibrated, s.String())
			}
		}
		out.Runtimes = append(out.Runtimes, j)
		on, usual, rules, measured := named(r.Conditions()), named(r.Default), int64(len(r.Rules)), int64(len(j.Calibrated))
		t.Rows = append(t.Rows, []any{r.ID, r.Name, on, rules, measured, usual})
		rows.Rows = append(rows.Rows, []any{r.ID, r.Name, on, usual, rules, measured})
	}
	return document("runtimes", []Table{t}, nil, out).rows(rows)
}

// named lists conditions for people.
func named(conditions []runtimes.Condition) string {
	var all []string
	for i := range conditions {
		all = append(all, conditions[i].String())
	}
	return strings.Join(all, ", ")
}

// places returns conditions for programs.
func places(conditions []runtimes.Condition) []schema.Place {
	out := []schema.Place{}
	for _, c := range conditions {
		out = append(out, schema.Place{Class: string(c.Class), Vendor: c.Vendor, Arch: c.Arch, OS: c.System})
	}
	return out
}

// classesOf returns the classes that conditions name, each once.
func classesOf(conditions []runtimes.Condition) []string {
	out := []string{}
	for _, c := range conditions {
		if name := string(c.Class); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Runtime describes one runtime: its rules of lowering with their sources, and its priors.
func Runtime(r *runtimes.Runtime, measured []runtimes.Slice, does map[string]string) *Document {
	rules := Table{Title: r.Name, Columns: []Column{{Name: "rule"}, {Name: "does"}, {Name: "known from"}}}
	for _, u := range r.Rules {
		what := does[u.Name]
		if len(u.Except) > 0 {
			what += "; not on " + strings.Join(classNames(u.Except), ", ")
		}
		rules.Rows = append(rules.Rows, []any{u.Name, what, u.Source.String()})
	}
	priors := Table{Title: "Priors, assumed before any measurement", Columns: texts("parameter")}
	for _, p := range r.Priors {
		priors.Columns = append(priors.Columns, Column{Name: string(p.Class), Kind: Number})
	}
	priors.Columns = append(priors.Columns, texts("what it is")...)
	for i, s := range params.Specs {
		row := []any{s.Key}
		for _, p := range r.Priors {
			row = append(row, value(params.Param(i), p.Values[i]))
		}
		priors.Rows = append(priors.Rows, append(row, s.Doc))
	}
	one := Runtimes([]*runtimes.Runtime{r}, measured)
	return document("runtimes", []Table{rules, priors}, profileTexts(r.Notes), one.Results...).rows(priorRows(r))
}

// priorRows returns the parameters that have an effect, for CSV.
func priorRows(r *runtimes.Runtime) Table {
	t := Table{Columns: slices.Concat(texts("runtime", "class", "parameter"), numbers("value"), texts("unit"))}
	for _, p := range r.Priors {
		for i, s := range params.Specs {
			if params.Param(i).Valid(p.Values[i]) {
				t.Rows = append(t.Rows, []any{r.ID, p.Class, s.Key, p.Values[i], s.Unit})
			}
		}
	}
	return t
}

// value prints a parameter; a dash where it has no effect.
func value(p params.Param, v float64) string {
	switch {
	case !p.Valid(v):
		return "-"
	case params.Specs[p].Unit == "s":
		return units.Format(v, units.Seconds)
	case params.Specs[p].Unit == "B/s":
		return units.Format(v, units.ByteRate)
	}
	return Column{Kind: Number}.format(v)
}

// classNames returns the names of device classes.
func classNames(classes []hwprofiles.Class) []string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = string(c)
	}
	return names
}
