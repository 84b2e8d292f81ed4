//go:build cgo && linux

package ort

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// constructor holds a library that leaves a file behind as soon as it is loaded.
const constructor = `#include <stdio.h>
__attribute__((constructor)) static void ran(void) { FILE *f = fopen(RAN, "w"); if (f) fclose(f); }
`

// TestLoadLeavesNames holds that nothing is loaded by a bare name, which the system looks up in the working directory
// where LD_LIBRARY_PATH has an empty entry, as "PATH:$LD_LIBRARY_PATH" easily has; by its whole path the library runs.
func TestLoadLeavesNames(t *testing.T) {
	const call = "RIDGEPOINT_TEST_LOAD"
	if path, ok := os.LookupEnv(call); ok { // the program that the test starts
		if _, err := Load(path); err == nil {
			t.Errorf("%q was loaded as ONNX Runtime", path)
		}
		return
	}
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler: install one")
	}
	dir := t.TempDir()
	ran, whole := filepath.Join(dir, "ran"), filepath.Join(dir, "onnxruntime.so")
	source := filepath.Join(dir, "constructor.c")
	if err := os.WriteFile(source, []byte(constructor), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range append([]string{"onnxruntime.so"}, libraryNames["linux"]...) {
		build := exec.Command(cc, "-shared", "-fPIC", `-DRAN="`+ran+`"`, "-o", filepath.Join(dir, name), source)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	for _, path := range []string{"", "onnxruntime.so", "libonnxruntime.so", "./libonnxruntime.so", whole} {
		if err := os.RemoveAll(ran); err != nil {
			t.Fatal(err)
		}
		load := exec.Command(os.Args[0], "-test.run", "^TestLoadLeavesNames$")
		load.Dir, load.Env = dir, append(os.Environ(), call+"="+path, "LD_LIBRARY_PATH=:.")
		if out, err := load.CombinedOutput(); err != nil {
			t.Errorf("%q: %v: %s", path, err, out)
		}
		if _, err := os.Stat(ran); (err == nil) != (path == whole) {
			t.Errorf("%q: the library's constructor ran: %v", path, err == nil)
		}
	}
}
