package batch

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/atomicfile"
)

// A Store writes the rows of a run to a file that grows as FILE.part and takes its name once it is complete, or to a
// folder of one file for each device. FILE.part.log says after how many rows which bytes are complete: a run that was
// killed goes on there, and both ways write the same bytes.
type Store struct {
	path, run string
	format    Format
	split     bool // a file for each device
	log       *os.File
	files     map[string]*part
	waiting   int // rows that are in no checkpoint
	done      int // rows that are
	failed    int // rows with an error
}

// A part is a file that grows.
type part struct {
	bytes int64
	notes [][]byte // of the encoder, one for each chunk
	file  *os.File
	rows  []Row // since the last checkpoint
}

// A checkpoint is a line of the log. The first line names the run alone.
type checkpoint struct {
	Run   string           `json:"run,omitempty"`
	Rows  int              `json:"rows,omitempty"`   // so far
	Bad   int              `json:"errors,omitempty"` // among them
	Files map[string]grown `json:"files,omitempty"`
}

// grown says how a file is after a checkpoint.
type grown struct {
	Bytes int64  `json:"bytes"`
	Note  []byte `json:"note,omitempty"` // of the encoder
}

// Suffixes of the files of a run that has not ended.
const (
	partSuffix = ".part"
	logSuffix  = ".part.log"
)

// Rows between two checkpoints where every device has a file: each gets a share of them.
const everySplit = 64 << 10

// Create begins the files of a run. run tells runs apart: a run is resumed by the same run only. Where path is a
// symbolic link, what it leads to is written.
func Create(path, run string, f Format, split bool) (*Store, error) {
	path, err := atomicfile.Target(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, run: run, format: f, split: split, files: map[string]*part{}}
	if err := s.free(); err != nil {
		return nil, err
	}
	s.log, err = os.OpenFile(path+logSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("found %s%s of a run that has not ended; go on with --resume, or remove it with %s%s",
			path, partSuffix, path, logSuffix)
	}
	if err == nil {
		err = s.hold()
	}
	if err == nil {
		err = os.RemoveAll(path + partSuffix)
	}
	if err == nil {
		err = s.note(checkpoint{Run: run})
	}
	if err != nil {
		return nil, err
	}
	return s, s.begin()
}

// hold keeps the log for this program alone, as long as it is open.
func (s *Store) hold() error {
	if atomicfile.TryLock(s.log) {
		return nil
	}
	return errors.Join(fmt.Errorf("another program is writing %s; wait for its end", s.path), s.log.Close())
}

// free reports a folder in whose place none can be made.
func (s *Store) free() error {
	st, err := os.Stat(s.path)
	switch {
	case err != nil || !s.split && st.Mode().IsRegular():
		return nil
	case s.split:
		return fmt.Errorf("found %s, expected no such folder yet; remove it or name another", s.path)
	}
	return fmt.Errorf("%s is no regular file; name a file that can be replaced", s.path)
}

// begin makes what a run of one file or of many starts with.
func (s *Store) begin() error {
	if s.split {
		return os.MkdirAll(s.path+partSuffix, 0o777)
	}
	_, err := s.part("")
	return err
}

// Resume goes on with a run that did not end; where there is none it creates one. It returns how many rows are stored.
func Resume(path, run string, f Format, split bool) (*Store, int, error) {
	path, err := atomicfile.Target(path)
	if err != nil {
		return nil, 0, err
	}
	s := &Store{path: path, run: run, format: f, split: split, files: map[string]*part{}}
	s.log, err = os.OpenFile(path+logSuffix, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		s, err := Create(path, run, f, split)
		return s, 0, err
	}
	if err == nil {
		err = s.hold()
	}
	if err != nil {
		return nil, 0, err
	}
	size, err := s.recall(s.log)
	if err != nil {
		return nil, 0, errors.Join(err, s.log.Close())
	}
	if err := s.log.Truncate(size); err != nil {
		return nil, 0, err
	}
	if _, err := s.log.Seek(0, io.SeekEnd); err != nil {
		return nil, 0, err
	}
	if size == 0 { // killed before the first line was whole
		if err := s.note(checkpoint{Run: run}); err != nil {
			return nil, 0, err
		}
	}
	if err := s.reopen(); err != nil {
		return nil, 0, err
	}
	return s, s.done, nil
}

// recall reads the whole lines of a log and returns their bytes.
func (s *Store) recall(log io.Reader) (size int64, err error) {
	in := bufio.NewReader(log)
	for first := true; ; first = false {
		line, err := in.ReadBytes('\n')
		var c checkpoint
		if err != nil || json.Unmarshal(line, &c) != nil {
			return size, nil
		}
		if first && c.Run != s.run {
			return 0, fmt.Errorf("%s%s is of another run: its models, devices, flags or version differ; remove it with "+
				"%s%s, or repeat its command", s.path, logSuffix, s.path, partSuffix)
		}
		for name, g := range c.Files {
			if !s.own(name) {
				return 0, fmt.Errorf("found the file %q in %s%s, expected files of this run; remove it to begin anew",
					name, s.path, logSuffix)
			}
			p := s.files[name]
			if p == nil {
				p = new(part)
				s.files[name] = p
			}
			p.bytes = g.Bytes
			if g.Note != nil {
				p.notes = append(p.notes, g.Note)
			}
		}
		s.done, s.failed = max(s.done, c.Rows), max(s.failed, c.Bad)
		size += int64(len(line))
	}
}

