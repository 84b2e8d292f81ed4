package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/internal/visible"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// evilCommands lists the commands that read a model whose names are evil. The model is standard input, -.
var evilCommands = []string{
	"inspect -", "shapes -", "flops -", "estimate - -d rpi-5", "estimate - -d rpi-5 --by kernel --explain",
	"sweep - -d rpi-5 --batch 1..2", "whatif - -d rpi-5", "require - -d rpi-5 --latency 1s", "pick - -d rpi-5 --fps 1",
	"explain - -d rpi-5",
}

// TestEvilNames runs commands on models, files and values with evil names, in every format: no control character, no
// change of direction and no broken UTF-8 comes out, no name ends a row, no link and no formula is live.
func TestEvilNames(t *testing.T) {
	sampling.Alone(t)
	rows := map[string]int{} // by command and format: those with a harmless name
	evil := []string{"harmless", strings.Join(hostile.Names(), ""), "=1+1", "-2+3", "\n# heading"}
	for i, name := range evil {
		for _, f := range report.Formats() {
			for _, command := range evilCommands {
				out, stderr, code := run(t, string(hostile.Named(name)), append(strings.Fields(command), "--wide", "--format", f.Name)...)
				at := command + " as " + f.Name
				if code != exitOK || out == "" {
					t.Fatalf("%s of %q: exit code %d: %s", at, name, code, stderr)
				}
				harmless(t, at, name, out)
				harmless(t, at, name, stderr)
				n := countRows(t, f.Name, out)
				if i == 0 {
					rows[at] = n
				} else if n != rows[at] {
					t.Errorf("%s of %q: found %d rows, expected %d", at, name, n, rows[at])
				}
			}
		}
	}
}

// harmless holds an output to characters that have a shape.
func harmless(t *testing.T, at, name, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if shown := visible.Text(line); shown != line {
			t.Errorf("%s of %q: found %.200q, expected %.200q", at, name, line, shown)
		}
	}
	live := map[string][]string{ // by format: what must not be in it as it is
		"md":   {"](javascript:", "](http://x.example", "\n[ref]: ", "<script>", "\n# heading"},
		"html": {"<script>"},
	}
	for _, text := range live[at[strings.LastIndex(at, " ")+1:]] {
		if strings.Contains(strings.ReplaceAll(out, `\]`, ""), text) { // an escaped bracket closes no link
			t.Errorf("%s of %q: found %q live", at, name, text)
		}
	}
}

// TestEvilPictures draws models with evil names. What an SVG shows is harmless, and it has the elements of any name's.
func TestEvilPictures(t *testing.T) {
	sampling.Alone(t)
	const evil = "\nl\u202e\xff<b>&\x1b[31m"
	dir := t.TempDir()
	for _, command := range []string{"plot", "plot --kind breakdown", "sweep --batch 1..2", "require --latency 1s"} {
		elements := 0
		for _, name := range []string{"harmless", evil} {
			model := filepath.Join(dir, name+".onnx")
			if err := os.WriteFile(model, hostile.Named(name), 0o600); err != nil {
				t.Skip("such names of files are not permitted: run where they are: ", err)
			}
			for _, suffix := range []string{"pdf", "svg"} {
				args := append(strings.Fields(command), model, "-d", "rpi-5", "--plot", filepath.Join(dir, "p."+suffix))
				if args[0] == "plot" {
					args[len(args)-2] = "-o"
				}
				if _, stderr, code := run(t, "", args...); code != exitOK {
					t.Fatalf("%s of %q: exit code %d: %s", command, name, code, stderr)
				}
			}
			data, err := os.ReadFile(filepath.Join(dir, "p.svg"))
			if err != nil {
				t.Fatal(err)
			}
			harmless(t, command+" as svg", name, strings.ReplaceAll(string(data), "\n\t", "\n")) // tabs indent
			n, text := parts(t, data)
			if name == evil && (n != elements || !strings.Contains(text, `\nl\u202e\xff<b>&\x1b[31m`)) {
				t.Errorf("%s: found %d elements that say %.80q, expected %d with the escaped name", command, n, text, elements)
			}
			elements = n
		}
	}
}

