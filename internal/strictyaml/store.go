package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A Store finds the profiles of some folders. It reads listings when folders are added, and decodes a file when it is
// asked for, once. Earlier folders shadow later ones.
type Store[T any] struct {
	kind    string // what its files are, for messages
	decode  func(e *Entry[T], data []byte) (T, error)
	entries []*Entry[T]
}

// An Entry is one file of a Store.
type Entry[T any] struct {
	Name    string // of the file, without its suffix; a decoder may change it
	File    string // its path, as messages name it
	BuiltIn bool
	Read    func() ([]byte, error)
	Load    func() (T, error) // decodes the file at the first call
}

// NewStore returns a store without files, which decode reads; kind says in messages what they are.
func NewStore[T any](kind string, decode func(e *Entry[T], data []byte) (T, error)) *Store[T] {
	return &Store[T]{kind: kind, decode: decode}
}

// IsProfile reports whether a file's name is that of a profile.
func IsProfile(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// AddDirs adds the files of a user's folders. A folder that cannot be read has none.
func (s *Store[T]) AddDirs(dirs ...string) {
	for _, dir := range dirs {
		s.scan(os.DirFS(dir), func(p string) *Entry[T] { return s.File(filepath.Join(dir, filepath.FromSlash(p))) })
	}
}

// AddBuiltIn adds the files that are part of the program.
func (s *Store[T]) AddBuiltIn(files fs.FS) {
	s.scan(files, func(p string) *Entry[T] {
		e := s.entry(p, func() ([]byte, error) { return fs.ReadFile(files, p) })
		e.BuiltIn = true
		return e
	})
}

// AddFiles adds single files of a user.
func (s *Store[T]) AddFiles(files ...string) {
	for _, f := range files {
		s.entries = append(s.entries, s.File(f))
	}
}

// AddEntries adds entries of another store.
func (s *Store[T]) AddEntries(entries []*Entry[T]) { s.entries = append(s.entries, entries...) }

// File returns the entry of a file without adding it.
func (s *Store[T]) File(file string) *Entry[T] {
	return s.entry(file, func() ([]byte, error) { return readFile(file) })
}

// entry returns the entry of a file, which is read when it is first asked for.
func (s *Store[T]) entry(file string, read func() ([]byte, error)) *Entry[T] {
	base := path.Base(filepath.ToSlash(file))
	e := &Entry[T]{Name: strings.TrimSuffix(base, path.Ext(base)), File: file}
	e.Read = func() ([]byte, error) {
		data, err := read()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.kind, err)
		}
		return data, nil
	}
	e.Load = sync.OnceValues(func() (T, error) {
		data, err := e.Read()
		if err != nil {
			var none T
			return none, err
		}
		return s.decode(e, data)
	})
	return e
}

// scan adds the profiles of one tree, at most two folders deep, in the order of their names.
func (s *Store[T]) scan(files fs.FS, at func(p string) *Entry[T]) {
	const deepest = 2
	first := len(s.entries)
	_ = fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() && strings.Count(p, "/") >= deepest:
			return fs.SkipDir
		case IsProfile(p) && regular(files, p, d):
			s.entries = append(s.entries, at(p))
		}
		return nil
	})
	slices.SortStableFunc(s.entries[first:], func(a, b *Entry[T]) int {
		return cmp.Compare(filepath.Base(a.File), filepath.Base(b.File))
	})
}

// regular reports whether an entry of a folder is a regular file or leads to one: a named pipe would be waited for.
func regular(files fs.FS, p string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	st, err := fs.Stat(files, p)
	return err != nil || st.Mode().IsRegular() // what is wrong with it is said when it is read
}

// readFile reads at most one byte more than a profile may have.
func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxSize+1))
}

// Entries returns all files, users' first; a nil Store has none.
func (s *Store[T]) Entries() []*Entry[T] {
	if s == nil {
		return nil
	}
	return s.entries
}

// ReadUsers decodes all files so far, drops those that cannot be read and returns their errors.
func (s *Store[T]) ReadUsers() error {
	var errs []error
	s.entries = slices.DeleteFunc(s.entries, func(e *Entry[T]) bool {
		_, err := e.Load()
		errs = append(errs, err)
		return err != nil
	})
	return errors.Join(errs...)
}

// Shadow drops the files whose name an earlier one has.
func (s *Store[T]) Shadow() {
	seen := map[string]bool{}
	s.entries = slices.DeleteFunc(s.entries, func(e *Entry[T]) bool {
		shadowed := seen[e.Name]
		seen[e.Name] = true
		return shadowed
	})
}
