// Scoreboard fits the joint model to the published measurements, writes the model that is shipped, and writes
// docs/accuracy.md: how far it is off on families of networks, on devices and on sources that a fit had not seen.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/internal/joint"
	"github.com/ridgepoint/ridgepoint/internal/judge"
)

// rounds is how often the variances are estimated anew.
const rounds = 6

// own are the tables of our own measurements that the fit reads beside the published ones. The others, which are of
// machines that were shared with other work, judge it.
var own = []string{"host-ort.csv"}

func main() {
	judged := flag.Bool("judge", true, "judge the fit as well, and write docs/accuracy.md")
	flag.Parse()
	if err := run("../shared", ".", *judged); err != nil {
		fmt.Fprintln(os.Stderr, "scoreboard: error:", err)
		os.Exit(1)
	}
}

func run(shared, root string, judged bool) error {
	rs, err := runtimes.Load()
	if err != nil {
		return err
	}
	data := filepath.Join(root, "data", "measured")
	matcher := corpus.NewMatcher(shared, data, rs)
	files := corpus.Files(shared, corpus.Tables...)
	for _, name := range own {
		files = append(files, filepath.Join(data, name))
	}
	cases, tables, err := corpus.Read(matcher, files...)
	if err != nil {
		return err
	}
	samples := corpus.Samples(corpus.Medians(corpus.Fit(cases)))
	model, err := joint.Fit(samples, joint.Options{Rounds: rounds})
	if err != nil {
		return err
	}
	if err := ship(model, filepath.Join(root, "internal", "joint", "shipped")); err != nil {
		return err
	}
	if !judged {
		return nil
	}
	b := board{tables: tables, samples: samples}
	if err := b.judge(model); err != nil {
		return err
	}
	if b.loop, err = selfcheck(filepath.Join(root, "data", "selfcheck"), rs, model); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "accuracy.md"), []byte(b.page()), 0o644)
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
	own                    map[int][]judge.Held // by the number of own measurements
	verdicts               []judge.Verdict
	loop                   string
}

// counts are the numbers of own measurements that a slice is judged with.
var counts = []int{0, 1, 3, 10}

// judge forecasts every sample by models that have not seen its family, its device or its source.
func (b *board) judge(m *joint.Model) (err error) {
	for _, q := range []struct {
		fold judge.Fold
		into *[]judge.Held
	}{{judge.Family, &b.family}, {judge.Source, &b.source}} {
		if *q.into, err = judge.LeaveOut(b.samples, m, q.fold); err != nil {
			return err
		}
	}
	if b.device, b.own, err = judge.Own(b.samples, m, counts); err != nil {
		return err
	}
	g, err := judge.NewGrid(m, 1)
	if err != nil {
		return err
	}
	b.verdicts = g.Verdicts()
	return nil
}