// own reports whether a name in a log is one that nameOf gives: others could lead out of the folder.
func (s *Store) own(name string) bool {
	return name == "" && !s.split || s.split && name == partOf(strings.TrimPrefix(name, partPrefix))
}

// reopen cuts the files of a run to what the log knows of.
func (s *Store) reopen() error {
	if err := s.begin(); err != nil {
		return err
	}
	for name, p := range s.files {
		if p.file != nil {
			continue
		}
		f, err := os.OpenFile(s.fileOf(name), os.O_RDWR, 0)
		if err != nil {
			return fmt.Errorf("%w; the log speaks of it: remove %s%s to begin anew", err, s.path, logSuffix)
		}
		p.file = f
		if err := p.cut(); err != nil {
			return fmt.Errorf("%s: %w; remove it with %s%s to begin anew", s.fileOf(name), err, s.path, logSuffix)
		}
	}
	return nil
}

// cut takes off what follows the last checkpoint.
func (p *part) cut() error {
	st, err := p.file.Stat()
	if err != nil {
		return err
	}
	if st.Size() < p.bytes {
		return fmt.Errorf("found %d bytes, expected %d at least", st.Size(), p.bytes)
	}
	if err := p.file.Truncate(p.bytes); err != nil {
		return err
	}
	_, err = p.file.Seek(0, io.SeekEnd)
	return err
}

// fileOf returns the path of a part.
func (s *Store) fileOf(name string) string {
	if !s.split {
		return s.path + partSuffix
	}
	return filepath.Join(s.path+partSuffix, name, "rows."+s.format.Name)
}

// part returns the part of a name, with its head where it is new.
func (s *Store) part(name string) (*part, error) {
	if p := s.files[name]; p != nil {
		return p, nil
	}
	path := s.fileOf(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	p := &part{file: f}
	s.files[name] = p
	head, err := s.format.encode.head()
	if err != nil {
		return nil, err
	}
	return p, p.append(head)
}

// append writes to the file and counts its bytes.
func (p *part) append(data []byte) error {
	n, err := p.file.Write(data)
	p.bytes += int64(n)
	return err
}

// Add stores rows.
func (s *Store) Add(rows []Row) error {
	every := s.format.every
	if s.split {
		every = everySplit
	}
	for len(rows) > 0 {
		n := min(len(rows), every-s.waiting)
		for i := range rows[:n] {
			p, err := s.part(s.nameOf(&rows[i]))
			if err != nil {
				return err
			}
			p.rows = append(p.rows, rows[i])
			if rows[i].Status != OK {
				s.failed++
			}
		}
		s.waiting += n
		rows = rows[n:]
		if s.waiting == every {
			if err := s.checkpoint(); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameOf returns the part that a row belongs to, such as device=rpi-5.
func (s *Store) nameOf(r *Row) string {
	if !s.split {
		return ""
	}
	return partOf(r.Device)
}

// partPrefix begins the names of folders, as readers of partitioned tables expect.
const partPrefix = "device="

// partOf returns the name of the part of a device, without characters that file systems refuse.
func partOf(device string) string {
	return partPrefix + strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`/\:*?"<>|%`, c) {
			return '_'
		}
		return c
	}, device)
}

// checkpoint writes the rows that wait to their files, then says so in the log.
func (s *Store) checkpoint() error {
	c := checkpoint{Rows: s.done + s.waiting, Bad: s.failed, Files: map[string]grown{}}
	for name, p := range s.files {
		if len(p.rows) == 0 {
			continue
		}
		data, note, err := s.format.encode.chunk(p.rows, p.bytes)
		if err != nil {
			return err
		}
		if err := p.append(data); err != nil {
			return err
		}
		if note != nil {
			p.notes = append(p.notes, note)
		}
		clear(p.rows)
		p.rows = p.rows[:0]
		c.Files[name] = grown{p.bytes, note}
	}
	s.done, s.waiting = c.Rows, 0
	return s.note(c)
}

// note appends a line to the log.
func (s *Store) note(c checkpoint) error {
	line, err := json.Marshal(&c)
	if err != nil {
		return err
	}
	_, err = s.log.Write(append(line, '\n'))
	return err
}

// Close ends the run: its files take their names.
func (s *Store) Close() error {
	if s.waiting > 0 {
		if err := s.checkpoint(); err != nil {
			return err
		}
	}
	old, _ := os.Stat(s.path)
	for _, p := range s.files {
		foot, err := s.format.encode.foot(p.notes, p.bytes)
		if err != nil {
			return err
		}
		if _, err := p.file.Write(foot); err != nil {
			return err
		}
		if old != nil { // a file that is replaced keeps its mode
			err = p.file.Chmod(old.Mode().Perm())
		}
		if err := errors.Join(err, p.file.Sync(), p.file.Close()); err != nil {
			return err
		}
		p.file = nil
	}
	if err := os.Rename(s.path+partSuffix, s.path); err != nil {
		return err
	}
	return errors.Join(s.log.Close(), os.Remove(s.path+logSuffix))
}

// Count returns how many rows were added, those of the run that ended early included, and how many have an error.
func (s *Store) Count() (rows, failed int) { return s.done + s.waiting, s.failed }

// Stop leaves the run as it is at its last checkpoint, to be resumed.
func (s *Store) Stop() error {
	errs := []error{s.log.Close()}
	for _, p := range s.files {
		if p.file != nil {
			errs = append(errs, p.file.Close())
		}
	}
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool { return err == nil })...)
}
