package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/sampling"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/roofline/lower"
)

var update = flag.Bool("update", false, "accept the present output as the expected one")

// root is the top of the module, seen from this package.
const root = "../../../.."

// run executes one command line with its own streams, in the module's root as a reader of the docs would.
func run(t *testing.T, in string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(context.Background(), args, Streams{
		In: strings.NewReader(in), Out: &out, Err: &errs,
		UserDir: t.TempDir(),
	})
	return out.String(), errs.String(), code
}

// golden compares a file of the module with what it should hold, or writes it under -update.
func golden(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run: make docs", err)
	}
	if string(have) != want {
		t.Errorf("%s is out of date; run: make docs", path)
	}
}

// TestDocsCommands holds docs/commands to the commands' own help.
func TestDocsCommands(t *testing.T) {
	sampling.Alone(t)
	dir := filepath.Join(root, "docs", "commands")
	pages := map[string]bool{}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".md"
		pages[name] = true
		golden(t, filepath.Join(dir, name), page(c))
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() && sub.Name() != "help" && sub.Name() != "completion" {
				walk(sub)
			}
		}
	}
	walk(newRoot(&app{}))
	files, _ := filepath.Glob(filepath.Join(dir, "*.md"))
	for _, f := range files {
		if !pages[filepath.Base(f)] {
			t.Errorf("%s describes no command; remove it", f)
		}
	}
}

// page is the manual page of one command in Markdown.
func page(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", c.CommandPath())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(&b, "%s\n\n    %s\n", text, c.UseLine())
	if c.Example != "" {
		fmt.Fprintf(&b, "\n## Examples\n\n%s\n", indent(c.Example))
	}
	if f := c.NonInheritedFlags().FlagUsages(); f != "" {
		fmt.Fprintf(&b, "\n## Flags\n\n%s", indent(f))
	}
	var subs []string
	for _, s := range c.Commands() {
		if s.IsAvailableCommand() && s.Name() != "help" && s.Name() != "completion" {
			link := strings.ReplaceAll(s.CommandPath(), " ", "-") + ".md"
			subs = append(subs, fmt.Sprintf("- [%s](%s): %s", s.CommandPath(), link, s.Short))
		}
	}
	if len(subs) > 0 {
		fmt.Fprintf(&b, "\n## Commands\n\n%s\n", strings.Join(subs, "\n"))
	}
	return b.String()
}

// indent makes a Markdown code block by indenting.
func indent(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		if l = strings.TrimRight(l, " "); l != "" {
			l = "    " + l
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestDocsExamples runs every "$ ridgepoint …" line of a console block in the
// README and the docs and holds the lines below it to the real output.
func TestDocsExamples(t *testing.T) {
	sampling.Alone(t)
	pages, _ := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	ran := 0
	for _, path := range append(pages, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fresh, n := rerun(t, withCommands(string(text)))
		ran += n
		golden(t, path, fresh)
	}
	if ran < 3 {
		t.Errorf("only %d examples were found in the README and the docs", ran)
	}
}

// commandTable matches the table of commands of docs/tour.md.
var commandTable = regexp.MustCompile(`(?m)^\| command \| does \|\n\|---\|---\|\n(\|.*\n)*`)

// withCommands replaces the table of commands in a page by what the commands say of themselves.
func withCommands(text string) string {
	var b strings.Builder
	b.WriteString("| command | does |\n|---|---|\n")
	for _, c := range commands(&app{}) {
		fmt.Fprintf(&b, "| [%s](commands/ridgepoint-%[1]s.md) | %s |\n", c.Name(), c.Short)
	}
	return commandTable.ReplaceAllLiteralString(text, b.String())
}

const fence = "```"

// rerun replaces the output of every example in a page by what the command prints now.
func rerun(t *testing.T, text string) (string, int) {
	t.Helper()
	var out strings.Builder
	lines := strings.SplitAfter(text, "\n")
	ran := 0
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i])
		if strings.TrimSpace(lines[i]) != fence+"console" {
			continue
		}
		for i++; i < len(lines) && strings.TrimSpace(lines[i]) != fence; i++ {
			if cmd, ok := strings.CutPrefix(lines[i], "$ ridgepoint "); ok {
				out.WriteString(lines[i])
				out.WriteString(example(t, cmd))
				ran++
			}
		}
		if i < len(lines) {
			out.WriteString(lines[i])
		}
	}
	return out.String(), ran
}

