// Package errtext says errors in the project's own sentences: what Go's library and the system say of files, numbers
// and formats is for programmers.
package errtext

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/ridgepoint/ridgepoint/internal/visible"
)

// Lined is an error whose text has several lines of its own. In every other error a line end is part of a name.
type Lined interface {
	error
	Lined()
}

// longest gives the longest line of an error, in bytes.
const longest = 600

// Text returns an error's text, fit for a terminal: in our own sentences, without control characters, each line short.
func Text(err error) string {
	text, lines := err.Error(), false
	visit(err, func(e error) {
		switch e.(type) {
		case Lined, interface{ Unwrap() []error }:
			lines = true
		}
		if own := sentence(e); own != "" {
			text = strings.ReplaceAll(text, e.Error(), own)
		}
	})
	text = strings.TrimRight(text, "\n")
	if !lines {
		return clipped(text)
	}
	all := strings.Split(text, "\n")
	for i := range all {
		all[i] = clipped(all[i])
	}
	return strings.Join(all, "\n")
}

// clipped returns a line as it is shown; what stands for characters that are not shown may be longer than they are.
func clipped(line string) string {
	return visible.Clip(visible.Text(visible.Clip(line, longest)), longest)
}

// visit calls f for an error and those that it wraps, the outer ones first.
func visit(err error, f func(error)) {
	if err == nil {
		return
	}
	f(err)
	switch w := err.(type) {
	case interface{ Unwrap() error }:
		visit(w.Unwrap(), f)
	case interface{ Unwrap() []error }:
		for _, e := range w.Unwrap() {
			visit(e, f)
		}
	}
}

// sentence returns how we say an error of Go's library, "" where it is none.
func sentence(err error) string {
	switch e := err.(type) {
	case *fs.PathError:
		return file(e.Path, e.Err)
	case *os.LinkError:
		return file(e.New, e.Err)
	case *os.SyscallError:
		return cause(e.Err)
	case *strconv.NumError:
		if errors.Is(e.Err, strconv.ErrRange) {
			return fmt.Sprintf("%q is beyond what a number can be", e.Num)
		}
		return fmt.Sprintf("%q is no number", e.Num)
	case *csv.ParseError:
		return table(e)
	case *json.SyntaxError:
		return fmt.Sprintf("it is no JSON from byte %d on", e.Offset)
	case *json.UnmarshalTypeError:
		return fmt.Sprintf("at byte %d its JSON has a %s where another kind of value belongs", e.Offset, e.Value)
	case flate.CorruptInputError:
		return fmt.Sprintf("its compressed data is damaged before byte %d", int64(e))
	case syscall.Errno:
		return cause(e)
	}
	return cause(err)
}

// file says what is wrong with a file.
func file(path string, err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("found no file %s", path)
	}
	return path + ": " + reason(err)
}

// causes lists errors of the system and of Go's library in our words.
var causes = []struct {
	err  error
	text string
}{
	{fs.ErrNotExist, "there is no such file or folder"},
	{fs.ErrExist, "it is there already"},
	{fs.ErrPermission, "access is not permitted"},
	{fs.ErrClosed, "it is closed"},
	{syscall.EISDIR, "it is a folder, expected a file"},
	{syscall.ENOTDIR, "a part of the path is a file, expected a folder"},
	{syscall.ENOSPC, "the disk is full"},
	{syscall.EDQUOT, "the disk quota is used up"},
	{syscall.EFBIG, "the file is larger than is permitted"},
	{syscall.EROFS, "the file system is read-only"},
	{syscall.ENAMETOOLONG, "the name is too long"},
	{syscall.ELOOP, "its symbolic links go in a circle"},
	{syscall.EIO, "the device failed"},
	{syscall.EPIPE, "the reader has gone"},
	{syscall.EBADF, "it is not open"},
	{syscall.ENXIO, "nothing is behind it"},
	{syscall.EMFILE, "too many files are open"},
	{syscall.EINVAL, "the name or the operation is not valid there"},
	{syscall.EXDEV, "it is on another file system"},
	{syscall.ETXTBSY, "a program runs from it"},
	{gzip.ErrHeader, "it does not begin as gzip data does"},
	{gzip.ErrChecksum, "its compressed data is damaged: the checksum is another one"},
	{io.ErrUnexpectedEOF, "it ends too early"},
	{io.EOF, "it ends too early"},
	{context.Canceled, "interrupted"},
	{context.DeadlineExceeded, "the time is up"},
}

// cause returns the text of an error that is one of causes itself, "" for all others.
func cause(err error) string {
	for _, c := range causes {
		if err == c.err {
			return c.text
		}
	}
	if e, ok := err.(syscall.Errno); ok {
		for _, c := range causes {
			if e.Is(c.err) {
				return c.text
			}
		}
	}
	return ""
}

// reason returns the text of an error for a file, which is one of causes or speaks for itself.
func reason(err error) string {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.text
		}
	}
	return err.Error()
}

// table says what is wrong with a table.
func table(e *csv.ParseError) string {
	switch {
	case errors.Is(e.Err, csv.ErrFieldCount):
		return fmt.Sprintf("line %d: found another number of cells than in the header", e.Line)
	case errors.Is(e.Err, csv.ErrQuote):
		return fmt.Sprintf("line %d, column %d: found a quotation mark that opens or closes no cell", e.Line, e.Column)
	case errors.Is(e.Err, csv.ErrBareQuote):
		return fmt.Sprintf("line %d, column %d: found a quotation mark inside a cell without them", e.Line, e.Column)
	}
	return fmt.Sprintf("line %d: the table cannot be read", e.Line)
}
