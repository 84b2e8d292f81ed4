package batch

import "io"

// A Stream writes rows to a stream as a Store does to a file, and cannot be resumed.
type Stream struct {
	w      io.Writer
	format Format
	part   part // without a file
	begun  bool
	done   int
	failed int
}

// NewStream returns a stream of a format.
func NewStream(w io.Writer, f Format) *Stream { return &Stream{w: w, format: f} }

// Add writes rows, or keeps them until a chunk is full.
func (s *Stream) Add(rows []Row) error {
	for i := range rows {
		s.part.rows = append(s.part.rows, rows[i])
		if s.done++; rows[i].Status != OK {
			s.failed++
		}
		if len(s.part.rows) == s.format.every {
			if err := s.chunk(); err != nil {
				return err
			}
		}
	}
	return nil
}

// head begins the stream.
func (s *Stream) head() error {
	if s.begun {
		return nil
	}
	s.begun = true
	head, err := s.format.encode.head()
	if err != nil {
		return err
	}
	return s.write(head)
}

// chunk writes the rows that wait.
func (s *Stream) chunk() error {
	if err := s.head(); err != nil || len(s.part.rows) == 0 {
		return err
	}
	data, note, err := s.format.encode.chunk(s.part.rows, s.part.bytes)
	if err != nil {
		return err
	}
	if note != nil {
		s.part.notes = append(s.part.notes, note)
	}
	clear(s.part.rows)
	s.part.rows = s.part.rows[:0]
	return s.write(data)
}

// write writes and counts bytes.
func (s *Stream) write(data []byte) error {
	n, err := s.w.Write(data)
	s.part.bytes += int64(n)
	return err
}

// Close ends the stream. It leaves the writer open.
func (s *Stream) Close() error {
	if err := s.chunk(); err != nil {
		return err
	}
	foot, err := s.format.encode.foot(s.part.notes, s.part.bytes)
	if err != nil {
		return err
	}
	return s.write(foot)
}

// Count returns how many rows were added, and how many have an error.
func (s *Stream) Count() (rows, failed int) { return s.done, s.failed }
