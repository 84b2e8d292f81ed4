package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLayersKeepTheirNames: a folder in whose name those of layers begin is no part of theirs.
func TestLayersKeepTheirNames(t *testing.T) {
	for _, c := range []struct{ arg, text, want string }{
		{"/model/net.onnx", "/model/conv/Conv in /model/net.onnx", "/model/conv/Conv in net.onnx"},
		{"--device=/home/jane/my.yaml,t4", "/home/conv of /home/jane/my.yaml", "/home/conv of my.yaml"},
		{"/model", "/model/conv", "/model/conv"},
		{"/a & b/net.onnx", "/a &amp; b/net.onnx", "net.onnx"},
		{"model/net.onnx", "model/net.onnx", "model/net.onnx"},
	} {
		a := app{paths: pathsOf([]string{c.arg})}
		if got := string(a.withoutFolders([]byte(c.text))); got != c.want {
			t.Errorf("%s: found %q, expected %q", c.arg, got, c.want)
		}
	}
}

// shared lists commands that make a page, a report or a picture to send, with the model's path in the place of MODEL
// and the profile's in that of BOARD.
var shared = []struct{ command, suffixes string }{
	{"estimate MODEL -d rpi-5", "html md"}, {"estimate MODEL zoo:mobilenetv2 -d BOARD,rpi-5 --runtime none", "html md"},
	{"explain MODEL -d rpi-5", "html md"}, {"inspect MODEL", "html md"}, {"shapes MODEL", "html md"},
	{"diff MODEL zoo:mobilenetv2 -d rpi-5", "html md"}, {"whatif MODEL -d rpi-5", "html md"},
	{"sweep MODEL -d rpi-5 --batch 1..2", "html md"}, {"pick MODEL -d rpi-5 --fps 5", "html md"},
	{"require MODEL -d rpi-5 --max-latency 20ms", "html md"},
	{"report MODEL -d rpi-5", "html"}, {"plot MODEL -d rpi-5", "svg png pdf"},
	{"devices show BOARD", "html md"},
}

// TestNoFolders: what people send to others names neither the folder of a model or a profile nor the home of who made
// it.
func TestNoFolders(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "jane & doe", "project-x")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		"MODEL": "testdata/corpus/dev/tv_mobilenet_v2.onnx.gz", "BOARD": "examples/own-device/my-board.yaml",
	}
	for word, file := range names {
		data, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		names[word] = filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(names[word], data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secrets := []string{"jane", "project-x"}
	if home, err := os.UserHomeDir(); err == nil {
		secrets = append(secrets, home+string(filepath.Separator))
	}
	for _, c := range shared {
		for suffix := range strings.FieldsSeq(c.suffixes) {
			out := filepath.Join(t.TempDir(), "out."+suffix)
			args := append(strings.Fields(c.command), "-o", out)
			for i := range args {
				for word, path := range names {
					args[i] = strings.Replace(args[i], word, path, 1)
				}
			}
			if _, stderr, code := run(t, "", args...); code > exitNo {
				t.Errorf("%s to %s: exit code %d\n%s", c.command, suffix, code, stderr)
				continue
			}
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range secrets {
				if i := bytes.Index(text, []byte(s)); i >= 0 {
					t.Errorf("%s to %s holds %q: %q", c.command, suffix, s, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
}
