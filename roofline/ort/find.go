// Package ort runs a model in ONNX Runtime on this machine. It needs a build with cgo and the shared library of ONNX
// Runtime; without either, every call fails with one error that says how to get it.
package ort

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// Env gives the environment variable that names the shared library.
const Env = "RIDGEPOINT_ORT"

// ErrNoCgo says what every call fails with in a build without cgo.
var ErrNoCgo = errors.New("this build of ridgepoint cannot load ONNX Runtime, because it was built without cgo; " +
	"build it with CGO_ENABLED=1 go build ./cmd/ridgepoint (make build-cgo), which needs a C compiler")

// An Input is one input of a model with its concrete shape.
type Input struct {
	Name  string      // of the model's input
	Type  dtype.Type  // of its elements
	Shape graph.Shape // with every dimension bound
}

// A Config says what is run and how.
type Config struct {
	Model  string  // path of an .onnx file with its weights
	Inputs []Input // of the model
	// their shapes are only used for half precision, whose results ONNX Runtime cannot allocate through its Go binding
	Outputs []Input
	Threads int    // within an operator; 0 leaves it to ONNX Runtime, which takes one a core
	Profile string // prefix of the path of a profile by node, "" for none
}

// libraryNames says what the shared library is called on each system, the likeliest first.
var libraryNames = map[string][]string{
	"linux":   {"libonnxruntime.so", "libonnxruntime.so.1"},
	"darwin":  {"libonnxruntime.dylib", "libonnxruntime.1.dylib"},
	"windows": {"onnxruntime.dll"},
}

// Find returns the path of the shared library: the one given (a file, or a folder that holds it), that of the
// environment variable RIDGEPOINT_ORT, or the first in the usual places: beside the program, in third_party/onnxruntime
// beside the program's folder ("make ort" puts it there), and in the system's library folders. The working directory is
// none of them: a folder that somebody else filled must not run code. Its error says how to get the library.
func Find(given string, getenv func(string) string) (string, error) {
	if given != "" {
		return named("", given)
	}
	if v := getenv(Env); v != "" {
		return named(Env+": ", v)
	}
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(exe), filepath.Join(filepath.Dir(exe), "..", "third_party", "onnxruntime"))
	}
	for _, dir := range filepath.SplitList(getenv("LD_LIBRARY_PATH")) {
		if filepath.IsAbs(dir) {
			dirs = append(dirs, dir)
		}
	}
	dirs = append(dirs, "/usr/local/lib", "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu",
		"/usr/lib/aarch64-linux-gnu", "/opt/onnxruntime/lib", "/opt/homebrew/lib")
	for _, dir := range dirs {
		if path, ok := inside(dir); ok {
			return path, nil
		}
	}
	return "", fmt.Errorf("found no shared library of ONNX Runtime (%s); get it with \"make ort\", or from an ONNX "+
		"Runtime release or the package onnxruntime-node, and name it, or set %s=FILE",
		strings.Join(libraryNames[runtime.GOOS], " or "), Env)
}

// named returns a library that the user names: a file, or a folder with it inside. by begins the errors.
func named(by, path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%sfound no ONNX Runtime library at %s (%w); expected its shared library or the folder that "+
			"holds it", by, path, err)
	}
	if st.Mode().IsRegular() {
		return filepath.Abs(path)
	}
	if !st.IsDir() { // to load a pipe would wait for ever
		return "", fmt.Errorf("%s%s is no regular file; expected the shared library of ONNX Runtime or the folder that "+
			"holds it", by, path)
	}
	if found, ok := inside(path); ok {
		return found, nil
	}
	return "", fmt.Errorf("%sthe folder %s holds no %s; name the shared library of ONNX Runtime", by, path,
		strings.Join(libraryNames[runtime.GOOS], " or "))
}

// inside returns the path of the shared library in a folder.
func inside(dir string) (string, bool) {
	for _, name := range libraryNames[runtime.GOOS] {
		path, err := filepath.Abs(filepath.Join(dir, name))
		if err != nil || dir == "" {
			continue
		}
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
			return path, true
		}
	}
	return "", false
}
