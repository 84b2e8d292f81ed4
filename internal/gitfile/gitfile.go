// Package gitfile reads files as they are in a revision of a git repository, with the program git.
package gitfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Prefix marks a revision where a file can be named, as in git:main.
const Prefix = "git:"

// Read returns a file as it is in a revision. The file need not be there now; its folder must be.
func Read(ctx context.Context, revision, path string) ([]byte, error) {
	if revision == "" || strings.HasPrefix(revision, "-") || strings.ContainsAny(revision, ":\n\x00") {
		return nil, fmt.Errorf("found the revision %q, expected a branch, a tag or a commit, such as main", revision)
	}
	cmd := exec.CommandContext(ctx, "git", "show", revision+":./"+filepath.Base(path))
	cmd.Dir = filepath.Dir(path)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("found no program git, expected it on the PATH")
	case errors.As(err, &exit):
		said, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		return nil, fmt.Errorf("git has no %s in revision %s: %s", filepath.Base(path), revision,
			strings.TrimPrefix(said, "fatal: "))
	case err != nil:
		return nil, fmt.Errorf("git: %w", err)
	}
	return out.Bytes(), nil
}
