package parallel

import (
	"slices"
	"testing"
)

func TestDoCallsEachOnce(t *testing.T) {
	calls, want := make([]int, 100), slices.Repeat([]int{1}, 100)
	Do(len(calls), func(i int) { calls[i]++ })
	if !slices.Equal(calls, want) {
		t.Errorf("found %v calls, expected one each", calls)
	}
}
