package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun: a batch that is killed at random moments ends with the bytes of one that is not, in every format.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many runs")
	}
	bin := filepath.Join(t.TempDir(), "ridgepoint")
	if out, err := exec.Command("go", "build", "-o", bin, "../../cmd/ridgepoint").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for i, format := range []string{"csv", "jsonl", "parquet"} {
		var out bytes.Buffer
		k := task{bin: bin, dir: t.TempDir(), models: 40, devices: 60, batches: 2, format: format, kills: 4,
			seed: uint64(i), jobs: 1 + i}
		if err := k.run(&out); err != nil {
			t.Errorf("%s: %v: %s", format, err, &out)
		}
		if said := out.String(); !strings.Contains(said, "4800 rows") || strings.Contains(said, "killed 0 times") {
			t.Errorf("%s: found %s", format, said)
		}
	}
}
