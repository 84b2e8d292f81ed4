package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
)

// The exit codes, each with a row in exitCodes.
const (
	exitOK     = 0
	exitNo     = 1
	exitUsage  = 2
	exitStrict = 3
)

// exitCodes says what each code means, for the help and for tests.
var exitCodes = []struct {
	code int
	doc  string
}{
	{exitOK, "done"},
	{exitNo, "the answer is no: nothing fits, a budget is broken, a profile is not valid"},
	{exitUsage, "wrong usage, an input that cannot be used, an output that cannot be written"},
	{exitStrict, "--strict found something unknown or uncertain"},
}

// exitHelp lists the exit codes for the root's help.
func exitHelp() string {
	var b strings.Builder
	for _, e := range exitCodes {
		fmt.Fprintf(&b, "\n  %d  %s", e.code, e.doc)
	}
	return "Exit codes:" + b.String()
}

// exitError carries an exit code with an error. An error without one exits with exitUsage.
type exitError struct {
	code int
	err  error
}

// Error returns the text of the error inside.
func (e *exitError) Error() string { return e.err.Error() }

// Unwrap returns the error inside, so that errors.Is and errors.As see it.
func (e *exitError) Unwrap() error { return e.err }

// usagef returns an error in how a command was called, which points to the help.
func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// usage marks an error as one in how a command was called.
func usage(err error) error { return &exitError{exitUsage, err} }

// nof returns the answer no.
func nof(format string, args ...any) error { return &exitError{exitNo, fmt.Errorf(format, args...)} }

// strictf returns what --strict refuses.
func strictf(format string, args ...any) error {
	return &exitError{exitStrict, fmt.Errorf(format, args...)}
}

// exitCode reports an error of a command and returns its exit code.
func exitCode(s *Streams, cmd *cobra.Command, err error) int {
	if err == nil {
		return exitOK
	}
	exit := &exitError{code: exitUsage}
	marked := errors.As(err, &exit)
	kind, hint := "error", errorHint(err)
	switch {
	case exit.code == exitNo:
		kind = "no"
	case hint == "" && marked && exit.code == exitUsage:
		hint = fmt.Sprintf("%q says how it is called", cmd.CommandPath()+" --help")
	}
	fmt.Fprintln(s.Err, s.said("ridgepoint: "+kind+": "+ridgepoint.ErrorText(err)))
	if hint != "" {
		fmt.Fprintln(s.Err, s.said("ridgepoint: hint: "+ridgepoint.VisibleText(hint)))
	}
	return exit.code
}
