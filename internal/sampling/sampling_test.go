package sampling

import (
	"slices"
	"testing"
)

func TestEvery(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6}
	for _, c := range []struct {
		asked string
		want  []int
	}{{"", []int{0, 3, 6}}, {"all", list}} {
		t.Setenv("RIDGEPOINT_LAWS", c.asked)
		if got := Every(3, list); !slices.Equal(got, c.want) {
			t.Errorf("%q: found %v, expected %v", c.asked, got, c.want)
		}
	}
}
