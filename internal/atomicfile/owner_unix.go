//go:build unix

package atomicfile

import (
	"io/fs"
	"os"
	"syscall"
)

// own gives a new file the owner and the group of the one that it replaces, as far as the process may: in a folder that
// people share, a file of their group stays one. The group alone is tried where the owner may not be given.
func own(f *os.File, old fs.FileInfo) {
	st, ok := old.Sys().(*syscall.Stat_t)
	if ok && f.Chown(int(st.Uid), int(st.Gid)) != nil {
		_ = f.Chown(-1, int(st.Gid)) // the file is written all the same
	}
}
