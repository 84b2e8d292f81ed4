package settings_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/hwprofiles/settings"
)

func decoded(t *testing.T, path, text string) *settings.File {
	t.Helper()
	f, err := settings.Decode(path, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestSettings: the project's file comes first, and a runtime holds on the device of its own file.
func TestSettings(t *testing.T) {
	user := decoded(t, "/home/u/ridgepoint.yaml", "device: t4\nruntime: tensorrt\nprecision: fp16\ndevice_dirs: [boards]\n")
	for _, c := range []struct {
		project string
		want    string
	}{
		{"", "device=t4 runtime=tensorrt precision=fp16 device_dirs=/home/u/boards"},
		{"precision: int8", "precision=int8 device=t4 runtime=tensorrt device_dirs=/home/u/boards"},
		{"device: rpi-5", "device=rpi-5 device_dirs=/home/u/boards"},
		{"device: t4\nruntime: torch-compile", "device=t4 runtime=torch-compile precision=fp16 device_dirs=/home/u/boards"},
		{"device_dirs: [a, /b]", "device_dirs=/p/a device_dirs=/b device=t4 runtime=tensorrt precision=fp16 device_dirs=/home/u/boards"},
	} {
		project := new(settings.File)
		if c.project != "" {
			project = decoded(t, "/p/ridgepoint.yaml", c.project)
		}
		var got []string
		for _, s := range settings.Settings(project, user) {
			got = append(got, s.Key+"="+s.Value)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: found %s, expected %s", c.project, strings.Join(got, " "), c.want)
		}
	}
}

// TestDecodeRefuses: what is no setting is an error with its place.
func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"libary: x.so":          "ridgepoint.yaml:1:1",
		"device: [a]":           "device",
		"ort: /tmp/evil.so":     "unknown key",
		"- a":                   "mapping",
		"device: a\n---\nb: c":  "second YAML document",
		"device_dirs: boards":   "device_dirs",
		"device: t4\ndevice: x": "ridgepoint.yaml:2",
	} {
		if _, err := settings.Decode("ridgepoint.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, expected %q", text, err, want)
		}
	}
}

// TestRead: a folder without a file says nothing, and what is no file is refused.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	if f, err := settings.Read(dir); err != nil || !reflect.DeepEqual(f, new(settings.File)) {
		t.Errorf("found %+v, %v", f, err)
	}
	if err := os.Mkdir(filepath.Join(dir, settings.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Read(dir); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("a folder gives %v", err)
	}
}

func ExampleDecode() {
	f, err := settings.Decode("ridgepoint.yaml", []byte("device: jetson-orin-nano-8\nprecision: fp16\n"))
	fmt.Println(f.Device, f.Precision, err)
	// Output: jetson-orin-nano-8 fp16 <nil>
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("device: t4\ndevice_dirs: [a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if file, err := settings.Decode("ridgepoint.yaml", data); err == nil {
			settings.Settings(file)
		}
	})
}
