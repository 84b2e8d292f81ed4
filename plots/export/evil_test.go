package export

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// TestPprofNames holds that no name of a model's reaches a terminal through a viewer of profiles, which prints them as
// they are, and that each is there in a shape that can be read.
func TestPprofNames(t *testing.T) {
	for _, name := range append(hostile.Names(), strings.Join(hostile.Names(), "")) {
		s := estimated(t, hostile.Named(name), name, "rpi-5", "")
		p, err := profile.Parse(bytes.NewReader(written(t, "pprof", s.input())))
		if err != nil {
			t.Fatal(err)
		}
		texts := append([]string{p.Mapping[0].File}, p.Comments...)
		named := false
		for _, f := range p.Function {
			named = named || strings.Contains(f.Name, visible.Text(name))
			texts = append(texts, f.Name, f.SystemName, f.Filename)
		}
		for _, sample := range p.Sample {
			for key, values := range sample.Label {
				texts = append(append(texts, key), values...)
			}
		}
		for _, text := range texts {
			if visible.Text(text) != text {
				t.Errorf("%q: found the text %q", name, text)
			}
		}
		if !named {
			t.Errorf("%q: found no function of the name", name)
		}
	}
}
