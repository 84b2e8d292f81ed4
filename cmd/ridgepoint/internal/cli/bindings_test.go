package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestIntList(t *testing.T) {
	test := func(in string, want ...int64) {
		t.Helper()
		got, err := intList(in)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("intList(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	test("8", 8)
	test("1,2,4..256", 1, 2, 4, 8, 16, 32, 64, 128, 256)
	test("1..100", 1, 2, 4, 8, 16, 32, 64, 100)
	test("224..320", 224, 320)
	test("320..400:64", 320, 384, 400)
	test("320..448:64", 320, 384, 448)
	test(" 1, 3", 1, 3)
	for _, bad := range []string{"", "0", "-1", "a", "4..2", "1..", "..4", "1..10:0", "1..10:", "1,,2", "1..99999999:1", "99999999999999999999"} {
		if got, err := intList(bad); err == nil {
			t.Errorf("intList(%q) = %v, want an error", bad, got)
		}
	}
}

func TestNamedShape(t *testing.T) {
	for in, want := range map[string][]int64{
		"images=1x3x640x640": {1, 3, 640, 640},
		"x=2,4":              {2, 4},
		"a=b=3":              {3},
		"s=scalar":           {},
	} {
		if _, got, err := namedShape(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("namedShape(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, bad := range []string{"images", "=1x2", "x=1x-1", "x=ax2", "x=1.5"} {
		if _, got, err := namedShape(bad); err == nil {
			t.Errorf("namedShape(%q) = %v, want an error", bad, got)
		}
	}
}

func TestBatchIsPositive(t *testing.T) {
	for args, ok := range map[string]bool{"": true, "--batch=1": true, "--batch=0": false} {
		var f bindFlags
		cmd := &cobra.Command{}
		f.add(cmd)
		if err := cmd.ParseFlags(strings.Fields(args)); err != nil {
			t.Fatal(err)
		}
		if _, err := f.options(); (err == nil) != ok {
			t.Errorf("%q: %v", args, err)
		}
	}
}
