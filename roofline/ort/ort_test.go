package ort

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func none(string) string { return "" }

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if len(libraryNames[runtime.GOOS]) == 0 {
		t.Skip("no name of ONNX Runtime's library is known for " + runtime.GOOS + ": add it to libraryNames")
	}
	lib := filepath.Join(dir, libraryNames[runtime.GOOS][0])
	if _, err := Find(filepath.Join(dir, "absent"), none); err == nil || !strings.Contains(err.Error(),
		"found no ONNX Runtime library at") {
		t.Errorf("found the error %v", err)
	}
	if _, err := Find(dir, none); err == nil || !strings.Contains(err.Error(), "holds no ") {
		t.Errorf("an empty folder: found the error %v", err)
	}
	if err := os.WriteFile(lib, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{dir, lib} {
		if got, err := Find(given, none); err != nil || got != lib {
			t.Errorf("Find(%s): found %s, %v; expected %s", given, got, err, lib)
		}
	}
	env := func(name string) string {
		if name == Env {
			return lib
		}
		return ""
	}
	if got, err := Find("", env); err != nil || got != lib {
		t.Errorf("by %s: found %s, %v; expected %s", Env, got, err, lib)
	}
}

// TestFindLeavesWorkingDirectory holds a library that somebody else may have put into the working directory to being
// left alone, wherever in it the library lies.
func TestFindLeavesWorkingDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, at := range []string{".", "lib", filepath.Join("third_party", "onnxruntime")} {
		if err := os.MkdirAll(at, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range libraryNames[runtime.GOOS] {
			if err := os.WriteFile(filepath.Join(at, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, path := range []string{"", ":", ".", "lib:third_party/onnxruntime"} {
		got, err := Find("", func(name string) string { return map[string]string{"LD_LIBRARY_PATH": path}[name] })
		if err == nil && strings.HasPrefix(got, dir) {
			t.Errorf("LD_LIBRARY_PATH %q: found %s, expected nothing of the working directory", path, got)
		}
	}
}

// TestFindLeavesPipes holds that a pipe or a device is no library: to load one would wait for ever.
func TestFindLeavesPipes(t *testing.T) {
	if _, err := Find(os.DevNull, none); err == nil || !strings.Contains(err.Error(), "is no regular file") {
		t.Errorf("found the error %v", err)
	}
	dir := t.TempDir()
	for _, name := range libraryNames[runtime.GOOS] {
		if err := os.Symlink(os.DevNull, filepath.Join(dir, name)); err != nil {
			t.Skipf("no symbolic link can be made here (%v): run with the right to make them", err)
		}
	}
	if got, err := Find(dir, none); err == nil {
		t.Errorf("found %s, expected no library", got)
	}
}

// TestRun multiplies matrices in ONNX Runtime, where it is there.
func TestRun(t *testing.T) {
	path, err := Find(filepath.Join("..", "..", "third_party", "onnxruntime"), os.Getenv)
	if err != nil {
		t.Skip("ONNX Runtime is not there: run make ort")
	}
	if _, err := Load(path); errors.Is(err, ErrNoCgo) {
		t.Skip("cgo is missing: run with CGO_ENABLED=1 and a C compiler")
	} else if err != nil {
		t.Fatal(err)
	}
	model, cfg, err := MatMul(64)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cfg.Model, cfg.Threads, cfg.Profile = filepath.Join(dir, "matmul.onnx"), 1, filepath.Join(dir, "profile")
	if err := os.WriteFile(cfg.Model, model, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := s.Run()
	if err != nil || seconds <= 0 {
		t.Errorf("found %g s, %v", seconds, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if files, _ := filepath.Glob(cfg.Profile + "*.json"); len(files) != 1 {
		t.Errorf("found the profiles %v, expected one", files)
	}
	cfg.Inputs[0].Shape = append(cfg.Inputs[0].Shape[:1:1], 0)
	if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), `input "a"`) {
		t.Errorf("an input without elements: found the error %v", err)
	}
	cfg.Model = filepath.Join(dir, "absent.onnx")
	if _, err := Open(cfg); err == nil {
		t.Error("a model that is not there was opened")
	}
}
