package ridgepoint

import "testing"

// TestBuiltInsByTask: a task's name stands for that task alone, a part of names for all that hold it.
func TestBuiltInsByTask(t *testing.T) {
	exact, err := BuiltIns("Detection", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exact {
		if e.Task != "detection" {
			t.Errorf("%s: found the task %q, expected detection", e.Name, e.Task)
		}
	}
	for _, name := range []string{"text-generation", "Text_Generation "} {
		if of, err := BuiltIns(name, ""); err != nil || of[0].Task != "text generation" {
			t.Errorf("%q: found %d models (%v), expected those of text generation", name, len(of), err)
		}
	}
	if of, err := BuiltIns("-", ""); err == nil {
		t.Errorf("a hyphen: found %d models, expected an error", len(of))
	}
	part, err := BuiltIns("detect", "")
	if err != nil || len(part) <= len(exact) {
		t.Errorf("found %d models of tasks that hold detect (%v), expected more than the %d of detection", len(part), err,
			len(exact))
	}
}
