package gate

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
)

// Room says what a new budget file allows over present figures.
const Room = 0.25

// bare matches a text that YAML takes as it stands.
var bare = lazyexp.New(`^[A-Za-z./][\w./:@-]*$`)

// quoted returns a text as YAML reads it, in quotes where it must be.
func quoted(s string) string {
	if s == "" || bare().MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// New returns the text of a budget file: an entry for each target, run as the entry of its place says, each limit with
// the present figure behind it.
func New(how []Entry, targets []Target) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# Budgets of models on devices, for "ridgepoint check".
# Each limit is the present figure and %.0f %% more.
schema: 1
# What max_regression compares with: a revision of git, or a file that "ridgepoint baseline" wrote.
# baseline: git:main
# What a broken limit means: off, warn or error, for all entries here or for one entry in it.
# levels: {max_high_ms: warn}
budgets:
`, 100*Room)
	for i := range targets {
		writeEntry(&b, &how[i], &targets[i])
	}
	return b.Bytes()
}

// writeEntry writes the models, devices and conditions of a target.
func writeEntry(b *bytes.Buffer, how *Entry, t *Target) {
	fmt.Fprintf(b, "  - models: [%s]\n    devices: [%s]\n", quoted(t.Model), quoted(t.Device))
	for _, f := range []struct{ key, value string }{
		{"runtime", quoted(how.Runtime.Text)}, {"precision", quoted(how.Precision.Text)}, {"batch", whole(how.Batch)},
		{"threads", whole(how.Threads)},
	} {
		if f.value != "" {
			fmt.Fprintf(b, "    %s: %s\n", f.key, f.value)
		}
	}
	for i, dim := range slices.Sorted(maps.Keys(how.Dims)) {
		if i == 0 {
			b.WriteString("    dims:\n")
		}
		fmt.Fprintf(b, "      %s: %d\n", quoted(dim), how.Dims[dim])
	}
	for i := range limits {
		if l := &limits[i]; l.atInit && l.figure(t.Estimate).value > 0 {
			text, now := l.today(t)
			fmt.Fprintf(b, "    %-28s # %s\n", l.Key+": "+text, now)
		}
	}
	fmt.Fprintf(b, "    # %-26s # %s; needs a baseline\n", MaxRegression+": 5 %", find(MaxRegression).Doc)
}

// whole returns a number, nothing for 0.
func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// find returns the limit with a key.
func find(key string) *Limit {
	return &limits[slices.IndexFunc(limits, func(l Limit) bool { return l.Key == key })]
}

// today returns the value of a limit in a new file, and what its figure is now.
func (l *Limit) today(t *Target) (value, now string) {
	f := l.figure(t.Estimate)
	now = l.Doc + ": " + l.Show(f.value) + " now"
	switch {
	case l.least:
		return l.file(f.value), now
	case f.bound:
		now = "lower bound of the latency: " + l.Show(f.value) + " now"
	case f.high > f.low:
		scale := units.CommonScale(units.Seconds, f.value)
		now += fmt.Sprintf(", 90 %% between %s and %s", units.Digits(f.low/scale.Factor, false), l.Show(f.high))
	}
	return l.file(f.value * (1 + Room)), now
}
