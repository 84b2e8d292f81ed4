// Scoreboard fits the joint model to the published measurements, writes the model that is shipped, and writes
// docs/accuracy.md: how far it is off on families of networks, on devices and on sources that a fit had not seen. It
// can write the model alone, or print figures alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/judge"
)

// rounds gives the number of times that the variances are estimated.
const rounds = 6

// own lists the tables of our own measurements that the fit reads beside the published ones. The others, which are of
// machines that were shared with other work, judge it.
var own = []string{"host-ort.csv"}

// main fits the joint model and writes it, or prints how far it is off.
func main() {
	only := flag.Bool("ship", false, "write the model alone and judge nothing")
	by := flag.String("by", "", "write nothing and print how far the fit is off by `QUESTIONS`, some of "+named(questions))
	flag.Parse()
	if err := run("../shared", ".", *only, *by); err != nil {
		fmt.Fprintln(os.Stderr, "scoreboard: error:", err)
		os.Exit(1)
	}
}

// run fits to the tables in shared and writes below root.
func run(shared, root string, only bool, by string) error {
	asked, err := asked(by)
	if err != nil {
		return err
	}
	b := board{}
	model, rs, err := b.fit(shared, root)
	if err != nil {
		return err
	}
	if by == "" {
		if err := ship(model, filepath.Join(root, "internal", "joint", "shipped")); err != nil || only {
			return err
		}
	}
	for _, q := range asked {
		since := time.Now()
		if err := q.judge(&b, model); err != nil {
			return fmt.Errorf("judging by %s: %w", q.name, err)
		}
		fmt.Fprintf(os.Stderr, "judged by %s in %s\n", q.name, time.Since(since).Round(time.Second))
	}
	if by != "" {
		_, err := os.Stdout.WriteString(b.figures())
		return err
	}
	if b.loop, err = selfcheck(filepath.Join(root, "data", "selfcheck"), rs, model); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "accuracy.md"), []byte(b.page()), 0o644)
}

// fit reads the tables and fits a model to them.
func (b *board) fit(shared, root string) (*joint.Model, *runtimes.Set, error) {
	rs, err := runtimes.Load()
	if err != nil {
		return nil, nil, err
	}
	data := filepath.Join(root, "data", "measured")
	files := corpus.Files(shared, corpus.Tables...)
	for _, name := range own {
		files = append(files, filepath.Join(data, name))
	}
	cases, tables, err := corpus.Read(corpus.NewMatcher(shared, data, rs), files...)
	if err != nil {
		return nil, nil, err
	}
	model, samples, err := judge.Fit(corpus.Samples(corpus.Medians(corpus.Fit(cases))), rs, rounds)
	if err != nil {
		return nil, nil, err
	}
	b.tables, b.samples = tables, samples
	b.apart = judge.Forecasts(model, corpus.Samples(corpus.Medians(corpus.Apart(cases))))
	return model, rs, nil
}

// ship replaces the shipped model.
func ship(m *joint.Model, dir string) error {
	files, err := m.Encode()
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.joint"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// A board is what the page is made of.
type board struct {
	tables                 []corpus.Table
	samples                []*joint.Sample
	family, device, source []judge.Held
	apart                  []judge.Held         // of tables that no fit uses
	own                    map[int][]judge.Held // by the number of own measurements
	verdicts               []judge.Verdict
	loop                   string
}

// counts lists the numbers of own measurements that a slice is judged with.
var counts = []int{0, 1, 3, 10}

// A question is one way to judge a fit.
type question struct {
	name  string
	judge func(*board, *joint.Model) error
}

var questions = []question{
	{"family", leftOut(judge.Family, func(b *board) *[]judge.Held { return &b.family })},
	{"source", leftOut(judge.Source, func(b *board) *[]judge.Held { return &b.source })},
	{"device", func(b *board, m *joint.Model) (err error) {
		b.device, b.own, err = judge.Own(b.samples, m, counts)
		return err
	}},
	{"laws", func(b *board, m *joint.Model) error {
		g, err := judge.NewGrid(m, 1)
		if err == nil {
			b.verdicts = g.Verdicts()
		}
		return err
	}},
}

// leftOut returns the question how far forecasts are off on what a fold leaves out.
func leftOut(fold judge.Fold, into func(*board) *[]judge.Held) func(*board, *joint.Model) error {
	return func(b *board, m *joint.Model) (err error) {
		*into(b), err = judge.LeaveOut(b.samples, m, fold)
		return err
	}
}

// asked returns the questions of those names, separated by commas; all where there are none.
func asked(names string) ([]question, error) {
	if names == "" {
		return questions, nil
	}
	var out []question
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(questions, func(q question) bool { return q.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-by: found %q, expected some of %s", name, named(questions))
		}
		out = append(out, questions[i])
	}
	return out, nil
}

// named returns the names of questions, for the help.
func named(questions []question) string {
	var names []string
	for _, q := range questions {
		names = append(names, q.name)
	}
	return strings.Join(names, ", ")
}
