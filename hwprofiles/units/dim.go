// Package units reads and prints quantities with their unit: rates, sizes, times, clocks and powers.
//
// A unit is a base unit with an optional prefix. Decimal prefixes (kB = 1000 B)
// and binary ones (KiB = 1024 B) are both read and are different. A FLOP is one
// floating-point add or multiply, an OP the same on integers, so that a
// multiply-add counts as 2 and MAC/s is refused.
package units

import (
	"fmt"
	"strings"
)

// A Dim is what a quantity measures.
type Dim uint8

// The dimensions, with their base unit.
const (
	FLOPRate  Dim = iota // FLOP/s
	OpRate               // OP/s: integer operations, or evaluations of a special function
	ByteRate             // B/s
	Bytes                // B, printed with decimal prefixes: traffic
	Capacity             // B, printed with binary prefixes: what a memory holds
	Seconds              // s
	Hertz                // Hz
	Watts                // W
	FLOPs                // FLOP
	Ops                  // OP
	Intensity            // FLOP/B
	Joules               // J
	numDims
)

type dimRow struct {
	unit     string
	what     string
	example  string
	prefixes string // the decimal ones that may be read, as in prefixTable; "" is written as a space
	print    string // those that are printed, ascending
	binary   bool   // KiB and so on may be read
}

var dims = [numDims]dimRow{
	FLOPRate:  {"FLOP/s", "a floating-point rate", "82.6 TFLOP/s", " kKMGTPE", " kMGTPE", false},
	OpRate:    {"OP/s", "an operation rate", "275 TOP/s", " kKMGTPE", " kMGTPE", false},
	ByteRate:  {"B/s", "a bandwidth", "4.8 TB/s", " kKMGTPE", " kMGTPE", true},
	Bytes:     {"B", "a size", "141 GB", " kKMGTPE", " kMGTPE", true},
	Capacity:  {"B", "a size", "24 GiB", " kKMGTPE", " KMGTPE", true},
	Seconds:   {"s", "a time", "3 µs", " mµμun", "nµm ", false},
	Hertz:     {"Hz", "a frequency", "2.4 GHz", " kKMGT", " kMGT", false},
	Watts:     {"W", "a power", "450 W", " mkKM", "m kM", false},
	FLOPs:     {"FLOP", "an amount of work", "8.2 GFLOP", " kKMGTPE", " kMGTPE", false},
	Ops:       {"OP", "an amount of work", "8.2 GOP", " kKMGTPE", " kMGTPE", false},
	Intensity: {"FLOP/B", "an operational intensity", "82 FLOP/B", " ", " ", false},
	Joules:    {"J", "an energy", "1.2 J", " µmkM", "µm kM", false},
}

// prefixes gives the power of ten of each decimal prefix. The two signs for
// micro are U+00B5 and U+03BC; K is read as k because sizes are often written so.
var prefixes = map[rune]int{
	'n': -9, 'µ': -6, 'μ': -6, 'u': -6, 'm': -3, ' ': 0,
	'k': 3, 'K': 3, 'M': 6, 'G': 9, 'T': 12, 'P': 15, 'E': 18,
}

// binaryPrefixes gives the power of two of each binary prefix (IEC 80000-13).
var binaryPrefixes = map[string]int{"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}

// Unit returns the base unit, such as FLOP/s.
func (d Dim) Unit() string { return dims[d].unit }

// Example returns a well-formed quantity of the dimension.
func (d Dim) Example() string { return dims[d].example }

// String names the dimension, such as "a bandwidth (B/s)".
func (d Dim) String() string { return fmt.Sprintf("%s (%s)", dims[d].what, dims[d].unit) }

// lookup splits a unit such as TB/s into its dimension and scale: value x 10^exp x 2^bin.
func lookup(unit string, d Dim) (exp, bin int, ok bool) {
	row := &dims[d]
	prefix, ok := strings.CutSuffix(unit, row.unit)
	if !ok {
		return 0, 0, false
	}
	if prefix == "" {
		return 0, 0, true
	}
	if bin, ok := binaryPrefixes[prefix]; ok {
		return 0, bin, row.binary
	}
	for _, r := range row.prefixes {
		if r != ' ' && string(r) == prefix {
			return prefixes[r], 0, true
		}
	}
	return 0, 0, false
}