// words matches the words of a command line, quoted ones whole.
var words = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

// example runs one documented command line. Files that it writes go to a temporary folder.
func example(t *testing.T, line string) string {
	t.Helper()
	dir := t.TempDir()
	args := words.FindAllString(line, -1)
	for i := range args {
		args[i] = strings.Trim(args[i], `'"`)
		if strings.HasPrefix(args[i], "examples/") {
			args[i] = filepath.Join(root, args[i])
		}
		if i > 0 && (args[i-1] == "-o" || args[i-1] == "--plot") && strings.Contains(args[i], ".") {
			args[i] = filepath.Join(dir, filepath.Base(args[i]))
		}
	}
	stdout, stderr, code := run(t, "", args...)
	if code != exitOK {
		t.Errorf("ridgepoint %s: exit code %d\n%s", strings.TrimSpace(line), code, stderr)
	}
	shown := strings.ReplaceAll(stdout+stderr, dir+string(filepath.Separator), "")
	return trimLines(shown)
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// TestDocsOperators holds docs/operators.md to the operator table.
func TestDocsOperators(t *testing.T) {
	sampling.Alone(t)
	out, stderr, code := run(t, "", "ops", "--format", "md")
	if code != exitOK {
		t.Fatal(stderr)
	}
	golden(t, filepath.Join(root, "docs", "operators.md"), "# Operators\n\nPrinted by `ridgepoint ops --format md`. What is not listed is unknown: visible, bounded by its operands' traffic, never free.\n\n"+out)
}

// TestDocsOutput holds docs/output.md to the formats, the schemas and the exit codes.
func TestDocsOutput(t *testing.T) {
	sampling.Alone(t)
	var b strings.Builder
	b.WriteString("# Output\n\nEvery command answers on standard output, and says everything else on standard error.\n\n")
	b.WriteString("- `--format FORMAT` chooses the format on standard output.\n- `-o FILE` writes a file instead. Its suffix says the format, `--format` another one.\n")
	b.WriteString("- A file appears whole or not at all.\n- `-o FORMAT`, a bare format name, prints to standard output and gives a hint. It stays valid in all 0.x releases; `-o ./json` is a file.\n")
	b.WriteString("- `plot`, `strip`, `models export`, `devices new`, `calibrate` and `host` make files of their own: pictures, models and profiles. ")
	b.WriteString("`-o FILE` with such a suffix writes that, and `--format` prints a report beside it.\n- Nothing binary is written to a terminal.\n\n## Formats\n\n| format | files | what |\n|---|---|---|\n")
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, strings.Join(f.Suffixes, ", "), f.Doc)
	}
	b.WriteString("\n## JSON\n\nOne object, whatever the number of arguments:\n\n" + fence + "json\n" + `{"schema": "ridgepoint/estimate/v2", "tool": {"name": "ridgepoint", "version": "…", "commit": "…"}, "results": [ … ]}` + "\n" + fence + "\n\n")
	b.WriteString("`schema` names the type of every result. Latencies are in ms, everything else in base units, as the members' names say. ")
	b.WriteString("A result says its `runtime`, its `precision` (with `precision_asked` and `precision_run`, what the device makes of it), ")
	b.WriteString("its `basis` (measured, calibrated, related, prior or speed of light), and its `notes` as code, level and text.\n\n")
	files, err := filepath.Glob(filepath.Join(root, "docs", "schema", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found no schemas: %v", err)
	}
	for _, file := range files {
		var schema struct{ Title string }
		data, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(data, &schema)
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "- [%[1]s](schema/%[1]s): %[2]s\n", filepath.Base(file), schema.Title)
	}
	b.WriteString("\n## Rows of batches\n\n`batch` writes a row for each estimate as Parquet, CSV or JSON Lines, with the columns of ")
	b.WriteString("[batch-v1.json](schema/batch-v1.json): the members of an estimate, flattened. A row with `status` `error` says why in `error`, ")
	b.WriteString("and has no figures. Rows have no time stamp: two runs of one version write the same bytes.\n")
	b.WriteString("\n## CSV\n\nOne kind of row for each command, with the same columns whatever is asked, so that the rows of several runs can be stacked. ")
	b.WriteString("Everything estimated begins with model, device, runtime, precision, batch and basis. Figures are in base units, and the column's name has the unit; truths are true and false; a figure that is not known is empty. ")
	b.WriteString("`estimate` has a row for each layer of one model on one device, and a row for each estimate of several.\n")
	b.WriteString("\n## Exit codes\n\n| code | meaning |\n|---|---|\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, "| %d | %s |\n", e.code, e.doc)
	}
	b.WriteString("\nThe answer is printed whatever the code, except where there is none: with code 2.\n")
	golden(t, filepath.Join(root, "docs", "output.md"), b.String())
}

