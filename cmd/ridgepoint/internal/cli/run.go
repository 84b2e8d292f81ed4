// Package cli is the command line: every command is a function of (context, arguments, streams) to an exit code.
//
// To add a command, add one file with a function that makes it and one line in commands.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// Streams is everything that a command may touch of the world around it, files aside.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	UserDir  string // where the user keeps profiles
	Terminal bool   // Err is a terminal: progress may be drawn on it
	Screen   bool   // Out is a terminal: nothing binary may be written to it
	Width    int    // of Out's lines, in characters; 0 for the usual one
	Plain    bool   // the environment asks for no colours
	// ProjectDir is where the configuration file of a project may be; "" for none.
	ProjectDir string
	// Grace is told how long a command may take to end after a signal, where that is long; nil if nobody asks.
	Grace *atomic.Int64
}

// OS returns the process's own streams.
func OS() Streams {
	return Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, UserDir: ridgepoint.UserDir(),
		Terminal: terminal(os.Stderr), Screen: terminal(os.Stdout),
		ProjectDir: ".",
		Width:      screenWidth(os.Stdout, os.Getenv), Plain: os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb",
	}
}

// terminal reports whether a file is a terminal, by its being a character device other than the null device.
func terminal(f *os.File) bool {
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(st, null)
}

// app is what the commands share.
type app struct {
	Streams
	deviceDirs []string
	wide       bool
	color      colorFlag
	opened     []*ridgepoint.Estimator // they know what was read
	warned     []string
	paths      []string // that the command line names whole
}

// Run executes one command line and returns its exit code. Results go to Out, everything else to Err.
func Run(ctx context.Context, args []string, s Streams) int {
	out := &checked{w: s.Out}
	s.Out = out
	root := newRoot(&app{Streams: s, paths: pathsOf(args)})
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	cmd, err := root.ExecuteContextC(ctx)
	return exitCode(&s, cmd, cmp.Or(err, out.err))
}

// commands returns the list of commands in the order of --help.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		estimateCommand(a),
		plotCommand(a),
		reportCommand(a),
		serveCommand(a),
		sweepCommand(a),
		llmCommand(a),
		pickCommand(a),
		pipelineCommand(a),
		batchCommand(a),
		whatIfCommand(a),
		requireCommand(a),
		explainCommand(a),
		checkCommand(a),
		baselineCommand(a),
		measureCommand(a),
		hostCommand(a),
		inspectCommand(a),
		shapesCommand(a),
		flopsCommand(a),
		diffCommand(a),
		exportCommand(a),
		stripCommand(a),
		opsCommand(a),
		modelsCommand(a),
		devicesCommand(a),
		runtimesCommand(a),
		calibrateCommand(a),
		validateCommand(a),
		configCommand(a),
		versionCommand(a),
	}
}

// Root returns the tree of commands, for documents made of it.
func Root() *cobra.Command { return newRoot(&app{}) }

// newRoot returns the command tree. To add a command, add a line to commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "ridgepoint",
		Short: "Predict how long an ONNX model takes on a device, by the roofline model",
		Long: `Ridgepoint reads an ONNX model, counts FLOPs and byte traffic layer by layer, joins
them with the profile of a device, and predicts latency: compute-, memory- or
overhead-bound, per layer and in total.

A MODEL is a path to a .onnx or .onnx.gz file, - for standard input, or a built-in
model such as zoo:yolo11n or zoo:resnet50 ("ridgepoint models list"). Weights are
never read, so a model without its external data is as good as one with it.

` + exitHelp(),
		Version: report.VersionText(),
		Args:    cobra.ArbitraryArgs,
		RunE:    group,
		PersistentPreRunE: func(cmd *cobra.Command, list []string) error {
			if strings.HasPrefix(cmd.Name(), cobra.ShellCompRequestCmd) {
				return nil // what is completed may be empty
			}
			if !plain[cmd.Name()] {
				if err := a.configure(cmd); err != nil {
					return err
				}
			}
			return before(cmd, list)
		},
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.PersistentFlags().StringArrayVar(&a.deviceDirs, "device-dir", nil, "look for device profiles in `DIR` first (repeatable)")
	root.PersistentFlags().BoolVar(&a.wide, "wide", false, "print all columns of tables, whole, however wide")
	root.PersistentFlags().Var(&a.color, "color", "colour words in tables, `WHEN`: auto (on a terminal without NO_COLOR)|always|never")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(commands(a)...)
	root.AddCommand(topics()...)
	root.SetHelpCommand(helpCommand())
	complete(a, root)
	a.foldHelp(root)
	return root
}

