package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// TestDimsOfSeveral holds that a dimension goes to those of several models that have it, in every command that takes
// several, and that one which none has is refused.
func TestDimsOfSeveral(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"estimate FIXED BERT -d t4 --dim sequence=64", exitOK, "hf_bert_base"},
		{"estimate FIXED BERT -d t4 --precision all --dim sequence=64", exitOK, "hf_bert_base"},
		{"report FIXED BERT -d t4 --dim sequence=64 -o DIR/page.html", exitOK, "wrote"},
		{"plot FIXED BERT -d t4 --dim sequence=64 -o DIR/plot.svg", exitOK, "wrote"},
		{"export FIXED BERT -d t4 --dim sequence=64 --to bench", exitOK, "hf_bert_base"},
		{"pick FIXED BERT -d t4 --fps 10 --dim sequence=64", exitOK, "hf_bert_base"},
		{"diff FIXED BERT -d t4 --dim sequence=64", exitOK, "slower"},
		{"check init FIXED BERT -d t4 --dim sequence=64", exitOK, "sequence: 64"},
		{"check init FIXED BERT -d t4 --dim sequence=64 --dim sequnce=2", exitUsage, "did you mean sequence?"},
		{"estimate FIXED BERT -d t4 --dim sequence=64 --dim width=2", exitUsage, `found no dimension "width", expected one of`},
		{"estimate FIXED BERT -d t4 --dim sequence=64 --shape picture=1x3", exitUsage, `no input "picture"`},
		{"estimate FIXED -d t4 --dim sequence=64", exitUsage, "all dimensions of the inputs are fixed"},
	} {
		args := strings.NewReplacer("FIXED", root+"/testdata/corpus/dev/tv_mobilenet_v2.onnx.gz", "BERT",
			root+"/testdata/corpus/dev/hf_bert_base.onnx.gz", "DIR", dir).Replace(c.args)
		out, stderr, code := run(t, "", strings.Fields(args)...)
		if code != c.code || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s: exit code %d, want %d and %q in:\n%s%s", c.args, code, c.code, c.want, out, stderr)
		}
	}
}

// TestInitNamesDevices holds that a device that is named twice leaves the names of the others in their places.
func TestInitNamesDevices(t *testing.T) {
	out, stderr, code := run(t, "", "check", "init", "zoo:mobilenetv2", "-d", "t4", "-d", "t4", "-d", "rpi-5")
	if code != exitOK || strings.Count(out, "devices: [t4]") != 1 || strings.Count(out, "devices: [rpi-5]") != 1 {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
}

// TestCheckReexported holds that a budget compares a model with a revision of it whose file leaves its sizes free, and
// says which dimensions a file no longer has.
func TestCheckReexported(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git: install it")
	}
	dir := t.TempDir()
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, text)
		}
	}
	put := func(name string) {
		data, err := os.ReadFile(filepath.Join(root, "testdata/corpus/dev", name))
		if err != nil {
			t.Fatal(err)
		}
		saved(t, dir, "model.onnx.gz", string(data))
	}
	git("init", "-q", "-b", "main")
	put("ctl_loop_if_script.onnx.gz")
	git("add", ".")
	git("commit", "-q", "-m", "free")
	put("tv_mobilenet_v2.onnx.gz")
	entry := "schema: 1\nbaseline: git:main\nbudgets:\n  - models: [model.onnx.gz]\n    devices: [t4]\n"
	budget := saved(t, dir, "b.yaml", entry+"    dims: {batch: 1, time: 9}\n    max_regression: 5 %\n")
	if _, stderr, code := run(t, "", "check", budget); code != exitUsage || !strings.Contains(stderr, "b.yaml:6:") {
		t.Errorf("dimensions that the file no longer has: exit code %d: %s", code, stderr)
	}
}

// TestDiffSameWork holds that kernels which do the same work in the same setting are told apart from changes, and that
// two devices have none.
func TestDiffSameWork(t *testing.T) {
	for _, c := range []struct {
		args string
		want bool
	}{
		{"zoo:yolo11s zoo:yolo11s-seg -d t4", true},
		{"zoo:yolo11s -d t4,l4", false},
		{"zoo:yolo11s -d t4 --precision fp32,fp16", false},
	} {
		text, stderr, code := run(t, "", append([]string{"diff", "--top", "0"}, strings.Fields(c.args)...)...)
		if code != exitOK || strings.Contains(text, "of the same work") != c.want {
			t.Errorf("%s: exit code %d, want rows of the same work: %t, in:\n%s%s", c.args, code, c.want, text, stderr)
		}
		out, _, _ := run(t, "", append([]string{"diff", "--format", "json"}, strings.Fields(c.args)...)...)
		var file struct{ Results []schema.Diff }
		if err := json.Unmarshal([]byte(out), &file); err != nil || len(file.Results) != 1 {
			t.Fatalf("%s: %d results, %v", c.args, len(file.Results), err)
		}
		d := &file.Results[0]
		if (d.SameWork != nil) != c.want {
			t.Errorf("%s: same_work is %v", c.args, d.SameWork)
		}
		if d.SameWork != nil && d.SameWork.Kernels > d.Counts.Slower+d.Counts.Faster {
			t.Errorf("%s: %d kernels of the same work, %d moved", c.args, d.SameWork.Kernels, d.Counts.Slower+d.Counts.Faster)
		}
	}
}
