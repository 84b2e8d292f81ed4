package readers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// GitPrefix begins the specs of files in a revision of a git repository: git:main:models/net.onnx.
const GitPrefix = "git:"

// Git is the format of files in a revision of the repository around the working folder. It is no part of Default, since
// it runs a program.
var Git = Format{Name: "git", Prefix: GitPrefix, Unpack: fromGit}

// gitPatience bounds the time that git takes for a file.
const gitPatience = time.Minute

// fromGit returns a file of a revision. Weights are passed over as they arrive.
func fromGit(f *File) (*File, error) {
	rev, path, ok := strings.Cut(strings.TrimPrefix(f.Name, GitPrefix), ":")
	switch {
	case !ok || rev == "" || path == "":
		return nil, reject(f.Name, "names no file in git; expected git:REVISION:PATH, such as git:main:model.onnx")
	case strings.HasPrefix(rev, "-") || strings.ContainsFunc(rev+path, unicode.IsControl):
		return nil, reject(f.Name, "is no revision and path of git; a revision does not begin with a hyphen")
	}
	ctx, cancel := context.WithTimeout(context.Background(), gitPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "cat-file", "blob", rev+":"+path)
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	cmd.WaitDelay = time.Second
	complaint := &head{most: 1 << 10}
	cmd.Stderr = complaint
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, reject(f.Name, "needs the program git, which could not be started; install it, or give the path of a file")
	}
	file, err := slurp(f.Name, out)
	if err != nil {
		cancel() // git may have more to write
	}
	switch failed := cmd.Wait(); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, reject(f.Name, "took git more than a minute")
	case err != nil:
		return nil, err
	case failed != nil:
		return nil, reject(f.Name, "could not be read from git: "+complaint.line())
	}
	return file, nil
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
