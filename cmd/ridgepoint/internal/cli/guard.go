package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ridgepoint/ridgepoint"
)

// before checks a command line before any command runs: its errors are usage errors.
func before(cmd *cobra.Command, list []string) error {
	if cmd.ValidateRequiredFlags() != nil {
		return missing(cmd)
	}
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil {
			err = sane(f)
		}
	})
	if err != nil {
		return err
	}
	return ownFiles(cmd, list)
}

// missing returns the error of required flags that were not given: their names with what they take, and an example.
func missing(cmd *cobra.Command) error {
	var flags []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if len(f.Annotations[cobra.BashCompOneRequiredFlag]) > 0 && !f.Changed {
			value, _ := pflag.UnquoteUsage(f)
			flags = append(flags, "--"+f.Name+" "+value)
		}
	})
	text := "found no " + strings.Join(flags, " and no ")
	if example, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n"); example != "" {
		text += "; for example: " + example
	}
	return usagef("%s", text)
}

// sane refuses values of a flag that no flag means: nothing, what is below zero, and what is no number.
func sane(f *pflag.Flag) error {
	for _, v := range values(f) {
		if strings.TrimSpace(v) == "" {
			return usagef("--%s: found nothing, expected a value; leave the flag out for its default", f.Name)
		}
	}
	v := f.Value.String()
	switch f.Value.Type() {
	case "int", "int64":
		if strings.HasPrefix(v, "-") {
			return usagef("--%s %s: expected 0 or more", f.Name, v)
		}
	case "duration":
		if d, err := time.ParseDuration(v); err == nil && d < 0 {
			return usagef("--%s %s: expected a time of 0 or more", f.Name, v)
		}
	case "float64":
		if x, err := strconv.ParseFloat(v, 64); err == nil && (math.IsNaN(x) || math.IsInf(x, 0) || x < 0) {
			return usagef("--%s %s: expected a finite number, 0 or more", f.Name, v)
		}
	}
	return nil
}

// values returns the values that a flag was given.
func values(f *pflag.Flag) []string {
	if s, ok := f.Value.(pflag.SliceValue); ok {
		return s.GetSlice()
	}
	return []string{f.Value.String()}
}

// expectations say by the type of a flag what its value should be.
var expectations = map[string]string{
	"int":      "a whole number",
	"int64":    "a whole number",
	"float64":  "a number",
	"duration": "a time with its unit, such as 10ms or 2s",
	"bool":     "true or false",
}

// badValue says what is wrong with the value of a flag in our own words.
func badValue(err error) error {
	bad := new(pflag.InvalidValueError)
	if !errors.As(err, &bad) {
		return err
	}
	f := bad.GetFlag()
	if errors.Is(bad.Unwrap(), strconv.ErrRange) {
		return fmt.Errorf("--%s: found %q, which is beyond what a number can be", f.Name, bad.GetValue())
	}
	if want := expectations[f.Value.Type()]; want != "" {
		return fmt.Errorf("--%s: found %q, expected %s", f.Name, bad.GetValue(), want)
	}
	return fmt.Errorf("--%s: %w", f.Name, bad.Unwrap())
}

// written names the flags whose value is a file that a command writes.
var written = map[string]bool{"output": true, "plot": true, "csv": true, "write": true, "junit": true, "markdown": true,
	"sarif": true}

// ownFiles refuses a command line that writes one file twice, or writes a file that it reads. A value that is the path
// of a file counts as read, whichever flag it belongs to.
func ownFiles(cmd *cobra.Command, list []string) error {
	type named struct{ flag, path string }
	var out, in []named
	cmd.Flags().Visit(func(f *pflag.Flag) {
		for _, v := range values(f) {
			switch {
			case written[f.Name]:
				out = append(out, named{"--" + f.Name, v})
			case f.Name == "device-dir":
				profiles, _ := filepath.Glob(filepath.Join(v, "*.y*ml")) // the folder itself is looked at elsewhere
				for _, p := range profiles {
					in = append(in, named{"", p})
				}
			default:
				for _, part := range append(strings.Split(v, ","), v) {
					in = append(in, named{"--" + f.Name, part})
				}
			}
		}
	})
	for _, v := range list {
		if strings.TrimSpace(v) == "" {
			return usagef("%s: found an empty argument; usage: %s", cmd.CommandPath(), cmd.UseLine())
		}
		in = append(in, named{"", v})
	}
	for i, o := range out {
		for _, other := range out[:i] {
			if ridgepoint.SameFile(o.path, other.path) {
				return usagef("%s and %s both name %s; write them to two files", other.flag, o.flag, o.path)
			}
		}
		for _, r := range in {
			if ridgepoint.SameFile(o.path, r.path) {
				return overwrites(o.flag + " " + o.path)
			}
		}
	}
	return nil
}

// spares refuses to write a file that the command has read, also one that another file named: a model in a budget, a
// pipeline or a manifest.
func (a *app) spares(path string) error {
	for _, e := range a.opened {
		if e.HasRead(path) {
			return overwrites(path)
		}
	}
	return nil
}

// overwrites returns the error of a file that would be read and written.
func overwrites(what string) error {
	return usagef("%s would overwrite what the command reads; name another file", what)
}

// checked is standard output that remembers why it could not be written: help and version print without a look.
type checked struct {
	w   io.Writer
	err error
}

// Write writes p and remembers the first error.
func (c *checked) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if c.err == nil && err != nil {
		c.err = fmt.Errorf("writing standard output: %w", err)
	}
	return n, err
}
