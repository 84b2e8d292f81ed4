package gitfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// mostListed bounds what is read of a list of names, in bytes.
const mostListed = 4 << 20

// absent returns why a file of a revision could not be read: no repository, no such revision, no such file, or a
// folder; with the nearest name.
func (r *repository) absent(revision, file string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), patience) // that of the call may have ended with it
	defer cancel()
	r = &repository{ctx, r.dir}
	shown := strings.TrimPrefix(file, "./")
	if err := r.lacks(revision); err != nil {
		return err
	}
	switch r.line("cat-file", "-t", revision+":"+file) {
	case "tree":
		return fmt.Errorf("found a folder, %s, in revision %s, expected a file", shown, revision)
	case "blob":
		return fmt.Errorf("git could not read %s in revision %s to its end; git fsck says what is damaged", shown, revision)
	}
	return fmt.Errorf("found no %s in revision %s%s", shown, revision, r.otherFile(revision, file))
}

// Has returns an error where the repository around dir has no such revision; dir "" is the working folder.
func Has(ctx context.Context, dir, revision string) error {
	if err := named(revision, ""); err != nil {
		return err
	}
	if _, err := exec.LookPath("git"); err != nil {
		return errNoGit
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := &repository{ctx, dir}
	return r.lacks(revision)
}

// lacks returns an error where there is no repository or no such revision.
func (r *repository) lacks(revision string) error {
	var refused *exec.ExitError
	_, err := r.git("rev-parse", "--git-dir").Output()
	switch {
	case errors.As(err, &refused):
		why, _, _ := strings.Cut(strings.TrimPrefix(string(refused.Stderr), "fatal: "), "\n")
		return fmt.Errorf("found no git repository around %s, expected one with the revision %s (%s)", r.place(), revision,
			visible.Text(why))
	case err != nil:
		return fmt.Errorf("git could not be started: %w", err)
	case r.line("rev-parse", "--verify", "--quiet", revision+"^{tree}") == "":
		return fmt.Errorf("found no revision %q in git, expected a branch, a tag or a commit%s", revision,
			r.otherRevision(revision))
	}
	return nil
}

// place returns how a message names the folder.
func (r *repository) place() string {
	if r.dir == "" {
		return "the working folder"
	}
	return strings.TrimSuffix(visible.Text(r.dir), "/")
}

// otherRevision returns what to name or to do in the place of a revision that is not there.
func (r *repository) otherRevision(revision string) string {
	names := r.list("for-each-ref", "--format=%(refname:short)%00")
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], "\n")
	}
	if near := spelling.Nearest(revision, names, 1); len(near) > 0 {
		return "; did you mean " + visible.Text(near[0]) + "?"
	}
	if r.line("rev-parse", "--is-shallow-repository") == "true" {
		return "; this clone is shallow: fetch it, as with git fetch origin " + strings.TrimPrefix(revision, "origin/")
	}
	return ""
}

// otherFile returns the path of a revision that is nearest to one that is not there: the same name in another folder,
// or a name alike.
func (r *repository) otherFile(revision, file string) string {
	relative := strings.HasPrefix(file, "./")
	args := []string{"ls-tree", "-r", "-z", "--name-only", revision}
	if !relative {
		args = append(args, "--full-tree")
	}
	names := r.list(args...)
	base, want := path.Base(file), strings.TrimPrefix(file, "./")
	found := ""
	for _, name := range names {
		if path.Base(name) == base && (found == "" || spelling.Distance(name, want) < spelling.Distance(found, want)) {
			found = name
		}
	}
	if near := spelling.Nearest(want, names, 1); found == "" && len(near) > 0 {
		found = near[0]
	}
	switch {
	case found == "":
		return "; git ls-tree -r --name-only " + revision + " lists its files"
	case found == want:
		return ": it is listed there, but this clone does not have its content; fetch it with git fetch --refetch"
	case relative:
		found = "./" + found
	}
	return "; did you mean " + visible.Text(found) + "?"
}

// line returns the first line that a call of git prints, "" where it fails.
func (r *repository) line(args ...string) string {
	out, err := r.git(args...).Output()
	if err != nil {
		return ""
	}
	text, _, _ := strings.Cut(string(out), "\n")
	return text
}

// list returns what a call of git prints, separated by zero bytes.
func (r *repository) list(args ...string) []string {
	cmd := r.git(args...)
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(out, mostListed))
	out.Close()
	_ = cmd.Wait() // a longer list is cut
	text = bytes.Trim(text, "\x00\n")
	if len(text) == 0 {
		return nil
	}
	return strings.Split(string(text), "\x00")
}