// parts returns the number of a document's elements and all of its text.
func parts(t *testing.T, data []byte) (elements int, text string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		switch token, err := d.Token(); v := token.(type) {
		case xml.StartElement:
			elements++
		case xml.CharData:
			text += string(v)
		default:
			if err == io.EOF {
				return elements, text
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestEvilProfiles: a profile whose texts would obey or deceive a terminal is not valid, and is shown harmlessly.
func TestEvilProfiles(t *testing.T) {
	sampling.Alone(t)
	dir := t.TempDir()
	base, _, code := run(t, "", "devices", "new", "-o", filepath.Join(dir, "new.yaml"))
	if code != exitOK {
		t.Fatalf("devices new: exit code %d: %s", code, base)
	}
	data, err := os.ReadFile(filepath.Join(dir, "new.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range hostile.Names() {
		text := strconv.QuoteToASCII(name) // a text of YAML too, in which \xff is a letter
		for _, key := range []string{"name", "vendor", "arch"} {
			line := regexp.MustCompile(`(?m)^` + key + `:.*$`)
			if !line.Match(data) {
				t.Fatalf("the new profile has no %s", key)
			}
			file := filepath.Join(dir, "evil.yaml")
			evil := line.ReplaceAllLiteral(data, []byte(key+": "+text))
			if err := os.WriteFile(file, evil, 0o600); err != nil {
				t.Fatal(err)
			}
			out, stderr, code := run(t, "", "devices", "validate", file)
			harmless(t, "devices validate as table", name, out+stderr)
			want := exitNo
			if letters := strings.ToValidUTF8(name, "\u00ff"); visible.Text(letters) == letters {
				want = exitOK
			}
			if code != want || strings.Contains(out, "characters that have a shape") != (want == exitNo) {
				t.Errorf("%s %q: exit code %d, %s", key, name, code, out)
			}
		}
	}
}

// countRows counts lines, or the records of a CSV, in which no cell is a formula. JSON must be JSON; its lines are not
// counted, since a name with slashes has a module.
func countRows(t *testing.T, format, out string) int {
	t.Helper()
	switch format {
	case "json":
		if !json.Valid([]byte(out)) {
			t.Errorf("found %.200q, expected JSON", out)
		}
		return 0
	case "table": // what wraps goes on with a space, and a name that ends a row begins one
		return strings.Count(out, "\n") - strings.Count(out, "\n ")
	case "md", "html":
		return strings.Count(out, "\n")
	}
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		for _, cell := range r {
			if strings.IndexAny(cell, "=+@\t\r") == 0 {
				t.Errorf("found the cell %q, expected no formula", cell)
			}
		}
	}
	return len(records)
}

// TestEvilErrors holds errors that quote what others wrote to one line.
func TestEvilErrors(t *testing.T) {
	sampling.Alone(t)
	dir := t.TempDir()
	for _, name := range []string{strings.Join(hostile.Names()[:9], ""), strings.Join(hostile.Names()[10:], ""),
		"null\x00byte"} {
		model := filepath.Join(dir, "m.onnx")
		if err := os.WriteFile(model, hostile.Open(name), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"inspect", name}, {"inspect", "zoo:" + name}, {"estimate", model, "-d", "rpi-5"}, {name}, {"ops", "--" + name},
			{"estimate", "zoo:resnet18", "-d", name}, {"estimate", "zoo:resnet18", "-d", "rpi-5", "--dim", name},
			{"ops", "--format", name}, {"ops", "-o", name}, {"ops", "--domain", name}, {"runtimes", "show", name},
			{"models", "show", name}, {"devices", "list", "--class", name}, {"validate", "--measurements", name},
			{"measure", "--from", name}, {"whatif", "zoo:resnet18", "-d", "rpi-5", "--set", name},
			{"flops", "zoo:resnet18", "--as", name}, {"estimate", "zoo:resnet18", "-d", "rpi-5", "--device-dir", name},
		} {
			if strings.Contains(strings.Join(args, ""), "\x00") && len(args) > 1 && args[0] == "inspect" {
				continue // no system takes such a name of a file
			}
			_, stderr, code := run(t, "", args...)
			lines := strings.Count(strings.TrimSuffix(stderr, "\n"), "\n")
			if code != exitUsage || lines > 1 {
				t.Errorf("%q: exit code %d, %d lines: %s", args, code, lines+1, stderr)
			}
			harmless(t, strings.Join(args, " "), name, stderr)
		}
	}
}

// TestGuard: what no flag means is refused, and no command writes what it reads.
func TestGuard(t *testing.T) {
	sampling.Alone(t)
	dir := t.TempDir()
	t.Chdir(dir)
	for _, f := range []string{"m.csv", "other.csv"} {
		if err := os.WriteFile(f, []byte(measurements), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("m.csv", "link.csv"); err != nil {
		t.Skip("symbolic links are missing: run where they are permitted")
	}
	if err := os.Mkdir("mine", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("mine/t4.yaml", []byte("schema: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"estimate zoo:resnet18 -d rpi-5 --device-dir mine -o mine/t4.yaml --format json": "would overwrite what the command reads",
		"plot zoo:resnet18 -d rpi-5 --device-dir ./mine/ -o ./mine/t4.yaml --format svg": "would overwrite what the command reads",
		"ops --domain foo":                                                     "found no operator of the domain \"foo\"",
		"ops --output=":                                                        "--output: found nothing",
		"estimate zoo:resnet18 -d rpi-5 --top -1":                              "--top -1: expected 0 or more",
		"estimate zoo:resnet18 -d rpi-5 --depth -1":                            "--depth -1: expected 0 or more",
		"estimate zoo:resnet18 -d rpi-5 --top x":                               "--top: found \"x\", expected a whole number",
		"estimate zoo:resnet18 -d rpi-5 --batch 99999999999999999999":          "beyond what a number can be",
		"pick zoo:resnet18 -d rpi-5 --fps NaN":                                 "--fps NaN: expected a finite number",
		"pick zoo:resnet18 -d rpi-5 --fps -inf":                                "--fps -Inf: expected a finite number",
		"pick zoo:resnet18 -d rpi-5 --fps 1e400":                               "beyond what a number can be",
		"pick zoo:resnet18 -d rpi-5 --max-latency 1":                           "expected a time with its unit",
		"pick zoo:resnet18 -d rpi-5 --max-memory 1e30GB":                       "expected less than 9.2 EB",
		"devices list --device-dir absent":                                     "found no such folder",
		"devices list --device-dir m.csv":                                      "found a file, expected a folder",
		"devices new .yaml":                                                    "found a suffix alone",
		"validate --measurements m.csv -o m.csv":                               "would overwrite what the command reads",
		"validate --measurements m.csv -o link.csv":                            "would overwrite what the command reads",
		"validate --measurements ./m.csv -o " + filepath.Join(dir, "m.csv"):    "would overwrite what the command reads",
		"measure --from m.csv --csv m.csv":                                     "would overwrite what the command reads",
		"require zoo:resnet18 -d rpi-5 --latency 1s -o a.html --plot ./a.html": "names no picture format",
		"measure --from m.csv -o a.csv --csv ./a.csv":                          "both name",
	} {
		_, stderr, code := run(t, "", strings.Fields(args)...)
		if code != exitUsage || !strings.Contains(stderr, want) || strings.Contains(stderr, "strconv") {
			t.Errorf("%s: exit code %d, %s; expected %q", args, code, stderr, want)
		}
	}
	for _, f := range []string{"m.csv", "other.csv"} {
		if data, err := os.ReadFile(f); err != nil || string(data) != measurements {
			t.Errorf("%s is now %.40q, %v", f, data, err)
		}
	}
}

// TestSpared: a file that only another file names is not overwritten either: a model of a budget, of a pipeline or of a
// manifest.
func TestSpared(t *testing.T) {
	sampling.Alone(t)
	t.Chdir(t.TempDir())
	onnx, _, code := run(t, "", "strip", "zoo:mobilenetv2", "--format", "onnx")
	if code != exitOK {
		t.Fatalf("exit code %d, expected a model", code)
	}
	files := map[string]string{
		"m.csv": onnx, "m.html": onnx, "m.svg": onnx,
		"budget.yaml": "schema: 1\nbudgets:\n  - models: [m.csv, m.html]\n    devices: [rpi-5]\n    max_expected_ms: 9000\n",
		"pipe.yaml":   "schema: 1\ncamera: {width: 1920, height: 1080, fps: 30}\ndevice: rpi-5\nstages:\n  - {stage: inference, model: m.csv}\n  - {stage: inference, model: m.svg}\n",
		"rows.jsonl":  `{"model": "m.csv", "device": "rpi-5"}` + "\n",
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{
		"check budget.yaml -o m.csv", "check budget.yaml --junit m.html", "check budget.yaml --markdown ./m.html",
		"baseline budget.yaml -o m.csv", "pipeline pipe.yaml -o m.csv", "pipeline pipe.yaml --plot m.svg",
		"batch rows.jsonl -o m.csv", "batch m.* -d rpi-5 -o m.html --format csv", "estimate m.csv -d rpi-5 -o m.csv",
	} {
		_, stderr, code := run(t, "", strings.Fields(args)...)
		if code != exitUsage || !strings.Contains(stderr, "overwr") || !strings.Contains(stderr, "another file") {
			t.Errorf("%s: exit code %d, %s; expected a refusal", args, code, stderr)
		}
	}
	for name, text := range files {
		if data, err := os.ReadFile(name); err != nil || string(data) != text {
			t.Errorf("%s is now %.40q, %v", name, data, err)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) != len(files) {
		t.Errorf("found %v, expected nothing written", left)
	}
}

// TestBrokenProfile: a profile that cannot be read is named, and spoils no other device.
func TestBrokenProfile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), []byte("schema: 1\nid: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"pick zoo:resnet18 --devices class=rpi --fps 0.001", "devices list --class rpi"} {
		out, stderr, code := run(t, "", append(strings.Fields(args), "--device-dir", dir)...)
		if code != exitOK || !strings.Contains(out, "rpi-5") || !strings.Contains(stderr, "mine.yaml") {
			t.Errorf("%s: exit code %d, %s", args, code, stderr)
		}
	}
	if _, stderr, code := run(t, "", "devices", "show", "mine", "--device-dir", dir); code != exitUsage {
		t.Errorf("the broken profile itself: exit code %d, %s", code, stderr)
	}
}