// TestExitCodes holds every kind of failure to its exit code and to one clear error.
func TestExitCodes(t *testing.T) {
	sampling.Alone(t)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5"}, exitOK, ""},
		{[]string{"nonsense"}, exitUsage, "unknown command"},
		{[]string{"estimate"}, exitUsage, "found no argument; usage: ridgepoint estimate MODEL"},
		{[]string{"estimate", "zoo:resnet50"}, exitUsage, "found no --device DEVICE; for example: ridgepoint estimate "},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--nope"}, exitUsage, "unknown flag"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--presicion", "fp16"}, exitUsage, "did you mean --precision?"},
		{[]string{"estimate", "resnet50", "-d", "rpi-5"}, exitUsage, "did you mean zoo:resnet50?"},
		{[]string{"estimate", "zoo:stable-diffusion", "-d", "rpi-5"}, exitUsage, "sd15-unet"},
		{[]string{"models", "list", "--family", "yolo99"}, exitUsage, "YOLO11"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "-o", "xml"}, exitUsage, "suffix"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--precision", "fp13"}, exitUsage, "precision"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--by", "colour"}, exitUsage, "grouping"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--fusion", "some"}, exitUsage, "fusion"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--dim", "x"}, exitUsage, "--dim"},
		{[]string{"estimate", "zoo:resnet51", "-d", "rpi-5"}, exitUsage, "no built-in model"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-6"}, exitUsage, "rpi-5"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--precision", "fp8"}, exitUsage, "can run"},
		{[]string{"estimate", "nowhere.onnx", "-d", "rpi-5"}, exitUsage, "nowhere.onnx"},
		{[]string{"estimate", "-", "-d", "rpi-5"}, exitUsage, "empty"},
		{[]string{"pick", "zoo:resnet50", "-d", "rpi-5"}, exitUsage, "budget"},
		{[]string{"pick", "zoo:resnet50", "-d", "rpi-5", "--fps", "10000"}, exitNo, "no: nothing fits the budget"},
		{[]string{"pick", "zoo:resnet50", "-d", "rpi-5,rpi-4b", "--fps", "10000"}, exitNo, "no: nothing fits the budget"},
		{[]string{"require", "zoo:resnet50", "-d", "rtx4090", "--latency", "1ns"}, exitNo, "no rate and no bandwidth is enough"},
		{[]string{"devices", "validate", root + "/go.mod"}, exitNo, "1 of 1 profiles are not valid"},
		{[]string{"devices", "list", "--class", "jetson", "--vendor", "AMD"}, exitNo, "no device is left"},
		{[]string{"devices", "validate", "nowhere.yaml"}, exitUsage, "nowhere.yaml"},
		{[]string{"devices", "nonsense"}, exitUsage, "unknown command \"nonsense\" for \"ridgepoint devices\""},
		{[]string{"estmate", "x", "--nope"}, exitUsage, "unknown command \"estmate\" for \"ridgepoint\"; did you mean estimate?"},
		{[]string{"estimate", "-", "-d", "rpi-5"}, exitUsage, "standard input"},
		{[]string{"ops", "-o", "/absent/x.json"}, exitUsage, "writing /absent/x.json: there is no such file or folder"},
		{[]string{"sweep", "zoo:resnet50", "-d", "rpi-5"}, exitUsage, "list to vary"},
		{[]string{"plot", "zoo:resnet50", "-d", "rpi-5", "-o", "x.gif"}, exitUsage, "suffix"},
		{[]string{"flops", "zoo:resnet50", "--as", "abacus"}, exitUsage, "abacus"},
		{[]string{"diff", "zoo:resnet50", "-d", "t4"}, exitUsage, "expected two models, or a flag with two values"},
		{[]string{"diff", "zoo:resnet50", "-d", "t4,l4", "--batch", "1,8"}, exitUsage, "--device, --batch: found two values of each"},
		{[]string{"diff", "zoo:resnet50", "-d", "t4,l4,a10"}, exitUsage, "found 3 values"},
		{[]string{"diff", "zoo:resnet50", "-d", "t4", "--size", "1,x"}, exitUsage, "--size: found"},
		{[]string{"diff", "git:-x:y", "zoo:resnet50", "-d", "t4"}, exitUsage, "does not begin with a hyphen"},
		{[]string{"export", "zoo:resnet50", "-d", "t4", "--to", "netrn"}, exitUsage, "did you mean netron?"},
		{[]string{"export", "zoo:resnet50", "-d", "t4,l4", "--to", "pprof", "-o", "x.pb.gz"}, exitUsage, "error: found 2 estimates, expected one: the format pprof"},
		{[]string{"export", "zoo:resnet50", "-d", "t4", "--to", "bench", "--format", "json"}, exitUsage, "both go to standard output"},
		{[]string{"estimate", "zoo:yolo11n", "-d", "rpi-5,rpi5"}, exitOK, "rpi-5 is named more than once"},
		{[]string{"estimate", "zoo:yolo11n", "-d", "t4"}, exitOK, "fp16 is what mostly runs on NVIDIA T4"},
		{[]string{"estimate", "zoo:yolo11n", "-d", "rpi-5", "--size", "axb"}, exitUsage, "384x640"},
		{[]string{"estimate", "zoo:bert-base", "-d", "rpi-5", "--size", "320"}, exitUsage, "no image input"},
		{[]string{"estimate", "zoo:yolo11n", "-d", "rpi-5", "--runtime", "tensorrt,coreml"}, exitUsage, "does not run on rpi-5"},
		{[]string{"estimate", "zoo:yolo11n", "-d", "rpi-5", "--runtime", "all", "--explain"}, exitUsage, "--explain takes one model"},
		{[]string{"estimate", "zoo:yolo11n", "-d", "rpi-5", "--overhead", "6"}, exitUsage, "a time with its unit"},
	} {
		_, stderr, code := run(t, "", c.args...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("ridgepoint %s: exit code %d, want %d, and %q in: %s", strings.Join(c.args, " "), code, c.code, c.want, stderr)
		}
	}
}

