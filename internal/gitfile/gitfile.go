// Package gitfile reads files as they are in a revision of a git repository, with the program git.
package gitfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode"
)

// Prefix marks a revision where a file can be named, as in git:main.
const Prefix = "git:"

// patience bounds the time that git takes for a file.
const patience = time.Minute

// errNoGit says that git cannot be run.
var errNoGit = errors.New("found no program git, expected it on the PATH; install it, or give the path of a file")

// named returns an error for what cannot be a revision, or would be an option of git.
func named(revision, path string) error {
	if revision == "" || strings.HasPrefix(revision, "-") || strings.ContainsFunc(revision+path, unicode.IsControl) ||
		strings.Contains(revision, ":") {
		return fmt.Errorf("found the revision %q, expected a branch, a tag or a commit, such as main", revision)
	}
	return nil
}

// Read hands a file of a revision to read as it arrives; for a pointer of Git LFS, the object that it names. The path
// is one of the repository around dir, or begins with ./ for one relative to dir; "" is the working folder. git runs no
// filter of the repository. What git says comes before what read returns.
func Read(ctx context.Context, dir, revision, path string, read func(io.Reader) error) error {
	if err := named(revision, path); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	repo := &repository{ctx, dir}
	cmd := repo.git("cat-file", "blob", revision+":"+path)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errNoGit
	case err != nil:
		return fmt.Errorf("git could not be started: %w", err)
	}
	err = repo.content(out, revision, read)
	late := ctx.Err()
	if err != nil {
		cancel() // git may have more to write
	}
	var refused *exec.ExitError
	switch failed := cmd.Wait(); {
	case late != nil:
		return fmt.Errorf("git: %w", late)
	case errors.As(failed, &refused) && refused.Exited():
		return repo.absent(revision, path)
	case err != nil:
		return err
	case failed != nil:
		return fmt.Errorf("git could not read %s in revision %s: %w", strings.TrimPrefix(path, "./"), revision, failed)
	}
	return nil
}

// A repository runs git in a folder.
type repository struct {
	ctx context.Context
	dir string
}

// git returns a call that asks nothing of people or servers.
func (r *repository) git(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(r.ctx, "git", args...)
	cmd.Dir, cmd.WaitDelay = r.dir, time.Second
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	return cmd
}
