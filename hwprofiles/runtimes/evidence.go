package runtimes

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

//go:embed evidence.csv
var evidenceTable string

// An Evidence is how far one network was off on one slice: most of what a timing model gets wrong belongs to the
// network and shows on every device.
type Evidence struct {
	Network string // fingerprint
	Model   string // as it was published
	Slice   Slice
	Class   string  // of the device
	Ratio   float64 // measured over predicted, the prediction by a fit that had not seen the network's family
}

// evidenceRead holds what evidenceOf has read, by network: a sweep asks for the same again and again.
var evidenceRead sync.Map

// evidenceOf are the rows of the built-in table on a network: it is sorted, and only these lines are read, once.
func evidenceOf(network string) ([]Evidence, error) {
	if rows, ok := evidenceRead.Load(network); ok {
		return rows.([]Evidence), nil
	}
	var out []Evidence
	prefix := network + ","
	i := strings.Index(evidenceTable, "\n"+prefix)
	for i >= 0 && strings.HasPrefix(evidenceTable[i+1:], prefix) {
		line, _, _ := strings.Cut(evidenceTable[i+1:], "\n")
		e, err := parseEvidence(line)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		i += 1 + len(line)
	}
	evidenceRead.Store(network, out)
	return out, nil
}

func parseEvidence(line string) (Evidence, error) {
	f := strings.Split(line, ",")
	if len(f) != 8 {
		return Evidence{}, fmt.Errorf("evidence.csv: found %d columns in %q, expected 8", len(f), spelling.Clip(line))
	}
	threads, err := strconv.Atoi(f[6])
	ratio, err2 := strconv.ParseFloat(f[7], 64)
	if err != nil || err2 != nil || !(ratio > 0) || math.IsInf(ratio, 1) {
		return Evidence{}, fmt.Errorf("evidence.csv: found threads %q and ratio %q, expected numbers", f[6], f[7])
	}
	return Evidence{Network: f[0], Model: f[1], Class: f[3], Slice: Slice{Device: f[2], Runtime: f[4], Precision: f[5], Threads: threads}, Ratio: ratio}, nil
}

// EvidenceHeader is the first line of the table.
const EvidenceHeader = "network,model,device,class,runtime,precision,threads,measured_over_predicted"

// Row is the evidence as a line of the table.
func (e *Evidence) Row() string {
	return fmt.Sprintf("%s,%s,%s,%s,%s,%s,%d,%.4f", e.Network, strings.ReplaceAll(e.Model, ",", " "), e.Slice.Device, e.Class, e.Slice.Runtime, e.Slice.Precision, e.Slice.Threads, e.Ratio)
}

// A Borrowed is what evidence of a network says of a slice.
type Borrowed struct {
	Factor float64 // on the predicted time
	Weight float64 // the exponent that the ratio was taken to
	From   []Evidence
}

// kinships are how much a ratio on another slice says of this one, the nearest first: the exponents that a study of
// published tables found best on held-out families. A runtime is akin to another where both run the same kernels of PyTorch.
var kinships = []struct {
	weight float64
	near   func(e *Evidence, s Slice, class string) bool
}{
	{1, func(e *Evidence, s Slice, _ string) bool { return e.Slice == s }},
	{0.8, func(e *Evidence, s Slice, class string) bool {
		return e.Slice.Runtime == s.Runtime && e.Class == class && e.Slice.Device != s.Device
	}},
	{0.5, func(e *Evidence, s Slice, class string) bool {
		return e.Slice.Device == s.Device && torch(e.Slice.Runtime) && torch(s.Runtime)
	}},
	{0.5, func(e *Evidence, s Slice, class string) bool {
		return e.Class == class && class == "gpu" && torch(e.Slice.Runtime) && torch(s.Runtime)
	}},
}

func torch(runtime string) bool {
	return strings.HasPrefix(runtime, "torch") || strings.HasPrefix(runtime, "pytorch")
}

// Borrow finds what the nearest evidence says of a network on a slice; nil where there is none.
func Borrow(network string, s Slice, class string) (*Borrowed, error) {
	rows, err := evidenceOf(network)
	if err != nil {
		return nil, err
	}
	return borrow(rows, s, class), nil
}

// BorrowFrom is Borrow with a table of one's own.
func BorrowFrom(table []Evidence, network string, s Slice, class string) *Borrowed {
	var same []Evidence
	for i := range table {
		if table[i].Network == network {
			same = append(same, table[i])
		}
	}
	return borrow(same, s, class)
}

func borrow(all []Evidence, s Slice, class string) *Borrowed {
	for _, k := range kinships {
		var logs []float64
		b := &Borrowed{Weight: k.weight}
		for i := range all {
			if k.near(&all[i], s, class) {
				b.From = append(b.From, all[i])
				logs = append(logs, math.Log(all[i].Ratio))
			}
		}
		if len(logs) > 0 {
			slices.Sort(logs)
			mid := (logs[len(logs)/2] + logs[(len(logs)-1)/2]) / 2
			b.Factor = math.Exp(k.weight * mid)
			return b
		}
	}
	return nil
}
