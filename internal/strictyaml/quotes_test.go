package strictyaml

import (
	"strings"
	"testing"
)

// TestUnquoted points at texts that want quotes, and at nothing where none does.
func TestUnquoted(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nmodels: [*.onnx]\n":                    `b.yaml:2:10: not YAML: `,
		"a: 1\nmodels:\n  - *.onnx\n":                 `quote it: "*.onnx"`,
		"a: 1\n\nmodels: [x, zoo:net?size=320]\n":     `quote it: "zoo:net?size=320"`,
		"a: 1\nmodels: [@here]\n":                     `b.yaml:2:10: not YAML: `,
		"a: 1\nmodels: *all\n":                        `b.yaml:2:9: not YAML: unknown anchor`,
		"a: 1\nb:\n\tc: 2\nd: what?\n":                `b.yaml:3:1: not YAML: found character that cannot start any token`,
		"a: 1\nmodels: [\"*.onnx\", 'a?b']\nc: [1, 2": `b.yaml:2:1: not YAML: did not find expected`,
	} {
		_, err := OpenKind("budget", "b.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: found %v, expected %q", text, err, want)
		}
	}
}
