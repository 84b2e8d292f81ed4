package report

import (
	"runtime/debug"
	"testing"
)

// TestVersionOf holds that rows of a program that links a checkout name it as the command of that checkout does.
func TestVersionOf(t *testing.T) {
	for _, c := range []struct {
		module debug.Module
		want   string
	}{
		{debug.Module{Version: "v1.2.3"}, "v1.2.3"},
		{debug.Module{Version: "v0.0.0", Replace: &debug.Module{Path: "../.."}}, "(devel)"},
		{debug.Module{Version: "v1.0.0", Replace: &debug.Module{Version: "v1.0.1"}}, "v1.0.1"},
	} {
		if have := versionOf(&c.module); have != c.want {
			t.Errorf("%+v: found %s, expected %s", c.module, have, c.want)
		}
	}
}
