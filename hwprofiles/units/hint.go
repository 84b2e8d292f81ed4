package units

import (
	"fmt"
	"slices"
	"strings"
)

// misspelt lists what people write instead of a unit, in lower case and without
// prefix. Longer endings come first, so that ops is not taken for s.
var misspelt = []struct {
	wrong string
	right Dim
}{
	{"flops/s", FLOPRate}, {"flop/sec", FLOPRate}, {"flops", FLOPRate}, {"flop/s", FLOPRate}, {"flopps", FLOPRate},
	{"ops/s", OpRate}, {"op/sec", OpRate}, {"ops", OpRate}, {"op/s", OpRate},
	{"bytes/s", ByteRate}, {"byte/s", ByteRate}, {"b/sec", ByteRate}, {"bps", ByteRate}, {"b/s", ByteRate},
	{"flop/b", Intensity}, {"flop/byte", Intensity}, {"flops/byte", Intensity},
	{"bytes", Capacity}, {"byte", Capacity}, {"b", Capacity},
	{"hertz", Hertz}, {"hz", Hertz},
	{"seconds", Seconds}, {"second", Seconds}, {"secs", Seconds}, {"sec", Seconds}, {"s", Seconds},
	{"watts", Watts}, {"watt", Watts}, {"w", Watts},
	{"joules", Joules}, {"joule", Joules}, {"j", Joules},
	{"flop", FLOPs}, {"op", Ops},
}

// example returns how a quantity of the dimension is written.
func example(want []Dim) string { return fmt.Sprintf("write it as in %q", want[0].Example()) }

// hintNumber returns what is wrong with text that begins with no number.
func hintNumber(s string, want []Dim) string {
	if strings.HasPrefix(s, "-") {
		return "a quantity is not negative; " + example(want)
	}
	return "it must start with a plain decimal number; " + example(want)
}

// hintUnit says what to write instead of a number with a unit that was not accepted.
func hintUnit(num, unit string, want []Dim) string {
	low := strings.ToLower(unit)
	switch {
	case unit == "":
		return "a bare number has no unit; " + example(want)
	case strings.Contains(low, "mac") && slices.Contains([]Dim{FLOPRate, OpRate, FLOPs, Ops}, want[0]):
		return fmt.Sprintf("write %s, counting a multiply-add as 2", dims[want[0]].unit)
	case strings.HasPrefix(unit, ","):
		return "write a decimal point and no thousands separator; " + example(want)
	case strings.Contains(low, "bit") || strings.HasSuffix(unit, "bps") || strings.HasSuffix(unit, "b/s"):
		return "bits are not read; divide by 8 and " + example([]Dim{ByteRate})
	}
	for _, d := range want {
		for _, m := range misspelt {
			if right, ok := respell(unit, m.wrong, d); ok && m.right == d {
				return fmt.Sprintf("write %q", strings.TrimSpace(num)+" "+right)
			}
		}
	}
	for d := Dim(0); d < numDims; d++ {
		if _, _, ok := lookup(unit, d); ok {
			return fmt.Sprintf("that is %s; %s", d, example(want))
		}
	}
	return fmt.Sprintf("the unit %q is not known; %s", unit, example(want))
}

// respell returns prefix and right unit where unit is a prefix and the wrong spelling in any case.
func respell(unit, wrong string, d Dim) (string, bool) {
	n := len(unit) - len(wrong)
	if n < 0 || !strings.EqualFold(unit[n:], wrong) {
		return "", false
	}
	prefix := unit[:n]
	for _, p := range []string{prefix, strings.ToUpper(prefix), strings.ToLower(prefix), title(prefix)} {
		if _, _, ok := lookup(p+d.Unit(), d); ok {
			return p + d.Unit(), true
		}
	}
	return "", false
}

// title returns s with its first letter alone raised.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
}
