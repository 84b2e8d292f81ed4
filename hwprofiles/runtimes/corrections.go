package runtimes

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

//go:embed evidence.csv
var builtInResiduals string

// A Residual is how far one network was off on one slice: most of what a timing model gets wrong belongs to the
// network and shows on every device.
type Residual struct {
	Network string // fingerprint
	Model   string // as it was published
	Slice   Slice
	Class   hwprofiles.Class // of the device
	Ratio   float64          // measured over predicted, the prediction by a fit that had not seen the network's family
}

// Corrections finds what the residuals of a network on other slices say of one. The zero Corrections and nil know none.
// They may be used by several goroutines.
type Corrections struct {
	table string   // CSV with a header, sorted; of it only the lines of a network are read, when it is asked for
	read  sync.Map // from networks to []Residual
}

// BuiltInCorrections returns the corrections by the published measurements.
func BuiltInCorrections() *Corrections { return &Corrections{table: builtInResiduals} }

// NewCorrections returns the corrections by residuals of one's own.
func NewCorrections(residuals []Residual) *Corrections {
	c := &Corrections{}
	by := map[string][]Residual{}
	for _, r := range residuals {
		by[r.Network] = append(by[r.Network], r)
	}
	for network, rows := range by {
		c.read.Store(network, rows)
	}
	return c
}

// residualsHeader is the first line of a table.
const residualsHeader = "network,model,device,class,runtime,precision,threads,measured_over_predicted"

// EncodeResiduals returns residuals as a table: the content of evidence.csv.
func EncodeResiduals(residuals []Residual) []byte {
	lines := make([]string, len(residuals))
	for i := range residuals {
		r := &residuals[i]
		lines[i] = fmt.Sprintf("%s,%s,%s,%s,%s,%s,%d,%.4f\n", r.Network, strings.ReplaceAll(r.Model, ",", " "),
			r.Slice.Device, r.Class, r.Slice.Runtime, r.Slice.Precision, r.Slice.Threads, r.Ratio)
	}
	slices.Sort(lines)
	return []byte(residualsHeader + "\n" + strings.Join(lines, ""))
}

func parseResidual(line string) (Residual, error) {
	f := strings.Split(line, ",")
	if columns := strings.Count(residualsHeader, ",") + 1; len(f) != columns {
		return Residual{}, fmt.Errorf("table of residuals: found %d columns in %q, expected %d", len(f),
			spelling.Clip(line), columns)
	}
	threads, err := strconv.Atoi(f[6])
	ratio, err2 := strconv.ParseFloat(f[7], 64)
	if err != nil || err2 != nil || !(ratio > 0) || math.IsInf(ratio, 1) {
		return Residual{}, fmt.Errorf("table of residuals: found threads %q and ratio %q, expected numbers", f[6], f[7])
	}
	s := Slice{Device: f[2], Runtime: f[4], Precision: f[5], Threads: threads}
	return Residual{Network: f[0], Model: f[1], Class: hwprofiles.Class(f[3]), Slice: s, Ratio: ratio}, nil
}

// of returns the residuals of a network.
func (c *Corrections) of(network string) ([]Residual, error) {
	if c == nil {
		return nil, nil
	}
	if rows, ok := c.read.Load(network); ok {
		return rows.([]Residual), nil
	}
	var out []Residual
	prefix := network + ","
	i := strings.Index(c.table, "\n"+prefix)
	for i >= 0 && strings.HasPrefix(c.table[i+1:], prefix) {
		line, _, _ := strings.Cut(c.table[i+1:], "\n")
		r, err := parseResidual(line)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		i += 1 + len(line)
	}
	c.read.Store(network, out)
	return out, nil
}

// A Kinship says how near the slice of a residual is to the one that is asked about, the nearest first.
type Kinship uint8

// The kinships.
const (
	SameSlice   Kinship = iota
	SameRuntime         // another device of the class
	SameFamily          // another runtime of the family, on the same device or on another GPU
	numKinships
)

// kinships hold the exponents that a study of published tables found best on held-out families, and 90 % of measured
// over predicted with them (docs/accuracy.md).
var kinships = [numKinships]struct{ weight, low, high float64 }{
	SameSlice:   {1, 0.9, 1.12},
	SameRuntime: {0.8, 0.85, 1.2},
	SameFamily:  {0.5, 0.75, 1.8},
}

// Weight returns the exponent that ratios of the kinship are taken to.
func (k Kinship) Weight() float64 { return kinships[k].weight }

// Interval returns 90 % of measured over corrected predictions.
func (k Kinship) Interval() (low, high float64) { return kinships[k].low, kinships[k].high }

// A Subject is what a correction is wanted for.
type Subject struct {
	Network string // fingerprint
	Slice   Slice
	Class   hwprofiles.Class          // of the device
	Related func(runtime string) bool // whether a runtime of that id is of the family of the slice's; nil: none is
}

// nearness are the tests of kinship in the order in which they are tried.
var nearness = []struct {
	kinship Kinship
	near    func(r *Residual, s *Subject) bool
}{
	{SameSlice, func(r *Residual, s *Subject) bool { return r.Slice == s.Slice }},
	{SameRuntime, func(r *Residual, s *Subject) bool {
		return r.Slice.Runtime == s.Slice.Runtime && r.Class == s.Class && r.Slice.Device != s.Slice.Device
	}},
	{SameFamily, func(r *Residual, s *Subject) bool { return r.Slice.Device == s.Slice.Device && s.related(r) }},
	{SameFamily, func(r *Residual, s *Subject) bool {
		return r.Class == s.Class && s.Class == hwprofiles.GPU && s.related(r)
	}},
}

func (s *Subject) related(r *Residual) bool { return s.Related != nil && s.Related(r.Slice.Runtime) }

// A Correction is what the nearest residuals of a network say of a slice.
type Correction struct {
	Factor  float64 // on the predicted time
	Kinship Kinship
	From    []Residual
}

// Find returns the correction by the nearest residuals of the network; nil where there are none.
func (c *Corrections) Find(s Subject) (*Correction, error) {
	all, err := c.of(s.Network)
	if err != nil {
		return nil, err
	}
	for _, n := range nearness {
		var logs []float64
		found := &Correction{Kinship: n.kinship}
		for i := range all {
			if n.near(&all[i], &s) {
				found.From = append(found.From, all[i])
				logs = append(logs, math.Log(all[i].Ratio))
			}
		}
		if len(logs) > 0 {
			slices.Sort(logs)
			mid := (logs[len(logs)/2] + logs[(len(logs)-1)/2]) / 2
			found.Factor = math.Exp(n.kinship.Weight() * mid)
			return found, nil
		}
	}
	return nil, nil
}
