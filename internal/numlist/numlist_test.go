package numlist

import (
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	test := func(in string, want ...int64) {
		t.Helper()
		got, err := Parse(in)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Parse(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	test("8", 8)
	test("1,2,4..256", 1, 2, 4, 8, 16, 32, 64, 128, 256)
	test("1..100", 1, 2, 4, 8, 16, 32, 64, 100)
	test("224..320", 224, 320)
	test("320..400:64", 320, 384, 400)
	test("320..448:64", 320, 384, 448)
	test(" 1, 3", 1, 3)
	for _, bad := range []string{"", "0", "-1", "a", "4..2", "1..", "..4", "1..10:0", "1..10:", "1,,2", "1..99999999:1",
		"99999999999999999999"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", bad, got)
		}
	}
}
