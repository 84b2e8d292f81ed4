package readers

import (
	"context"
	"io"
	"strings"
	"unicode"

	"github.com/ridgepoint/ridgepoint/internal/gitfile"
)

// GitPrefix begins the specs of files in a revision of a git repository: git:main:models/net.onnx.
const GitPrefix = gitfile.Prefix

// Git holds the format of files in a revision of the repository around the working folder. It is no part of Default,
// since it runs a program.
var Git = Format{Name: "git", Prefix: GitPrefix, Unpack: fromGit}

// fromGit returns a file of a revision. Weights are passed over as they arrive.
func fromGit(f *File) (file *File, err error) {
	rev, path, ok := strings.Cut(strings.TrimPrefix(f.Name, GitPrefix), ":")
	switch {
	case !ok || rev == "" || path == "":
		return nil, reject(f.Name, "names no file in git; expected git:REVISION:PATH, such as git:main:model.onnx")
	case strings.HasPrefix(rev, "-") || strings.ContainsFunc(rev+path, unicode.IsControl):
		return nil, reject(f.Name, "is no revision and path of git; a revision does not begin with a hyphen")
	}
	var inside error
	err = gitfile.Read(context.Background(), "", rev, path, func(in io.Reader) error {
		file, inside = slurp(f.Name, in, nil)
		return inside
	})
	switch {
	case inside != nil && err == inside:
		return nil, err
	case err != nil:
		return nil, reject(f.Name, err.Error())
	}
	return file, nil
}