// plain lists commands that work whatever configuration files say.
var plain = map[string]bool{"version": true, "help": true, "bash": true, "zsh": true, "fish": true, "powershell": true}

// group runs a command that only holds others: it prints its help, and refuses the name of a command that it lacks.
func group(cmd *cobra.Command, list []string) error {
	if len(list) == 0 {
		return cmd.Help()
	}
	return usage(unknown(cmd, "command", list[0]))
}

// unknown returns the error of a word that names no command or topic below a command, with the nearest ones.
func unknown(cmd *cobra.Command, kind, word string) error {
	text := fmt.Sprintf("unknown %s %q for %q", kind, word, cmd.CommandPath())
	cmd.SuggestionsMinimumDistance = 2
	near := cmd.SuggestionsFor(word)
	for _, sub := range cmd.Commands() {
		name := spelling.Squash(sub.Name())
		if squashed := spelling.Squash(word); len(squashed) > 2 && strings.Contains(name, squashed) {
			near = append(near, sub.Name())
		}
	}
	slices.Sort(near)
	if near = slices.Compact(near); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return errors.New(text)
}

// flagError makes a wrong flag a usage error. A wrong flag behind an unknown command is the lesser fault.
func flagError(cmd *cobra.Command, err error) error {
	if list := cmd.Flags().Args(); cmd.HasSubCommands() && len(list) > 0 {
		return group(cmd, list)
	}
	return usage(withNearest(cmd, badValue(err)))
}

// withNearest adds the flags that an unknown one may stand for.
func withNearest(cmd *cobra.Command, err error) error {
	name, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok || len(name) < 2 {
		return err
	}
	var all, near []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { all = append(all, f.Name) })
	for _, flag := range all {
		if strings.Contains(flag, name) || strings.Contains(name, flag) {
			near = append(near, "--"+flag)
		}
	}
	for _, flag := range spelling.Nearest(name, all, 3) {
		near = append(near, "--"+flag)
	}
	if len(near) == 0 {
		return err
	}
	slices.Sort(near)
	return fmt.Errorf("%w; did you mean %s?", err, strings.Join(slices.Compact(near), ", "))
}

// positional wraps a rule for positional arguments so that breaking it is a usage error.
func positional(rule cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, list []string) error {
		if err := rule(cmd, list); err != nil {
			return usagef("%s: %s; usage: %s", cmd.CommandPath(), miscounted(rule, cmd, list), cmd.UseLine())
		}
		return nil
	}
}

// miscounted says which arguments are too many or too few for a rule.
func miscounted(rule cobra.PositionalArgs, cmd *cobra.Command, list []string) string {
	switch {
	case len(list) == 0:
		return "found no argument"
	case rule(cmd, nil) == nil && rule(cmd, list[:1]) != nil:
		return fmt.Sprintf("found the argument %q, expected none", list[0])
	case len(list) == 1:
		return "found one argument, expected more"
	}
	return fmt.Sprintf("found %d arguments, %s", len(list), strings.Join(list, " "))
}

// stay says how long the command may take to end after a signal.
func (a *app) stay(d time.Duration) {
	if a.Grace != nil {
		a.Grace.Store(int64(d))
	}
}

// say tells the user something on standard error, on a line of its own.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.Err, a.said(ridgepoint.VisibleText(fmt.Sprintf(format, args...))))
}

// warn tells the user once of something that is not as it should be.
func (a *app) warn(err error) {
	text := ridgepoint.ErrorText(err)
	if slices.Contains(a.warned, text) {
		return
	}
	a.warned = append(a.warned, text)
	fmt.Fprintln(a.Err, a.said("ridgepoint: warning: "+text))
}

// open returns an estimator for a configuration, with what all commands share.
func (a *app) open(c ridgepoint.Config) *ridgepoint.Estimator {
	c.DeviceDirs, c.UserDir, c.Stdin = a.deviceDirs, a.UserDir, a.In
	c.Warn = a.warn
	e := ridgepoint.New(&c)
	a.opened = append(a.opened, e)
	return e
}
