//go:build unix

package atomicfile

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestGroupStays holds that a file keeps its owner, its group and its mode when it is written anew.
func TestGroupStays(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give a file to another group: run as root")
	}
	const user, group = 12, 34
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, user, group); err != nil {
		t.Skipf("this file system gives no file to another user (%v): set TMPDIR to one that does", err)
	}
	err := Write(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err })
	if err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	sys := st.Sys().(*syscall.Stat_t)
	if sys.Uid != user || sys.Gid != group || st.Mode().Perm() != 0o640 || st.Size() != 3 {
		t.Errorf("found user %d, group %d, mode %o, %d bytes", sys.Uid, sys.Gid, st.Mode().Perm(), st.Size())
	}
}