// TestMistypedDimensions: a dimension that a model lacks is an error of every command that takes one.
func TestMistypedDimensions(t *testing.T) {
	sampling.Alone(t)
	for _, line := range []string{
		"estimate zoo:yolo11n -d t4", "plot zoo:yolo11n -d t4 --format csv", "pick zoo:yolo11n zoo:yolo11s -d t4 --fps 30",
		"whatif zoo:yolo11n -d t4", "sweep zoo:yolo11n -d t4 --batch 1,2", "sweep zoo:yolo11n -d t4 --size 320,640",
		"require zoo:yolo11n -d t4 --latency 10ms", "inspect zoo:yolo11n", "flops zoo:yolo11n", "shapes zoo:yolo11n",
		"estimate zoo:yolo11n -d t4 --runtime all",
	} {
		_, stderr, code := run(t, "", append(strings.Fields(line), "--dim", "bach=2")...)
		if code != exitUsage || !strings.Contains(stderr, `found no dimension "bach", expected one of batch`) {
			t.Errorf("%s --dim bach=2: exit code %d, %s", line, code, stderr)
		}
	}
}

// TestStrict: --strict refuses a model of which something is unknown, after the answer; without it the answer is all.
func TestStrict(t *testing.T) {
	for _, args := range []string{"estimate - -d rpi-5", "inspect -"} {
		plain, _, code := run(t, mystery(), strings.Fields(args)...)
		if code != exitOK {
			t.Errorf("%s: exit code %d", args, code)
		}
		out, stderr, code := run(t, mystery(), append(strings.Fields(args), "--strict")...)
		if code != exitStrict || out != plain || !strings.Contains(stderr, "acme") {
			t.Errorf("%s --strict: exit code %d, %s", args, code, stderr)
		}
	}
}

