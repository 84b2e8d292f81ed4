package gitfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// lfsMark begins what Git LFS keeps in git in the place of a large file, and mostPointer bounds that text, in bytes.
const (
	lfsMark     = "version https://git-lfs.github.com/spec/"
	mostPointer = 1 << 10
)

// lfsObject matches the line of a pointer that names the object.
var lfsObject = regexp.MustCompile(`(?m)^oid sha256:([0-9a-f]{64})$`)

// content hands a file to read. In the place of a pointer of Git LFS that is the object, where the repository has it.
func (r *repository) content(in io.Reader, revision string, read func(io.Reader) error) error {
	buffered := bufio.NewReaderSize(in, mostPointer)
	if start, _ := buffered.Peek(len(lfsMark)); string(start) != lfsMark {
		return read(buffered)
	}
	pointer, err := io.ReadAll(io.LimitReader(buffered, mostPointer))
	if err != nil {
		return err
	}
	id := lfsObject.FindSubmatch(pointer)
	if id == nil {
		return read(io.MultiReader(bytes.NewReader(pointer), buffered))
	}
	f, err := r.object(string(id[1]))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("found a Git LFS pointer in revision %s, and its object is not in this clone; fetch it with git "+
			"lfs fetch origin %s", revision, strings.TrimPrefix(revision, "origin/"))
	case err != nil:
		return fmt.Errorf("the object of a Git LFS pointer could not be read: %w", err)
	}
	defer f.Close()
	return read(f)
}

// object opens an object of Git LFS that was fetched.
func (r *repository) object(id string) (*os.File, error) {
	folder := r.line("rev-parse", "--git-common-dir")
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(r.dir, folder)
	}
	return os.Open(filepath.Join(folder, "lfs", "objects", id[:2], id[2:4], id))
}
