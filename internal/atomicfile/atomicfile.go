// Package atomicfile writes files whole or not at all.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// newMode gives the permission of a new file, from which the process's umask takes its part.
const newMode = 0o666

// Write writes a file by a temporary one beside it, which takes its name once it is complete. A file that is there
// keeps its mode, and a symbolic link its place: what it points to is written. What is no regular file, such as
// /dev/null or a named pipe, is written to as it stands.
func Write(path string, write func(io.Writer) error) error {
	if err := put(path, write); err != nil {
		return fmt.Errorf("writing %s: %w", path, bare(err))
	}
	return nil
}

// put writes a file beside path and moves it there; what is no regular file is written to directly.
func put(path string, write func(io.Writer) error) error {
	target, open, err := follow(path)
	if err != nil {
		return err
	}
	st, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replace(target, nil, write)
	case err != nil:
		return err
	case open || !st.Mode().IsRegular():
		return into(target, write)
	}
	return replace(target, st, write)
}

// Target returns where a file is written: the path itself, or what its symbolic links lead to.
func Target(path string) (string, error) {
	target, _, err := follow(path)
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", path, bare(err))
	}
	return target, nil
}

// Same reports whether two paths are one regular file, or lead to one that is not there yet.
func Same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX != nil || errY != nil {
		x, errX := filepath.Abs(a)
		y, errY := filepath.Abs(b)
		return a != "-" && errX == nil && errY == nil && x == y
	}
	return x.Mode().IsRegular() && os.SameFile(x, y)
}

// maxLinks gives the most symbolic links that a path may lead through, as in Linux.
const maxLinks = 40

// follow returns the path that symbolic links lead to. The last one may point to a file that is not there yet.
// open says that the path is an open file of a process, such as /dev/stdout, which no other file may replace.
func follow(path string) (target string, open bool, err error) {
	for range maxLinks {
		st, err := os.Lstat(path)
		if err != nil || st.Mode()&fs.ModeSymlink == 0 {
			return path, false, nil // what is wrong with the path is said by who opens it
		}
		if descriptor(path) {
			return path, true, nil
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", false, err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", false, errors.New("its symbolic links go in a circle")
}

// descriptor reports whether a path is among the open files of a process.
func descriptor(path string) bool {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return false
	}
	ok, _ := filepath.Match("/proc/*/fd", dir)
	return ok || dir == "/dev/fd"
}

// replace writes a new file and gives it the place and permission of the old one.
func replace(path string, old fs.FileInfo, write func(io.Writer) error) error {
	f, err := create(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer drop(f.Name())
	err = write(f)
	if err == nil && old != nil {
		own(f, old)
		err = f.Chmod(old.Mode().Perm())
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = rename(f.Name(), path)
	}
	return err
}

// into appends to what exists, such as a pipe.
func into(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// pending lists the temporary files and folders that exist. Once abandoned, none is made or renamed any more.
var pending = struct {
	sync.Mutex
	files     map[string]bool
	abandoned bool
}{files: map[string]bool{}}

var errAbandoned = errors.New("the program is ending")

// Abandon removes the temporary files of all writes under way, which fail, and the folders of TempDir. It is for a
// program that is about to end.
func Abandon() {
	pending.Lock()
	defer pending.Unlock()
	pending.abandoned = true
	for name := range pending.files {
		os.RemoveAll(name)
	}
}

// TempDir makes a temporary folder and returns the function that removes it with all that is in it.
func TempDir() (dir string, remove func(), err error) {
	pending.Lock()
	defer pending.Unlock()
	if pending.abandoned {
		return "", nil, errAbandoned
	}
	if dir, err = os.MkdirTemp("", "ridgepoint-"); err != nil {
		return "", nil, err
	}
	pending.files[dir] = true
	return dir, func() { drop(dir) }, nil
}

// tries bounds the search for the name of a temporary file.
const tries = 100

// create makes a temporary file. Its name is short, since that of the file may be as long as a name can be.
func create(dir string) (f *os.File, err error) {
	pending.Lock()
	defer pending.Unlock()
	if pending.abandoned {
		return nil, errAbandoned
	}
	for range tries {
		name := filepath.Join(dir, fmt.Sprintf(".rp%08x", rand.Uint32()))
		f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, newMode)
		if err == nil {
			pending.files[name] = true
			return f, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return nil, err
}

// rename moves a file unless the program is ending.
func rename(from, to string) error {
	pending.Lock()
	defer pending.Unlock()
	if pending.abandoned {
		return errAbandoned
	}
	err := os.Rename(from, to)
	if err == nil {
		delete(pending.files, from)
	}
	return err
}

// drop removes a temporary file or folder, unless a file has its name by now.
func drop(name string) {
	pending.Lock()
	defer pending.Unlock()
	if pending.files[name] {
		delete(pending.files, name)
		os.RemoveAll(name)
	}
}

// bare returns the cause of a failed operation without the name of the temporary file.
func bare(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
