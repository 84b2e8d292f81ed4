package measure_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ridgepoint/ridgepoint/roofline/measure"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// TestAppend keeps the fastest of repeated measurements on a shared machine, and all of them otherwise.
func TestAppend(t *testing.T) {
	for _, c := range []struct {
		add  func(string, measured.Row) error
		want []float64
	}{
		{measure.AppendFastest, []float64{2, 5}},
		{func(path string, r measured.Row) error { return measure.Append(path, r) }, []float64{3, 5, 2, 4}},
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		for _, r := range []measured.Row{{Model: "a", Latency: 3}, {Model: "b", Latency: 5}, {Model: "a", Latency: 2},
			{Model: "a", Latency: 4}} {
			r.Notes = "threads=1"
			if err := c.add(path, r); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := measured.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, r := range rows {
			got = append(got, r.Latency)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("kept %v, want %v", got, c.want)
		}
	}
}
