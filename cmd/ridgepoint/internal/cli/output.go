package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// A form is a way to write a command's answer: a report's format, or a kind of file that the command makes.
type form struct {
	name     string
	suffixes []string // of files that have it
	made     bool     // the command makes it: no report, but a picture, a model or a profile
	binary   bool     // not for a terminal
}

// The forms that commands make.
var (
	pictureForms = []form{{"png", []string{".png"}, true, true}, {"svg", []string{".svg"}, true, false}, {"pdf",
		[]string{".pdf"}, true, true}}
	modelForms   = []form{{"onnx", []string{".onnx"}, true, true}, {"onnx.gz", []string{".onnx.gz", ".gz"}, true, true}}
	profileForms = []form{{"yaml", []string{".yaml", ".yml"}, true, false}}
)

// reports returns the forms of every command.
func reports() []form {
	var out []form
	for _, f := range report.Formats() {
		out = append(out, form{name: f.Name, suffixes: f.Suffixes})
	}
	return out
}

// An output says where a command's answer goes and in which form, by -o and --format.
type output struct {
	forms   []form
	usual   string // form on standard output where no flag says; "" where a flag must
	also    bool   // the report goes to standard output where a made form goes to a file
	file    string // -o
	format  string // --format
	to      string // --to, the name of a made form, of commands that have the flag
	targets []target
}

// A target is one thing to write.
type target struct {
	file string // "" for standard output
	form form
}

// addReport adds the flags of a command that answers with a report.
func (o *output) addReport(a *app, cmd *cobra.Command) { o.add(a, cmd, report.Formats()[0].Name, nil) }

// add adds the flags of a command that makes files of its own forms too, which replace reports of the same name. They
// are checked before the command runs.
func (o *output) add(a *app, cmd *cobra.Command, usual string, made []form) {
	others := slices.DeleteFunc(reports(), func(r form) bool {
		return slices.ContainsFunc(made, func(m form) bool { return m.name == r.name })
	})
	o.forms, o.usual = slices.Concat(made, others), usual
	cmd.Flags().StringVarP(&o.file, "output", "o", "", "write to `FILE`, in the format of its suffix: "+o.suffixes())
	doc := "print to standard output as `FORMAT`, or with -o write so: " + o.names("|")
	if usual != "" {
		doc += fmt.Sprintf(" (default %q)", usual)
	}
	cmd.Flags().StringVar(&o.format, "format", "", doc)
	cmd.PreRunE = func(*cobra.Command, []string) error { return o.resolve(a) }
}

// names returns the names of the forms that the command writes.
func (o *output) names(sep string) string {
	var names []string
	for _, f := range o.forms {
		names = append(names, f.name)
	}
	return strings.Join(names, sep)
}

// suffixes returns the first suffix of each form.
func (o *output) suffixes() string {
	var all []string
	for _, f := range o.forms {
		all = append(all, f.suffixes[0])
	}
	return strings.Join(all, ", ")
}

