//go:build !unix

package atomicfile

import (
	"io/fs"
	"os"
)

// own does nothing where files have no owner and group of Unix.
func own(*os.File, fs.FileInfo) {}
