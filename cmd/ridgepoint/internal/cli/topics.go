package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// topics returns the pages of help that are about no command.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "exit-codes", Short: "What the exit code of a command says", Long: exitHelp()},
		{Use: "formats", Short: "Formats of models, answers and pictures", Long: formatsHelp()},
		{Use: "environment", Short: "Variables and folders that commands read", Long: environmentHelp},
		{Use: "units", Short: "How figures are written", Long: unitsHelp},
	}
}

// helpCommand returns the command that prints the help of a command or topic, and refuses a word that is neither.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Help about a command or a topic",
		ValidArgsFunction: func(cmd *cobra.Command, list []string, _ string) (words []string, _ cobra.ShellCompDirective) {
			if at, rest, err := cmd.Root().Find(list); err == nil && len(rest) == 0 {
				for _, sub := range at.Commands() {
					words = append(words, sub.Name()+"\t"+sub.Short)
				}
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, list []string) error {
			at, rest, err := cmd.Root().Find(list)
			if err != nil {
				return usage(err)
			}
			if len(rest) > 0 {
				return usage(unknown(at, "command or topic", rest[0]))
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}

// formatsHelp lists the formats that are read and written.
func formatsHelp() string {
	var b strings.Builder
	b.WriteString(`A MODEL is the path of a file, - for standard input, or zoo:NAME for a built-in
one. The content says the format, gzip may compress it, and weights are never
read. Size and options of a built-in model follow a question mark:
zoo:yolo11n?size=384x640.

An answer is printed in the format of --format, or written to the file of -o,
whose suffix says the format:
`)
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "\n  %-6s %-12s %s", f.Name, strings.Join(f.Suffixes, ", "), f.Doc)
	}
	b.WriteString("\n\nA picture is written in the format of its file's suffix:\n")
	for _, f := range pictureForms {
		fmt.Fprintf(&b, "\n  %-6s %s", f.name, strings.Join(f.suffixes, ", "))
	}
	return b.String()
}

const environmentHelp = `Variables:

  ` + ridgepoint.LibraryVariable + `   path of ONNX Runtime's shared library, or of its folder, for
                   "measure" and "host"
  COLUMNS          width of tables; else that of the terminal, else 100
  NO_COLOR         no colours in tables; --color always overrides it
  TERM             dumb: no colours
  XDG_CONFIG_HOME  folder that holds your own folder, ridgepoint; by default
                   ~/.config, on macOS ~/Library/Application Support, on Windows
                   %AppData%
  GOGC, GOMEMLIMIT set how the program collects memory, as the Go runtime
                   documents them

Folders below your own folder, each of which may be missing:

  devices          profiles of devices, which come before the built-in ones
  runtimes         profiles of runtimes
  calibrations     what "calibrate" writes; all of them are used

` + ridgepoint.SettingsFile + ` in the working folder, then in your own folder, sets the
device, the runtime, the precision and folders of device profiles:
"ridgepoint config show".`

const unitsHelp = `A figure for programs, in JSON and CSV, is in base units: B, B/s, FLOP, FLOP/s,
Hz, W, s; members and columns whose name says ms are in milliseconds. In tables
each cell has its own unit.

A figure that you give has its unit, with or without a space before it:

  bandwidth    504GB/s, 1.6TB/s      decimal prefixes: k, M, G, T
  rate         50TFLOP/s, 800GFLOP/s  a multiply-add is 2 operations
  clock        2.4GHz
  memory       12GB, 512MiB          decimal, and binary with an i: Ki, Mi, Gi
  time         33ms, 1.5s

MAC is a multiply-add, FLOP an operation: 1 GMAC of matrix work is 2 GFLOP. FPS
counts images, tokens/s tokens, and a batch counts as many as it holds.`
