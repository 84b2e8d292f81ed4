package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBatch: a manifest becomes rows in a file, and rows of standard input become answers.
func TestBatch(t *testing.T) {
	dir := t.TempDir()
	manifest, out := filepath.Join(dir, "m.csv"), filepath.Join(dir, "rows.csv")
	text := "model,device,batch\nzoo:mobilenetv2,\"rpi-5,rtx4090\",\"1,8\"\nnowhere.onnx,,\n"
	if err := os.WriteFile(manifest, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := run(t, "", "batch", manifest, "-d", "rpi-4b", "-o", out)
	if code != exitOK || !strings.Contains(stderr, "5 rows, 1 with an error") {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 6 || rows[5][6] != "rpi-4b" {
		t.Errorf("found %d lines, %v: %v", len(rows), err, rows)
	}
	if _, stderr, code := run(t, "", "batch", manifest, "-d", "rpi-4b", "--strict"); code != exitStrict {
		t.Errorf("--strict: exit code %d: %s", code, stderr)
	}
	answers, stderr, code := run(t, `{"model":"zoo:mobilenetv2"}`+"\n{}\n", "batch", "-", "-d", "rpi-5")
	if code != exitOK || strings.Count(answers, "\n") != 2 || !strings.Contains(answers, "found no model") {
		t.Errorf("exit code %d, %s: %s", code, stderr, answers)
	}
}

// TestBatchUsage: what cannot be meant is a usage error, and nothing is written.
func TestBatchUsage(t *testing.T) {
	for args, want := range map[string]string{
		"batch zoo:mobilenetv2":                                                  "found no device",
		"batch zoo:mobilenetv2 -d rpi-5 --shard 4/3":                             "expected I/N",
		"batch zoo:mobilenetv2 -d rpi-5 --batch many":                            "not a positive number",
		"batch zoo:mobilenetv2 -d rpi-5 --precision fp17":                        "found precision",
		"batch zoo:mobilenetv2 -d rpi-5 --partition model":                       "expected device",
		"batch zoo:mobilenetv2 -d rpi-5 -o nowhere/x.xml":                        "expected parquet, csv or jsonl",
		"batch zoo:mobilenetv2 -d rpi-5 --resume":                                "give -o FILE",
		"batch - -d rpi-5 -o x.csv":                                              "leave out -o",
		"batch nowhere.csv -d rpi-5":                                             "nowhere.csv",
		"batch zoo:mobilenetv2 -d rpi-5 -o nowhere-at-all/rows.parquet --jobs 1": "nowhere-at-all",
	} {
		out, stderr, code := run(t, "", strings.Fields(args)...)
		if code != exitUsage || out != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, want %q in: %s", args, code, want, stderr)
		}
	}
}
