package lower

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestEveryRuleActs demands a pass or data semantics of each rule, and a rule of each of the semantics.
func TestEveryRuleActs(t *testing.T) {
	var all Recipe
	for i, r := range rules {
		if r.apply == nil && r.data == nil {
			t.Errorf("rule %q does nothing", r.name)
		}
		all.on |= 1 << i
	}
	demandSet(t, reflect.ValueOf(all.semantics()))
}

// demandSet demands that every flag of a struct, and of those within it, is set.
func demandSet(t *testing.T, set reflect.Value) {
	t.Helper()
	for i := range set.NumField() {
		switch f := set.Field(i); {
		case f.Kind() == reflect.Struct:
			demandSet(t, f)
		case !f.Bool():
			t.Errorf("no rule sets %s", set.Type().Field(i).Name)
		}
	}
}

// TestEveryPassHasAGolden demands a golden case in which each pass makes a kernel.
func TestEveryPassHasAGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	var fired []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if cells := strings.Split(line, " | "); len(cells) > 1 {
				fired = append(fired, cells[1])
			}
		}
	}
	for _, r := range rules {
		label := r.name
		if label == "flash attention" {
			label = attentionRule // its kernels are those of attention
		}
		if r.apply != nil && !slices.Contains(fired, label) {
			t.Errorf("rule %q makes no kernel in testdata/*.golden; add a graph on which it does", r.name)
		}
	}
}
