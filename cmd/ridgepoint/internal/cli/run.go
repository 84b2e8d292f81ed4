// Package cli is the command line: every command is a function of (context, arguments, streams) to an exit code.
//
// To add a command, add one file with a function that makes it and one line in commands.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK     = 0
	exitInput  = 1 // an input was rejected or a check failed
	exitUsage  = 2
	exitStrict = 3 // --strict, and something of the model is unknown
)

// Streams is everything that a command may touch of the world around it, files aside.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Terminal bool // Err is a terminal: progress may be drawn on it
}

// OS is the process's own streams.
func OS() Streams {
	st, err := os.Stderr.Stat()
	return Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv,
		Terminal: err == nil && st.Mode()&os.ModeCharDevice != 0,
	}
}

// exitError carries an exit code other than exitInput with an error.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// app is what the commands share.
type app struct {
	Streams
	deviceDirs []string
}

// Run executes one command line and returns its exit code. Results go to Out, everything else to Err.
func Run(ctx context.Context, args []string, s Streams) int {
	root := newRoot(&app{Streams: s})
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(s.Err, "ridgepoint: error: %s\n", strings.TrimRight(err.Error(), "\n"))
	if hint := errorHint(err); hint != "" {
		fmt.Fprintf(s.Err, "ridgepoint: hint: %s\n", hint)
	}
	var exit *exitError
	switch {
	case errors.As(err, &exit):
		if exit.code == exitUsage {
			fmt.Fprintln(s.Err, "ridgepoint: hint: ridgepoint --help lists the commands, ridgepoint COMMAND --help a command's flags")
		}
		return exit.code
	case strings.HasPrefix(err.Error(), "unknown command"), strings.HasPrefix(err.Error(), "required flag"):
		return exitUsage
	}
	return exitInput
}

// commands is the list of commands in the order of --help.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		estimateCommand(a),
		plotCommand(a),
		sweepCommand(a),
		pickCommand(a),
		whatIfCommand(a),
		requireCommand(a),
		measureCommand(a),
		hostCommand(a),
		inspectCommand(a),
		shapesCommand(a),
		flopsCommand(a),
		stripCommand(a),
		opsCommand(a),
		modelsCommand(a),
		devicesCommand(a),
		runtimesCommand(a),
		calibrateCommand(a),
		validateCommand(a),
		versionCommand(a),
	}
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "ridgepoint",
		Short: "Predict how long an ONNX model takes on a device, by the roofline model",
		Long: `Ridgepoint reads an ONNX model, counts FLOPs and byte traffic layer by layer, joins
them with the profile of a device, and predicts latency: compute-, memory- or
overhead-bound, per layer and in total.

A MODEL is a path to a .onnx or .onnx.gz file, - for standard input, or a built-in
model such as zoo:yolo11n or zoo:resnet50 ("ridgepoint models list"). Weights are
never read, so a model without its external data is as good as one with it.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringArrayVar(&a.deviceDirs, "device-dir", nil, "look for device profiles in `DIR` first (repeatable)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exitError{exitUsage, err} })
	root.AddCommand(commands(a)...)
	return root
}

// positional wraps a rule for positional arguments so that breaking it is a usage error.
func positional(rule cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, list []string) error {
		if err := rule(cmd, list); err != nil {
			return &exitError{exitUsage, fmt.Errorf("%s: %w; usage: %s", cmd.CommandPath(), err, cmd.UseLine())}
		}
		return nil
	}
}

// userDeviceDir is where a user keeps device profiles, "" if the environment names no home.
func (a *app) userDeviceDir() string {
	if d := a.Getenv("XDG_CONFIG_HOME"); d != "" {
		return filepath.Join(d, "ridgepoint", "devices")
	}
	if d := a.Getenv("HOME"); d != "" {
		return filepath.Join(d, ".config", "ridgepoint", "devices")
	}
	return ""
}