// named returns the form of a name, nil if there is none.
func (o *output) named(name string) *form {
	i := slices.IndexFunc(o.forms, func(f form) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &o.forms[i]
}

// ofFile returns the form whose suffix a file has, the longest first, or whose name the file has; nil if there is none.
func (o *output) ofFile(path string) *form {
	base := strings.ToLower(filepath.Base(path))
	longest, out := "", o.named(base)
	for i := range o.forms {
		for _, s := range o.forms[i].suffixes {
			if strings.HasSuffix(base, s) && len(s) > len(longest) {
				longest, out = s, &o.forms[i]
			}
		}
	}
	return out
}

// resolve turns the flags into targets. Its errors are usage errors.
func (o *output) resolve(a *app) error {
	asked := o.named(o.format)
	if asked == nil && o.format != "" {
		return usagef("there is no output format %q; expected %s", o.format, o.names(", "))
	}
	if o.to != "" {
		return o.toMade(a, asked)
	}
	bare := o.named(o.file)
	switch {
	case o.file == "" || o.file == "-":
		if asked == nil {
			asked = o.named(o.usual)
		}
		if asked == nil {
			return usagef("say with -o FILE where to write: %s", o.suffixes())
		}
		o.targets = []target{{"", *asked}}
	case bare != nil && asked != nil && bare != asked:
		return usagef("-o %s and --format %s name two formats; give -o FILE, or one of them", o.file, o.format)
	case bare != nil:
		a.say("ridgepoint: hint: -o %[1]s prints to standard output, as --format %[1]s does; -o FILE writes a file", o.file)
		o.targets = []target{{"", *bare}}
	default:
		return o.toFile(asked)
	}
	if a.Screen && o.targets[0].form.binary {
		return usagef("%s is not for a terminal: write it to a file with -o FILE%s, or pipe it",
			o.targets[0].form.name, o.targets[0].form.suffixes[0])
	}
	return nil
}

// toMade makes the targets of --to: the made form, and beside its file the report that --format asks for.
func (o *output) toMade(a *app, asked *form) error {
	made := o.named(o.to)
	if made == nil || !made.made {
		_, err := ridgepoint.FindExportFormat(o.to)
		return usage(err)
	}
	file := o.file
	if file == "-" {
		file = ""
	}
	o.targets = []target{{file, *made}}
	switch {
	case file == "" && asked != nil && asked.name != made.name:
		return usagef("--to %s and --format %s both go to standard output; write one to a file with -o FILE%s", o.to,
			o.format, made.suffixes[0])
	case file == "" && a.Screen && made.binary:
		return usagef("%s is not for a terminal: write it to a file with -o FILE%s, or pipe it", made.name,
			made.suffixes[0])
	case asked != nil && asked.name != made.name:
		o.targets = append(o.targets, target{"", *asked})
	}
	return nil
}

// toFile makes the targets of -o FILE. The format asked for is the file's, or beside a made file the report's.
func (o *output) toFile(asked *form) error {
	own := o.ofFile(o.file)
	switch {
	case own != nil && slices.Contains(own.suffixes, filepath.Base(o.file)):
		return usagef("-o %s: found a suffix alone, expected the name of a file", o.file)
	case asked == nil && own == nil:
		return usagef("-o %s: the suffix %q names no format; expected one of %s, or the format with --format", o.file,
			filepath.Ext(o.file), o.suffixes())
	case asked == nil:
		o.targets = []target{{o.file, *own}}
	case own != nil && own.made && !asked.made:
		o.targets = []target{{"", *asked}, {o.file, *own}}
	default:
		o.targets = []target{{o.file, *asked}}
	}
	if o.also && len(o.targets) == 1 && o.targets[0].form.made {
		o.targets = slices.Insert(o.targets, 0, target{"", *o.named(report.Formats()[0].Name)})
	}
	return nil
}

// fileOf returns the file that a form goes to, "" if none does.
func (o *output) fileOf(form string) string {
	for _, t := range o.targets {
		if t.form.name == form {
			return t.file
		}
	}
	return ""
}

// files returns the files that are written.
func (o *output) files() (out []string) {
	for _, t := range o.targets {
		out = append(out, t.file)
	}
	return out
}

// writers maps the name of a form to the function that writes the answer in it.
type writers map[string]func(io.Writer) error

// reporting returns what writes a report.
func (a *app) reporting(doc *report.Document) writers {
	doc.Hints, doc.Layout = hints, a.layout()
	w := writers{}
	for _, f := range report.Formats() {
		w[f.Name] = func(out io.Writer) error {
			to := *doc
			to.Layout.Color = to.Layout.Color && out == a.Out // files have no colours
			if len(a.paths) == 0 || !sent[f.Name] {
				return f.Write(out, &to)
			}
			var b bytes.Buffer
			if err := f.Write(&b, &to); err != nil {
				return err
			}
			_, err := out.Write(a.withoutFolders(b.Bytes()))
			return err
		}
	}
	return w
}

// sent lists formats that people send to others: they name files without the folders of who made them. What programs
// read has paths as they were given.
var sent = map[string]bool{"html": true, "md": true}

// pathsOf returns the whole paths on a command line, the longest first. What lies in the root tells of nobody, and its
// name may well begin that of a layer, such as /model/conv.
func pathsOf(args []string) (out []string) {
	for _, arg := range args {
		for _, part := range strings.FieldsFunc(arg, func(c rune) bool { return c == '=' || c == ',' }) {
			if path := filepath.Clean(part); filepath.IsAbs(path) && len(filepath.Dir(path)) > len(filepath.VolumeName(path))+1 {
				out = append(out, path)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// withoutFolders returns a report in which the paths of the command line are names without folders.
func (a *app) withoutFolders(text []byte) []byte {
	for _, path := range a.paths {
		name := filepath.Base(path)
		for _, as := range []func(string) string{func(s string) string { return s }, html.EscapeString} {
			text = bytes.ReplaceAll(text, []byte(as(path)), []byte(as(name)))
		}
	}
	return text
}

// text returns what writes a text that is ready.
func text(b []byte) func(io.Writer) error {
	return func(w io.Writer) error { _, err := w.Write(b); return err }
}

// write writes a report as the flags ask.
func (a *app) write(o *output, doc *report.Document) error {
	return a.deliver(o, a.reporting(doc))
}

// deliver writes an answer as the flags ask: to standard output first, which no failing file may cost.
func (a *app) deliver(o *output, w writers) error {
	slices.SortStableFunc(o.targets, func(x, y target) int { return cmp.Compare(x.file, y.file) })
	for _, t := range o.targets {
		if t.file == "" {
			if err := w[t.form.name](a.Out); err != nil {
				return err
			}
			continue
		}
		if err := a.save(t.file, w[t.form.name]); err != nil {
			return err
		}
	}
	return nil
}

// save writes a file and says so on standard error: the answer itself goes to standard output.
func (a *app) save(path string, write func(io.Writer) error) error {
	if err := a.spares(path); err != nil {
		return err
	}
	if err := ridgepoint.WriteFile(path, write); err != nil {
		return err
	}
	a.say("wrote %s", path)
	return nil
}
