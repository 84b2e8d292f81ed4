package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// TestWrite holds a write to the whole new content, and a failed one to the old.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, want := range []string{"first", "second"} {
		if err := Write(path, text(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("found %q, %v; expected %q", got, err, want)
		}
	}
	broken := errors.New("broken")
	err := Write(path, func(w io.Writer) error { return errors.Join(text("third")(w), broken) })
	if got, _ := os.ReadFile(path); string(got) != "second" || !errors.Is(err, broken) {
		t.Errorf("after a failure: found %q, %v", got, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("found %d files, expected one", len(files))
	}
}

// TestErrors: an error names the file that was asked for, and no temporary one.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "absent", "a.txt"), dir} {
		err := Write(path, text("x"))
		if err == nil || !strings.HasPrefix(err.Error(), "writing "+path+": ") || strings.Count(err.Error(), dir) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestDevice: what is no regular file stays what it is.
func TestDevice(t *testing.T) {
	before, err := os.Stat(os.DevNull)
	if err != nil || before.Mode().IsRegular() {
		t.Skip("the null device is missing: run on Linux or macOS")
	}
	if err := Write(os.DevNull, text("x")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(os.DevNull); err != nil || after.Mode() != before.Mode() {
		t.Errorf("%s is now %v, %v", os.DevNull, after, err)
	}
}

// TestPlace holds a write to what stands at the path: links, modes and open files stay, and names may be long.
func TestPlace(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("private"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": "private", "chain": at("link"), "dangling": "made", "a": "b",
		"b": "a"} {
		if err := os.Symlink(to, at(link)); err != nil {
			t.Skip("symbolic links are missing: run where they are permitted: ", err)
		}
	}
	long := strings.Repeat("x", 251) + ".txt"
	for name, target := range map[string]string{"chain": "private", "dangling": "made", long: long} {
		if err := Write(at(name), text(name)); err != nil {
			t.Errorf("%.20s: %v", name, err)
			continue
		}
		if got, err := os.ReadFile(at(target)); err != nil || string(got) != name {
			t.Errorf("%.20s: found %.20q, %v", name, got, err)
		}
		if st, err := os.Lstat(at(name)); err != nil || (st.Mode()&os.ModeSymlink != 0) != (name != target) {
			t.Errorf("%.20s is now %v, %v", name, st, err)
		}
	}
	if st, err := os.Stat(at("private")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("found the mode %v, %v; expected 0600", st.Mode(), err)
	}
	if err := Write(at("a"), text("x")); err == nil || !strings.Contains(err.Error(), "circle") {
		t.Errorf("links in a circle: %v", err)
	}
	if files, _ := filepath.Glob(at(".rp*")); len(files) > 0 {
		t.Errorf("%v were left behind", files)
	}
}

// TestOpenFile holds a write to a path among the process's open files, such as /dev/stdout, to go into that file.
func TestOpenFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	path := fmt.Sprintf("/proc/self/fd/%d", f.Fd())
	if _, err := os.Lstat(path); err != nil {
		t.Skip("paths of open files are missing: run on Linux")
	}
	for range 2 {
		if err := Write(path, text("x")); err != nil {
			t.Fatal(err)
		}
	}
	if st, err := f.Stat(); err != nil || st.Size() != 2 {
		t.Errorf("found %d bytes in the open file, expected 2", st.Size())
	}
}

// TestLock lets many change one file at once and expects every change.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	const changes = 32
	var all sync.WaitGroup
	for range changes {
		all.Go(func() {
			unlock, err := Lock(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			old, _ := os.ReadFile(path)
			if err := Write(path, text(string(old)+"x")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, _ := os.ReadFile(path); len(got) != changes {
		t.Errorf("found %d changes, expected %d", len(got), changes)
	}
}

// TestAbandon leaves nothing of a write that a signal ended. It comes last: nothing can be written after it.
func TestAbandon(t *testing.T) {
	dir := t.TempDir()
	folder, _, err := TempDir()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { pending.abandoned = false }()
	err = Write(filepath.Join(dir, "a.txt"), func(w io.Writer) error { Abandon(); return text("x")(w) })
	if err == nil {
		t.Error("a write went on after Abandon")
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("found %v, expected nothing", files)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
}
