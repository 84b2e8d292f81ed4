package zoo

import (
	"slices"
	"testing"
)

// TestTasks: the list of tasks has those of the models, in their order.
func TestTasks(t *testing.T) {
	var want []string
	for _, e := range Entries() {
		if !slices.Contains(want, e.Task) {
			want = append(want, e.Task)
		}
	}
	if got := Tasks(); !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
}
