package trace

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// An endless reader repeats a text, numbered where it has a %d.
type endless struct {
	each string
	rest []byte
	n    int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(e.rest) == 0 {
			e.n++
			e.rest = []byte(strings.ReplaceAll(e.each, "%d", fmt.Sprint(e.n)))
		}
		got := copy(p[n:], e.rest)
		e.rest = e.rest[got:]
		n += got
	}
	return n, nil
}

// TestSourceBounds reads profiles that never end. Each meets the bound of what it has too much of.
func TestSourceBounds(t *testing.T) {
	trace := `{"traceEvents":[{"ph":"X","cat":"kernel","name":"k","dur":1}`
	long, blank, deep := strings.Repeat("n", 1000), strings.Repeat(" ", 1000), strings.Repeat("[", 1000)
	for _, c := range []struct {
		head, each string
		want       error
	}{
		{trace, `,{"ph":"X","cat":"kernel","name":"k%d","dur":1}`, errNodes},
		{trace, `,{"ph":"X","cat":"kernel","name":"k%d` + long + `","dur":1}`, errText},
		{trace + `,{"name":"`, long, errRecord},
		{trace, blank, errRecord},
		{trace + `],"skipped":`, deep, errDepth},
		{trace + `],"skipped":"`, long, errRecord},
		{`[{"count":3},{"name":"a","averageMs":1}`, `,{"name":"a","averageMs":1}`, errNodes},
		{`[{"cat":"Session","name":"model_run","dur":1}`, `,{"cat":"Node","name":"n%d_kernel_time","dur":1}`, errNodes},
		{`[{"model_type":"m","avg_ns":1,"avg_ts":1}`, `,{"model_type":"m","avg_ns":1,"avg_ts":1}`, errRows},
		{"a  min = 1  max = 2  avg = 3\n", "a  min = 1  max = 2  avg = 3\n", errRows},
		{"a  min = 1  max = 2  avg = 3\n", long, errRecord},
		{"| model | test | t/s |\n", "| m | pp1 | 3 |\n", errRows},
		{"layerName;execStatus;layerType;execType;realTime (ms);cpuTime (ms);\n", "a%d;EXECUTED;Conv;x;1;1;\n", errNodes},
	} {
		if _, err := Read("file", &endless{each: c.each, rest: []byte(c.head)}); !errors.Is(err, c.want) {
			t.Errorf("%.60s%.60s: found the error %v, expected %v", c.head, c.each, err, c.want)
		}
	}
	full := source{size: maxSize + 1, left: 1, records: maxRecords - 1, in: bufio.NewReader(strings.NewReader("\n\n"))}
	if _, err := full.Read(nil); !errors.Is(err, errSize) {
		t.Errorf("beyond the size: found the error %v, expected %v", err, errSize)
	}
	full.size = 0
	if err := full.lines(func(int, string) error { return nil }); !errors.Is(err, errRecords) {
		t.Errorf("beyond the records: found the error %v, expected %v", err, errRecords)
	}
}

// TestSkippedMembers: what a trace holds beside its events is passed over, however it is nested.
func TestSkippedMembers(t *testing.T) {
	in := `{"a":{"traceEvents":[1,{"b":[]}]},"c":[[],{}],` +
		`"traceEvents":[{"ph":"X","cat":"kernel","name":"k","dur":2}],"d":null}`
	p, err := Read("file", strings.NewReader(in))
	if err != nil || len(p.Nodes) != 1 || !near(p.Total, 2e-6) {
		t.Errorf("found %+v, %v; expected one kernel of 2 us", p, err)
	}
	for _, tail := range []string{"x", "{}", ",", "]"} {
		if _, err := Read("file", strings.NewReader(in+tail)); err == nil {
			t.Errorf("%q behind the end: found no error", tail)
		}
	}
}
