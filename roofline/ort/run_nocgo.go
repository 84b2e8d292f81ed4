//go:build !cgo

package ort

// A Session is a loaded model.
type Session struct{}

// Load fails: this build has no cgo.
func Load(string) (version string, err error) { return "", ErrNoCgo }

// Open fails: this build has no cgo.
func Open(*Config) (*Session, error) { return nil, ErrNoCgo }

// Run fails: this build has no cgo.
func (*Session) Run() (seconds float64, err error) { return 0, ErrNoCgo }

// Close fails: this build has no cgo.
func (*Session) Close() error { return ErrNoCgo }