// TestStrictUncertain refuses an estimate that rests on a prior alone, and accepts a measured one.
func TestStrictUncertain(t *testing.T) {
	for device, want := range map[string]int{"rpi-5": exitOK, "apple-m2": exitStrict} {
		if _, stderr, code := run(t, "", "estimate", "zoo:yolo11n", "--device", device, "--strict"); code != want {
			t.Errorf("yolo11n on %s: exit code %d, want %d: %s", device, code, want, stderr)
		}
	}
}

// mystery is a model of one operator that nobody knows.
func mystery() string {
	message := func(field protowire.Number, parts ...[]byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), slices.Concat(parts...))
	}
	text := func(field protowire.Number, s string) []byte { return message(field, []byte(s)) }
	number := func(field protowire.Number, n uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), n)
	}
	port := func(field protowire.Number, name string) []byte { // a tensor of 8 floats
		return message(field, text(1, name), message(2, message(1, number(1, 1), message(2, message(1, number(1, 8))))))
	}
	node := message(1, text(1, "x"), text(2, "y"), text(3, "n"), text(4, "Mystery"), text(7, "acme"))
	return string(slices.Concat(number(1, 8), message(7, node, text(2, "net"), port(11, "x"), port(12, "y")), message(8, text(1, "acme"), number(2, 1)), message(8, number(2, 17))))
}

// TestExitTable: every exit code has its row, and the help shows all of them.
func TestExitTable(t *testing.T) {
	out, _, _ := run(t, "", "--help")
	for i, e := range exitCodes {
		if e.code != i || !strings.Contains(out, fmt.Sprintf("  %d  %s\n", e.code, e.doc)) {
			t.Errorf("row %d: %+v", i, e)
		}
	}
}

// TestCompletion: every shell's completion script is written.
func TestCompletion(t *testing.T) {
	sampling.Alone(t)
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out, stderr, code := run(t, "", "completion", shell); code != exitOK || len(out) < 1000 {
			t.Errorf("completion %s: exit code %d, %d bytes, %s", shell, code, len(out), stderr)
		}
	}
}

// TestStripAndRead: a stripped model estimates as the whole one does, from a file, compressed, and from standard input.
func TestStripAndRead(t *testing.T) {
	sampling.Alone(t)
	dir := t.TempDir()
	want, _, _ := run(t, "", "estimate", "zoo:mobilenetv2", "-d", "rpi-4b", "-o", "csv")
	plain, packed := filepath.Join(dir, "m.onnx"), filepath.Join(dir, "m.onnx.gz")
	for _, path := range []string{plain, packed} {
		if _, stderr, code := run(t, "", "strip", "zoo:mobilenetv2", "-o", path); code != exitOK {
			t.Fatal(stderr)
		}
		if got, stderr, _ := run(t, "", "estimate", path, "-d", "rpi-4b", "-o", "csv"); unnamed(got) != unnamed(want) {
			t.Errorf("%s estimates differently: %s", path, stderr)
		}
	}
	data, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	if got, stderr, _ := run(t, string(data), "estimate", "-", "-d", "rpi-4b", "-o", "csv"); unnamed(got) != unnamed(want) {
		t.Errorf("standard input estimates differently: %s", stderr)
	}
}

