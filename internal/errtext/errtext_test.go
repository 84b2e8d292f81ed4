package errtext

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

type lined struct{}

func (lined) Error() string { return "first\nsec\aond" }
func (lined) Lined()        {}

func TestText(t *testing.T) {
	dir := t.TempDir()
	_, absent := os.Open(filepath.Join(dir, "absent\n.onnx"))
	_, number := strconv.ParseInt("x", 10, 64)
	_, large := strconv.ParseFloat("1e999", 64)
	_, cells := csv.NewReader(strings.NewReader("a,b\nc\n")).ReadAll()
	for _, c := range []struct {
		err  error
		want string
	}{
		{absent, "found no file " + dir + `/absent\n.onnx`},
		{fmt.Errorf("model: %w", absent), "model: found no file " + dir + `/absent\n.onnx`},
		{&os.PathError{Op: "open", Path: "x", Err: os.ErrPermission}, "x: access is not permitted"},
		{number, `"x" is no number`},
		{large, `"1e999" is beyond what a number can be`},
		{cells, "line 2: found another number of cells than in the header"},
		{json.Unmarshal([]byte("{]"), new(any)), "it is no JSON from byte 2 on"},
		{fmt.Errorf("node %s", "a\x1b\nb"), `node a\x1b\nb`},
		{lined{}, "first\nsec\\x07ond"},
		{errors.Join(errors.New("a"), errors.New("b")), "a\nb"},
	} {
		if got := Text(c.err); got != c.want {
			t.Errorf("found %q, expected %q", got, c.want)
		}
	}
}

// TestLong holds an error that quotes a whole file to one line that can be read.
func TestLong(t *testing.T) {
	got := Text(fmt.Errorf("equation %s is none", strings.Repeat("ab\n", 1<<20)))
	if len(got) > 4*longest || strings.ContainsFunc(got, unicode.IsControl) || !strings.HasSuffix(got, "is none") {
		t.Errorf("found %d bytes: %.80q", len(got), got)
	}
}

// TestShown holds a line to its length also where what is written for a character is longer than the character.
func TestShown(t *testing.T) {
	if text := Text(errors.New(strings.Repeat("\u202e", longest))); len(text) > longest+len(" … ") {
		t.Errorf("found %d bytes, expected at most %d", len(text), longest)
	}
}
