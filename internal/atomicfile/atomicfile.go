// Package atomicfile writes files whole or not at all.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mode is the permission of a file that Write makes.
const mode = 0o644

// Write writes a file by a temporary one beside it, which takes its name once it is complete. What is there and is no
// regular file, such as /dev/null or a named pipe, is written to as it stands.
func Write(path string, write func(io.Writer) error) error {
	how := replace
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		how = into
	}
	if err := how(path, write); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func replace(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return bare(err)
	}
	defer os.Remove(f.Name()) // fails, as it should, once the file has its name
	err = write(f)
	if err == nil {
		err = f.Chmod(mode)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return bare(err)
}

func into(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return bare(err)
	}
	return bare(errors.Join(write(f), f.Close()))
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