// unnamed is CSV without its first column, the model.
func unnamed(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		_, rest, _ := strings.Cut(line, ",")
		out.WriteString(rest)
	}
	return out.String()
}

// TestInterrupt: a command whose context is done leaves no file, neither whole nor half-written.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, args := range [][]string{
		{"strip", "zoo:resnet50", "-o", filepath.Join(dir, "m.onnx")},
		{"plot", "zoo:resnet50", "-d", "rpi-5", "-o", filepath.Join(dir, "r.png")},
		{"sweep", "zoo:resnet50", "-d", "rpi-5", "--batch", "1..8", "--plot", filepath.Join(dir, "s.png")},
	} {
		var out, errs bytes.Buffer
		code := Run(ctx, args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs, UserDir: t.TempDir()})
		if code != exitUsage || !strings.Contains(errs.String(), "interrupted") {
			t.Errorf("ridgepoint %s: exit code %d, %s", args[0], code, errs.String())
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v was left behind", left)
	}
}

// whoRunsWhere returns the sections of docs/runtimes.md on devices and on types.
func whoRunsWhere(t *testing.T) string {
	t.Helper()
	e := ridgepoint.New(&ridgepoint.Config{UserDir: t.TempDir()})
	devices, err := e.Devices(nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := e.Runtimes()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, d := range devices {
		var usual, others []string
		for _, r := range all {
			switch isDefault := slices.ContainsFunc(r.Default, func(c runtimes.Condition) bool { return c.Holds(d) }); {
			case isDefault:
				usual = append(usual, r.ID)
			case r.RunsOn(d):
				others = append(others, r.ID)
			}
		}
		rows[fmt.Sprintf("| %s | %s | %s | %s |", d.Class, d.Vendor, cmp.Or(strings.Join(usual, ", "), "none: lower bound only"), strings.Join(others, ", "))]++
	}
	var b strings.Builder
	b.WriteString("\n## Who runs where\n\nA profile's `runs_on` and `default_for` list conditions, one of which must hold: a class alone, or keys that must all match, as in `{class: gpu, vendor: NVIDIA}`. `arch` matches a part of the architecture's name. `os` matches devices that name that operating system or none. Without `runs_on`, a runtime runs on all devices of the classes of its `priors`. Predictions for another device are refused.\n")
	b.WriteString("Runtimes may share a name: `pytorch` is `pytorch-rocm` on a GPU of AMD.\n\n| class | vendor | default | others | devices |\n|---|---|---|---|---:|\n")
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&b, "%s %d |\n", row, rows[row])
	}
	b.WriteString("\n## Types without fast kernels\n\n`types` lists what a runtime does with an element type for which it has no fast kernels. `runs_as` names the type that its work runs in: latency and memory are those of that type, and a note says so. `efficiency` multiplies the efficiencies of matrix work in the priors. `where` is a condition on devices. A calibration of the type that was asked for is used where there is one. A model file in a type that the device lacks runs in fp32.\n\n| runtime | type | where | runs as | efficiency | known from |\n|---|---|---|---|---|---|\n")
	for _, r := range all {
		for _, u := range r.Types {
			as, times := "", ""
			if u.RunsAs != dtype.Undefined {
				as = u.RunsAs.Short()
			} else {
				times = fmt.Sprint(u.Efficiency)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, u.Type.Short(), cmp.Or(u.Where.String(), "everywhere"), as, times, u.Source.Title)
		}
	}
	return b.String()
}

