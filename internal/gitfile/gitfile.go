// Package gitfile reads files as they are in a revision of a git repository, with the program git.
package gitfile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// Prefix marks a revision where a file can be named, as in git:main.
const Prefix = "git:"

// patience bounds the time that git takes for a file.
const patience = time.Minute

// Read hands a file of a revision to read as it arrives. The path is one of the repository around dir, or begins with
// ./ for one relative to dir; "" is the working folder. git runs no filter of the repository. What read returns comes
// before what git says.
func Read(ctx context.Context, dir, revision, path string, read func(io.Reader) error) error {
	if revision == "" || strings.HasPrefix(revision, "-") || strings.ContainsFunc(revision+path, unicode.IsControl) ||
		strings.Contains(revision, ":") {
		return fmt.Errorf("found the revision %q, expected a branch, a tag or a commit, such as main", revision)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "cat-file", "blob", revision+":"+path)
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	complaint := &head{most: 1 << 10}
	cmd.Stderr = complaint
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("found no program git, expected it on the PATH; install it, or give the path of a file")
	case err != nil:
		return fmt.Errorf("git could not be started: %w", err)
	}
	err = read(out)
	late := ctx.Err()
	if err != nil {
		cancel() // git may have more to write
	}
	switch failed := cmd.Wait(); {
	case late != nil:
		return fmt.Errorf("git: %w", late)
	case failed != nil && complaint.Len() > 0:
		return fmt.Errorf("git has no %s in revision %s: %s", strings.TrimPrefix(path, "./"), revision, complaint.line())
	case err != nil:
		return err
	case failed != nil:
		return fmt.Errorf("git has no %s in revision %s", strings.TrimPrefix(path, "./"), revision)
	}
	return nil
}

// A head keeps the beginning of what is written to it.
type head struct {
	bytes.Buffer
	most int
}

// Write keeps what there is room for.
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), max(h.most-h.Len(), 0))])
	return len(p), nil
}

// line returns the first line, without git's own beginning.
func (h *head) line() string {
	text, _, _ := strings.Cut(h.String(), "\n")
	return visible.Text(cmp.Or(strings.TrimPrefix(text, "fatal: "), "it found no such file"))
}
