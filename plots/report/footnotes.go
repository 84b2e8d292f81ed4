package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/note"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// A Footnote is a note in a document.
type Footnote struct {
	note.Note
	About []string // names of the models, devices or tools that it is about; none for all of the document
}

// A Hint says what to do about a note in the words of a surface, such as the flags of a command line.
type Hint struct {
	Code note.Code
	Text string // {name} is the note's argument of that name
}

// footnotes returns notes as footnotes, each once.
func footnotes(notes ...note.Note) []Footnote { return shared([]string{""}, [][]note.Note{notes}) }

// shared returns the notes on several models, devices or tools, each once, with the names of those that it is about.
func shared(names []string, lists [][]note.Note) []Footnote {
	var out []Footnote
	at := map[string]int{}
	for i, list := range lists {
		for _, n := range list {
			key := string(n.Code) + " " + n.Text()
			k, ok := at[key]
			if !ok {
				k = len(out)
				at[key], out = k, append(out, Footnote{Note: n})
			}
			if f := &out[k]; !slices.Contains(f.About, names[i]) {
				f.About = append(f.About, names[i])
			}
		}
	}
	all := distinct(names)
	for i := range out {
		if len(out[i].About) == len(all) {
			out[i].About = nil
		}
	}
	return out
}

// distinct returns names in the order of their first mention.
func distinct(names []string) []string {
	var out []string
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// estimateNotes returns the notes on every model of es on every device: with the models that a note is about where it
// holds on all devices, with the devices where it holds for all models.
func estimateNotes(es []*roofline.Estimate) []Footnote {
	pair := func(model, device string) string { return model + " on " + device }
	var models, devices, names []string
	var lists [][]note.Note
	for _, e := range es {
		models, devices = append(models, e.Model), append(devices, e.Device.ID)
		names, lists = append(names, pair(e.Model, e.Device.ID)), append(lists, e.Notes)
	}
	models, devices = distinct(models), distinct(devices)
	out := shared(names, lists)
	for i := range out {
		about := out[i].About
		on := func(model, device string) bool { return slices.Contains(about, pair(model, device)) }
		everywhere := slices.DeleteFunc(slices.Clone(models), func(m string) bool {
			return slices.ContainsFunc(devices, func(d string) bool { return !on(m, d) })
		})
		always := slices.DeleteFunc(slices.Clone(devices), func(d string) bool {
			return slices.ContainsFunc(models, func(m string) bool { return !on(m, d) })
		})
		switch len(about) {
		case len(everywhere) * len(devices):
			out[i].About = everywhere
		case len(always) * len(models):
			out[i].About = always
		}
	}
	return out
}

// profileTexts returns the notes that a profile of a device or runtime has.
func profileTexts(lines []string) []Footnote {
	var notes []note.Note
	for _, text := range lines {
		notes = append(notes, note.New(note.ProfileText, text))
	}
	return footnotes(notes...)
}

// mostNames says how many names stand before a footnote.
const mostNames = 8

// Text returns the note, after the names that it is about.
func (f *Footnote) Text() string {
	names := strings.Join(f.About[:min(len(f.About), mostNames)], ", ")
	switch more := len(f.About) - mostNames; {
	case names == "":
		return f.Note.Text()
	case more > 0:
		names += fmt.Sprintf(" and %d more", more)
	}
	return names + ": " + f.Note.Text()
}

// lines returns the footnotes as they are printed, with hints.
func (d *Document) lines() []string {
	out := make([]string, len(d.Notes))
	for i := range d.Notes {
		f := &d.Notes[i]
		out[i] = f.Text()
		for _, h := range d.Hints {
			if h.Code == f.Code {
				out[i] += "; " + f.Fill(h.Text)
			}
		}
	}
	return lines(out)
}

// remarks returns footnotes as data.
func remarks(notes []Footnote) schema.Remarks {
	out := schema.Remarks{Warnings: []string{}, Notes: []schema.Note{}}
	for i := range notes {
		f := &notes[i]
		out.Warnings = append(out.Warnings, f.Text())
		out.Notes = append(out.Notes, schema.Note{Code: string(f.Code), Level: f.Level().String(), Text: f.Note.Text(),
			Args: f.Values(), About: list(f.About)})
	}
	return out
}

// cellNotes returns the notes on an outcome: on the model, and what its expectation rests on.
func cellNotes(c *roofline.Cell) []note.Note {
	if c.Tuning == nil {
		return c.Notes
	}
	return append(slices.Clip(c.Notes), c.Tuning.Notes()...)
}
