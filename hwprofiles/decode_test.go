package hwprofiles

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ridgepoint/ridgepoint/internal/allocated"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDecode holds the messages for the profiles under testdata/err and the figures of those under testdata/ok.
func TestDecode(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.yaml")
	if err != nil || len(files) < 30 {
		t.Fatalf("found %d profiles, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.ToSlash(file)
		d, err := Decode(name, data)
		if (err != nil) != strings.Contains(name, "/err/") {
			t.Errorf("%s: error = %v", name, err)
			continue
		}
		got := ""
		if err != nil {
			got = err.Error() + "\n"
		} else {
			got = dump(d)
		}
		golden := strings.TrimSuffix(file, ".yaml") + ".out"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%swant\n%s", name, got, want)
		}
	}
}

func dump(d *Device) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s %s, aliases %q, notes %q\n", d.ID, d.Name, d.Vendor, d.Class, d.Aliases, d.Notes)
	for _, q := range d.Figures() {
		fmt.Fprintf(&b, "%s = %s = %g (%s) %s\n", q.Path, q.Text, q.Value, q.Source, q.Note)
	}
	return b.String()
}

func TestDecodeHuge(t *testing.T) {
	_, err := Decode("huge.yaml", []byte("schema: 1\n#"+strings.Repeat("x", strictyaml.MaxSize)))
	if err == nil || !strings.Contains(err.Error(), "expected a profile of at most") {
		t.Errorf("error = %v", err)
	}
	_, err = Decode("deep.yaml", []byte("a: "+strings.Repeat("[", strictyaml.MaxSize-100)))
	if err == nil {
		t.Error("deep nesting was accepted")
	}
}

// TestDecodeManyErrors holds the number of errors, and with it the time, of a file that is wrong everywhere.
func TestDecodeManyErrors(t *testing.T) {
	var keys strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&keys, "k%d:\n", i)
	}
	for _, text := range []string{keys.String(), strings.Repeat("a:\n", 20000), "notes: [" + strings.Repeat("[],", 20000) + "]", "memory: [" + strings.Repeat("{},", 20000) + "]"} {
		_, err := Decode("many.yaml", []byte(text))
		var es Errors
		if !errors.As(err, &es) || len(es) > strictyaml.MaxErrors+1 || !strings.Contains(es[len(es)-1].Msg, "errors are shown") {
			t.Errorf("%.20q: %d errors", text, len(es))
		}
	}
}

// reading bounds what reading a profile may allocate; fifty errors may quote a line each.
var reading = allocated.Bound{PerByte: 4000, AtLeast: 4 << 20}

// FuzzDecode holds that no profile panics, that every error is an Errors with a place inside the file,
// and that a device that was accepted can be used.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.yaml", "devices/*/r*.yaml", "devices/*/jetson-o*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var d *Device
		var err error
		reading.Hold(t, len(data), func() { d, err = Decode("f.yaml", data) })
		if err != nil {
			most := 2
			for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
				most += strings.Count(string(data), end)
			}
			var es Errors
			if !errors.As(err, &es) || len(es) == 0 || !utf8.ValidString(err.Error()) {
				t.Fatalf("error %T = %q", err, err)
			}
			for _, e := range es {
				if e.Msg == "" || e.Line < 0 || e.Line > most {
					t.Fatalf("error without a place or message: %+v", e)
				}
			}
			return
		}
		Lint(d)
		if d.DRAM().Bandwidth.Value <= 0 || len(d.Peaks) == 0 {
			t.Fatalf("accepted %+v", d)
		}
		for _, q := range d.Figures() {
			if q.Value <= 0 || q.Path == "" || q.Source == nil {
				t.Fatalf("figure %+v", q)
			}
		}
		for _, m := range d.Modes {
			if _, err := d.inMode(m.ID); err != nil && m.Known() {
				t.Fatal(err)
			}
		}
		if got := strictyaml.List(data, "aliases"); !slices.Equal(got, d.Aliases) {
			t.Fatalf("found the aliases %q by themselves, %q in the whole profile", got, d.Aliases)
		}
	})
}
