// Jointboard fits the joint model to the published measurements beside the checkout and prints how far it is off:
// on devices, on families of networks and on sources that a fit had not seen, with a few measurements of a device's
// own, and by laws over the catalogue. It writes nothing; internal/scoreboard ships the fit.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/judge"
)

// A question is one way to judge the model.
type question struct {
	name   string
	answer func(w io.Writer, samples []*joint.Sample, m *joint.Model) error
}

var questions = []question{
	{"device", leftOut(judge.Device)},
	{"family", leftOut(judge.Family)},
	{"source", leftOut(judge.Source)},
	{"own", own},
	{"laws", laws},
}

func main() {
	var names []string
	for _, q := range questions {
		names = append(names, q.name)
	}
	by := flag.String("by", strings.Join(names, ","), "what to judge by, separated by commas")
	flag.Parse()
	if err := run(os.Stdout, "../shared", strings.Split(*by, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "jointboard: error:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, shared string, by []string) error {
	for _, name := range by {
		if !slices.ContainsFunc(questions, func(q question) bool { return q.name == name }) {
			return fmt.Errorf("-by: found %q, expected some of %s", name, flag.Lookup("by").DefValue)
		}
	}
	samples, err := load(w, shared)
	if err != nil {
		return err
	}
	m, err := joint.Fit(samples, joint.Options{Rounds: rounds})
	if err != nil {
		return err
	}
	for _, q := range questions {
		if slices.Contains(by, q.name) {
			if err := q.answer(w, samples, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// rounds is how often the variances are estimated anew.
const rounds = 6

// load reads the samples of all tables and prints what each table gave.
func load(w io.Writer, shared string) ([]*joint.Sample, error) {
	rs, err := runtimes.Load()
	if err != nil {
		return nil, err
	}
	m := corpus.NewMatcher(shared, filepath.Join("data", "measured"), rs)
	cases, tables, err := corpus.Read(m, corpus.Files(shared, corpus.Tables...)...)
	if err != nil {
		return nil, err
	}
	corpus.Print(w, tables)
	samples := corpus.Samples(corpus.Medians(corpus.Fit(cases)))
	fmt.Fprintf(w, "%d samples\n", len(samples))
	return samples, nil
}

// leftOut returns the question how far forecasts are off on what a fold leaves out.
func leftOut(fold judge.Fold) func(io.Writer, []*joint.Sample, *joint.Model) error {
	return func(w io.Writer, samples []*joint.Sample, m *joint.Model) error {
		held, err := judge.LeaveOut(samples, m, fold)
		if err != nil {
			return err
		}
		figures(w, fmt.Sprintf("%s left out", fold.Name), held)
		return nil
	}
}

// counts are the numbers of own measurements that a slice is judged with.
var counts = []int{0, 1, 3, 10}

func own(w io.Writer, samples []*joint.Sample, m *joint.Model) error {
	_, by, err := judge.Own(samples, m, counts)
	if err != nil {
		return err
	}
	for _, k := range counts {
		figures(w, fmt.Sprintf("device left out, but for %d measurements of the slice", k), by[k])
	}
	return nil
}

func laws(w io.Writer, _ []*joint.Sample, m *joint.Model) error {
	g, err := judge.NewGrid(m, 1)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\nlaws over the catalogue")
	for _, v := range g.Verdicts() {
		fmt.Fprintln(w, v)
	}
	return nil
}

// figures prints how far forecasts are off, by part.
func figures(w io.Writer, title string, held []judge.Held) {
	fmt.Fprintf(w, "\n%s\n%-18s %5s %7s %7s %10s %9s\n", title, "part", "n", "median", "mean", "within 20", "coverage")
	for _, f := range judge.Judge(held) {
		fmt.Fprintf(w, "%-18s %5d %5.1f %% %5.1f %% %8.0f %% %7.0f %%\n",
			f.Part, f.N, 100*f.Errors.Median, 100*f.Errors.Mean, 100*f.Errors.Within20, 100*f.Coverage)
	}
}
