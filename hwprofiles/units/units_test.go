package units

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestPrefixTable(t *testing.T) {
	tests := []struct {
		text string
		dim  Dim
		want float64
	}{
		{"1 FLOP/s", FLOPRate, 1}, {"1 kFLOP/s", FLOPRate, 1e3}, {"1 KFLOP/s", FLOPRate, 1e3}, {"1 MFLOP/s", FLOPRate, 1e6},
		{"1 GFLOP/s", FLOPRate, 1e9}, {"989 TFLOP/s", FLOPRate, 989e12}, {"1 PFLOP/s", FLOPRate, 1e15}, {"1 EFLOP/s", FLOPRate, 1e18},
		{"1 OP/s", OpRate, 1}, {"1 MOP/s", OpRate, 1e6}, {"275TOP/s", OpRate, 275e12},
		{"1 B/s", ByteRate, 1}, {"1 kB/s", ByteRate, 1e3}, {"1 MB/s", ByteRate, 1e6}, {"1 GB/s", ByteRate, 1e9}, {"4.8 TB/s", ByteRate, 4.8e12},
		{"1 KiB/s", ByteRate, 1 << 10}, {"1 MiB/s", ByteRate, 1 << 20}, {"1 GiB/s", ByteRate, 1 << 30}, {"1 TiB/s", ByteRate, 1 << 40},
		{"1 B", Capacity, 1}, {"1 KB", Capacity, 1e3}, {"1 kB", Capacity, 1e3}, {"1 MB", Capacity, 1e6}, {"141 GB", Capacity, 141e9},
		{"1 TB", Capacity, 1e12}, {"1 PB", Capacity, 1e15}, {"1 EB", Capacity, 1e18}, {"1EB", Bytes, 1e18},
		{"1 KiB", Capacity, 1 << 10}, {"50 MiB", Capacity, 50 << 20}, {"1 GiB", Bytes, 1 << 30}, {"1 TiB", Capacity, 1 << 40},
		{"1 PiB", Capacity, 1 << 50}, {"1 EiB", Capacity, 1 << 60},
		{"1 s", Seconds, 1}, {"1 ms", Seconds, 1e-3}, {"3 µs", Seconds, 3e-6}, {"3 μs", Seconds, 3e-6}, {"2.6us", Seconds, 2.6e-6}, {"5 ns", Seconds, 5e-9},
		{"1 Hz", Hertz, 1}, {"1 kHz", Hertz, 1e3}, {"1 MHz", Hertz, 1e6}, {"2.4GHz", Hertz, 2.4e9}, {"1 THz", Hertz, 1e12},
		{"5 mW", Watts, 5e-3}, {"450 W", Watts, 450}, {"1 kW", Watts, 1e3}, {"1 MW", Watts, 1e6},
		{"8.2 GFLOP", FLOPs, 8.2e9}, {"3 MOP", Ops, 3e6}, {"82 FLOP/B", Intensity, 82},
		{"1e3 B", Bytes, 1e3}, {"1.5e-3 s", Seconds, 1.5e-3}, {" .5 GB ", Bytes, 5e8}, {"2. GB", Bytes, 2e9}, {"0 s", Seconds, 0},
	}
	for _, tt := range tests {
		got, d, err := Parse(tt.text, tt.dim)
		if err != nil || got != tt.want || d != tt.dim {
			t.Errorf("Parse(%q) = %v, %v, %v; want %v", tt.text, got, d, err, tt.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		text string
		want []Dim
		hint string
	}{
		{"989 TFLOPS", []Dim{FLOPRate}, `write "989 TFLOP/s"`},
		{"989 tflops", []Dim{FLOPRate}, `write "989 TFLOP/s"`},
		{"989 TFLOPs/s", []Dim{FLOPRate, OpRate}, `write "989 TFLOP/s"`},
		{"275 TOPS", []Dim{OpRate}, `write "275 TOP/s"`},
		{"275TOPs", []Dim{FLOPRate, OpRate}, `write "275 TOP/s"`},
		{"900 GBps", []Dim{ByteRate}, `write "900 GB/s"`},
		{"900 GB/sec", []Dim{ByteRate}, `write "900 GB/s"`},
		{"900 Gbps", []Dim{ByteRate}, "bits are not read"},
		{"900 Gbit/s", []Dim{ByteRate}, "bits are not read"},
		{"24 gib", []Dim{Capacity}, `write "24 GiB"`},
		{"3 usec", []Dim{Seconds}, `write "3 us"`},
		{"2.4 ghz", []Dim{Hertz}, `write "2.4 GHz"`},
		{"450 watts", []Dim{Watts}, `write "450 W"`},
		{"4 TMAC/s", []Dim{OpRate}, "write OP/s, counting a multiply-add as 2"},
		{"4 GMACs", []Dim{FLOPRate}, "write FLOP/s, counting a multiply-add as 2"},
		{"989", []Dim{FLOPRate}, `a bare number has no unit; write it as in "82.6 TFLOP/s"`},
		{"141 GB", []Dim{ByteRate}, `that is a size (B); write it as in "4.8 TB/s"`},
		{"989 TFLOP", []Dim{FLOPRate}, "that is an amount of work (FLOP)"},
		{"3 parsec", []Dim{Watts}, `the unit "parsec" is not known`},
		{"-3 s", []Dim{Seconds}, "not negative"},
		{"fast", []Dim{Seconds}, "must start with a plain decimal number"},
		{"", []Dim{Seconds}, "must start with a plain decimal number"},
		{".", []Dim{Seconds}, "must start with a plain decimal number"},
		{"1,008 GB/s", []Dim{ByteRate}, "no thousands separator"},
		{"1e400 B", []Dim{Bytes}, "too large"},
		{"1e9999999999 B", []Dim{Bytes}, "plain decimal number"},
		{"NaN B", []Dim{Bytes}, "plain decimal number"},
		{"1 KiFLOP/s", []Dim{FLOPRate}, "is not known"},
	}
	for _, tt := range tests {
		_, _, err := Parse(tt.text, tt.want...)
		var pe *ParseError
		if !errors.As(err, &pe) || !strings.Contains(err.Error(), tt.hint) {
			t.Errorf("Parse(%q) error = %v, want it to say %q", tt.text, err, tt.hint)
		}
	}
}

func TestFormat(t *testing.T) {
	tests := []struct {
		v    float64
		d    Dim
		want string
	}{
		{989.4e12, FLOPRate, "989.4 TFLOP/s"}, {1e15, FLOPRate, "1 PFLOP/s"}, {275e12, OpRate, "275 TOP/s"},
		{4.8e12, ByteRate, "4.8 TB/s"}, {17.066e9, ByteRate, "17.07 GB/s"}, {999.96e9, ByteRate, "1 TB/s"},
		{141e9, Bytes, "141 GB"}, {50 << 20, Capacity, "50 MiB"}, {24 << 30, Capacity, "24 GiB"}, {1023, Capacity, "1023 B"},
		{3e-6, Seconds, "3 µs"}, {0.0123456, Seconds, "12.35 ms"}, {1.5, Seconds, "1.5 s"}, {4e-13, Seconds, "0.0004 ns"}, {0, Seconds, "0 s"},
		{2.4e9, Hertz, "2.4 GHz"}, {450, Watts, "450 W"}, {8.2e9, FLOPs, "8.2 GFLOP"}, {81.92, Intensity, "81.92 FLOP/B"},
		{12345, Intensity, "12345 FLOP/B"}, {0.0833333, Intensity, "0.08333 FLOP/B"}, {0.5, Intensity, "0.5 FLOP/B"},
		{0.0101, Bytes, "0.0101 B"}, {1.2345e-6, Watts, "0.001234 mW"}, {-2e-3, Seconds, "-2 ms"}, {math.Inf(1), Seconds, "+Inf s"}, {math.NaN(), Seconds, "NaN s"},
	}
	for _, tt := range tests {
		if got := Format(tt.v, tt.d); got != tt.want {
			t.Errorf("Format(%g, %v) = %q, want %q", tt.v, tt.d, got, tt.want)
		}
	}
}

func TestCommonScale(t *testing.T) {
	s := CommonScale(Seconds, 12e-3, 4.2e-6, 3e-3)
	if s.Unit != "ms" || s.Decimals != 2 {
		t.Fatalf("scale = %+v, want ms with two decimals", s)
	}
	for v, want := range map[float64]string{12e-3: "12.00", 4.2e-6: "<0.01", 3e-3: "3.00", 0: "0.00"} {
		if got := s.Format(v); got != want {
			t.Errorf("Format(%g) = %q, want %q", v, got, want)
		}
	}
	if s := CommonScale(Bytes, math.NaN(), math.Inf(1)); s.Unit != "B" {
		t.Errorf("scale of nothing finite = %+v, want B", s)
	}
}

// FuzzParse holds that no text panics, that a value is finite and not negative,
// and that what is printed is read back within the printed precision.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"4.8 TB/s", "3 µs", "989 TFLOPS", "1e3B", "50 MiB", "", "1EB", ".e5 s", "9,9 W"} {
		f.Add(s)
	}
	all := make([]Dim, numDims)
	for i := range all {
		all[i] = Dim(i)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, d, err := Parse(s, all...)
		if err != nil {
			return
		}
		if v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			t.Fatalf("Parse(%q) = %v", s, v)
		}
		if v < 1e-12 || v > 1e24 { // beyond the prefixes
			return
		}
		back, _, err := Parse(Format(v, d), d)
		if err != nil || math.Abs(back-v) > 6e-4*v+1e-15 {
			t.Fatalf("Parse(%q) = %v, printed %q, read back %v, %v", s, v, Format(v, d), back, err)
		}
	})
}

func ExampleParse() {
	v, d, err := Parse("4.8 TB/s", ByteRate)
	fmt.Println(v, d, err)
	_, _, err = Parse("989 TFLOPS", FLOPRate)
	fmt.Println(err)
	// Output:
	// 4.8e+12 a bandwidth (B/s) <nil>
	// found "989 TFLOPS", expected a floating-point rate (FLOP/s); write "989 TFLOP/s"
}

func ExampleFormat() {
	fmt.Println(Format(989.4e12, FLOPRate))
	fmt.Println(Format(0.0000032, Seconds))
	fmt.Println(Format(24<<30, Capacity))
	// Output:
	// 989.4 TFLOP/s
	// 3.2 µs
	// 24 GiB
}

func ExampleCommonScale() {
	column := []float64{0.0152, 0.0004, 0.00123}
	s := CommonScale(Seconds, column...)
	fmt.Println("time (" + s.Unit + ")")
	for _, v := range column {
		fmt.Println(s.Format(v))
	}
	// Output:
	// time (ms)
	// 15.20
	// 0.40
	// 1.23
}