// TestDocsRuntimes holds docs/runtimes.md to the library of rules and the built-in runtimes.
func TestDocsRuntimes(t *testing.T) {
	sampling.Alone(t)
	var b strings.Builder
	b.WriteString("# Runtimes\n\nA runtime is a YAML file: the rules of lowering that it applies, in two lists, `passes` and `data` (how tensors lie and move), each with its source and with the classes of devices that it does not apply on (`except`), and its priors: what it is assumed to achieve of a device's peaks before anything was measured.\nYour own go to `ridgepoint/runtimes` below the configuration directory; `ridgepoint runtimes show NAME` prints one. Calibrations, which `ridgepoint calibrate` writes, go to `ridgepoint/calibrations`.\n\n")
	b.WriteString("## Rules\n\nIn the order in which they are tried; *level* is the least `--fusion` that has it, `runtimes` where only a runtime can ask for it. *List* is where a file has it; a list `rules` of both, as files had it before, is read too.\n\n| rule | list | level | does |\n|---|---|---|---|\n")
	for _, r := range lower.Rules() {
		list := "data"
		if pass, _ := lower.IsPass(r[0]); pass {
			list = "passes"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r[0], list, r[1], r[2])
	}
	b.WriteString("\n## Built in\n\n")
	table, _, code := run(t, "", "runtimes", "list", "--format", "md")
	if code != exitOK {
		t.Fatalf("runtimes list exits with %d", code)
	}
	b.WriteString(table)
	b.WriteString(whoRunsWhere(t))
	b.WriteString("\n## Parameters\n\nWhat a file's `held` lists has no effect, except on a class whose priors name it. `tf32: true` says that fp32 matrix work runs in TF32 where the device has it, `tf32: convolutions` that convolutions alone do.\n" +
		"`opt_in` lists ways of matrix work of a device's `peak.opt_in` that the runtime asks for. `winograd` lists how many times fewer multiplications a 3x3 convolution of stride 1 may need in a type: the lower bound allows them.\n" +
		"`sharing` says how work is shared between the cores of a CPU of several kinds: `dynamic` (taken where it is not given), `static` (each core gets as much and the slowest is waited for, on as many of the fastest cores as that pays) or `big cores` (those of the fastest kind alone).\n`threads` is how many threads of a CPU work where none are asked for, all where it is not given.\n`family` names runtimes that run the same kernels: how far a network was off in one of them corrects the others. `published` tells runtimes apart that tables of measurements call by one name: `as` is the id whose name it goes by, `layout` says for which tensors, and `not` lists words in a name that mean another engine.\n\n| key | unit | limits | of |\n|---|---|---|---|\n")
	for _, s := range params.Specs {
		unit := s.Unit
		if unit == "" {
			unit = "ratio"
		}
		fmt.Fprintf(&b, "| %s | %s | %g to %g | %s |\n", s.Key, unit, s.Lo, s.Hi, s.Doc)
	}
	golden(t, filepath.Join(root, "docs", "runtimes.md"), b.String())
}

// TestDocsDevices holds docs/devices.md to the catalogue.
func TestDocsDevices(t *testing.T) {
	sampling.Alone(t)
	out, stderr, code := run(t, "", "devices", "list", "--wide", "--format", "md")
	if code != exitOK {
		t.Fatal(stderr)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Devices\n\nThe built-in devices, as `ridgepoint devices list --wide --format md` prints them. Rates are dense, a multiply-add is 2 operations; fp32, fp16 and int8 are those of matrix products, and `-` stands where the device runs the type as another, or where a figure is not known. Figures are known, strongest first, as measured, vendor, derived or assumed: the peaks by the weakest among those of the matrix unit, or of the vector unit where there is no other. *usable* is what a model can have of the memory ([Profiles](profiles.md#memory)). *calibrated* lists the runtime, precision and threads that the timing model was fitted to.\n\n")
	b.WriteString("`ridgepoint devices show DEVICE` has every figure with its source, and what was measured. Power modes are chosen as `DEVICE@MODE`. [Profiles](profiles.md) tells how to write your own.\n\n")
	b.WriteString(out)
	golden(t, filepath.Join(root, "docs", "devices.md"), b.String())
	for _, page := range []string{"README.md", filepath.Join("docs", "profiles.md")} {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil || !strings.Contains(string(text), "devices.md)") {
			t.Errorf("%s has no link to docs/devices.md: %v", page, err)
		}
	}
}
