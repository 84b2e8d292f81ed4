//go:build unix

package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// TryLock locks an open file until it is closed, and reports false where another program holds it. Where a file system
// knows no locks, nothing is locked.
func TryLock(f *os.File) bool {
	return !errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// Lock waits until no other process has locked a file of the same folder, and returns the function that unlocks it.
// The folder is locked and not the file: Write gives the file's name to another one. Where a file system knows no
// locks, nothing is locked.
func Lock(path string) (unlock func(), err error) {
	target, _, err := follow(path)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, bare(err))
	}
	dir, err := os.Open(filepath.Dir(target))
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, bare(err))
	}
	for errors.Is(syscall.Flock(int(dir.Fd()), syscall.LOCK_EX), syscall.EINTR) {
	}
	return func() { dir.Close() }, nil
}
