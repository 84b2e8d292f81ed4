package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
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
		Getenv: func(string) string { return "" },
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
	pages, _ := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	ran := 0
	for _, path := range append(pages, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fresh, n := rerun(t, string(text))
		ran += n
		golden(t, path, fresh)
	}
	if ran < 3 {
		t.Errorf("only %d examples were found in the README and the docs", ran)
	}
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

// example runs one documented command line. Files that it writes go to a temporary folder.
func example(t *testing.T, line string) string {
	t.Helper()
	dir := t.TempDir()
	args := strings.Fields(line)
	for i := range args {
		args[i] = strings.Trim(args[i], `'"`)
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
	out, stderr, code := run(t, "", "ops", "-o", "md")
	if code != exitOK {
		t.Fatal(stderr)
	}
	golden(t, filepath.Join(root, "docs", "operators.md"), "# Operators\n\nPrinted by `ridgepoint ops -o md`. What is not listed is unknown: visible, bounded by its operands' traffic, never free.\n\n"+out)
}

// TestExitCodes holds every kind of failure to its exit code and to one clear error.
func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5"}, exitOK, ""},
		{[]string{"nonsense"}, exitUsage, "unknown command"},
		{[]string{"estimate"}, exitUsage, "requires at least 1 arg"},
		{[]string{"estimate", "zoo:resnet50"}, exitUsage, "required flag"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--nope"}, exitUsage, "unknown flag"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "-o", "xml"}, exitUsage, "output format"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--precision", "fp13"}, exitUsage, "precision"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--by", "colour"}, exitUsage, "grouping"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--fusion", "some"}, exitUsage, "fusion"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--dim", "x"}, exitUsage, "--dim"},
		{[]string{"estimate", "zoo:resnet51", "-d", "rpi-5"}, exitInput, "no built-in model"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-6"}, exitInput, "rpi-5"},
		{[]string{"estimate", "zoo:resnet50", "-d", "rpi-5", "--precision", "fp8"}, exitInput, "can run"},
		{[]string{"estimate", "nowhere.onnx", "-d", "rpi-5"}, exitInput, "nowhere.onnx"},
		{[]string{"estimate", "-", "-d", "rpi-5"}, exitInput, "empty"},
		{[]string{"pick", "zoo:resnet50", "-d", "rpi-5"}, exitUsage, "budget"},
		{[]string{"sweep", "zoo:resnet50", "-d", "rpi-5"}, exitUsage, "list to vary"},
		{[]string{"plot", "zoo:resnet50", "-d", "rpi-5", "-o", "x.gif"}, exitInput, "suffix"},
		{[]string{"flops", "zoo:resnet50", "--as", "abacus"}, exitUsage, "abacus"},
	} {
		_, stderr, code := run(t, "", c.args...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("ridgepoint %s: exit code %d, want %d, and %q in: %s", strings.Join(c.args, " "), code, c.code, c.want, stderr)
		}
	}
}

// TestCompletion: every shell's completion script is written.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out, stderr, code := run(t, "", "completion", shell); code != exitOK || len(out) < 1000 {
			t.Errorf("completion %s: exit code %d, %d bytes, %s", shell, code, len(out), stderr)
		}
	}
}

// TestStripAndRead: a stripped model estimates as the whole one does, from a file, compressed, and from standard input.
func TestStripAndRead(t *testing.T) {
	dir := t.TempDir()
	want, _, _ := run(t, "", "estimate", "zoo:mobilenetv2", "-d", "rpi-4b", "-o", "csv")
	plain, packed := filepath.Join(dir, "m.onnx"), filepath.Join(dir, "m.onnx.gz")
	for _, path := range []string{plain, packed} {
		if _, stderr, code := run(t, "", "strip", "zoo:mobilenetv2", "-o", path); code != exitOK {
			t.Fatal(stderr)
		}
		if got, stderr, _ := run(t, "", "estimate", path, "-d", "rpi-4b", "-o", "csv"); got != want {
			t.Errorf("%s estimates differently: %s", path, stderr)
		}
	}
	data, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	if got, stderr, _ := run(t, string(data), "estimate", "-", "-d", "rpi-4b", "-o", "csv"); got != want {
		t.Errorf("standard input estimates differently: %s", stderr)
	}
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
		code := Run(ctx, args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) string { return "" }})
		if code != exitInput || !strings.Contains(errs.String(), "canceled") {
			t.Errorf("ridgepoint %s: exit code %d, %s", args[0], code, errs.String())
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v was left behind", left)
	}
}

// TestDocsRuntimes holds docs/runtimes.md to the library of rules and the built-in runtimes.
func TestDocsRuntimes(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Runtimes\n\nA runtime is a YAML file: the rules of lowering that it applies, each with its source and with the classes of devices that it does not apply on (`except`), and what it is believed to achieve of a device's peaks before anything was measured.\nYour own go to `ridgepoint/runtimes` below the configuration directory; `ridgepoint runtimes show NAME` prints one. Calibrations, which `ridgepoint calibrate` writes, go to `ridgepoint/calibrations`.\n\n")
	b.WriteString("## Rules\n\nIn the order in which they are tried; *level* is the least `--fusion` that has it, `runtimes` where only a runtime can ask for it.\n\n| rule | level | does |\n|---|---|---|\n")
	for _, r := range lower.Rules() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r[0], r[1], r[2])
	}
	b.WriteString("\n## Built in\n\n")
	table, _, code := run(t, "", "runtimes", "list", "-o", "md")
	if code != exitOK {
		t.Fatalf("runtimes list exits with %d", code)
	}
	b.WriteString(table)
	b.WriteString("\n## Parameters\n\nWhat a file's `held` lists has no effect, except on a class whose priors name it. `tf32: true` says that fp32 matrix work runs in TF32 where the device has it.\n\n| key | unit | limits | of |\n|---|---|---|---|\n")
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
	out, stderr, code := run(t, "", "devices", "list", "--wide", "-o", "md")
	if code != exitOK {
		t.Fatal(stderr)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Devices\n\nThe built-in devices, as `ridgepoint devices list --wide -o md` prints them. Rates are dense, a multiply-add is 2 operations; fp32, fp16 and int8 are those of matrix products, and `-` stands where the device runs the type as another, or where a figure is not known. Figures are known, strongest first, as measured, vendor, derived or assumed: the peaks by the weakest among those of the matrix unit, or of the vector unit where there is no other. *calibrated* lists the runtime, precision and threads that the timing model was fitted to.\n\n")
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
