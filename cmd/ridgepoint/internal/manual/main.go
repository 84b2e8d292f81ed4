// Command manual writes the manual pages and shell completions of ridgepoint into a folder, for packages of a release.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/ridgepoint/ridgepoint/cmd/ridgepoint/internal/cli"
)

// main writes man pages and completions to a folder.
func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manual DIR")
		os.Exit(2)
	}
	if err := write(cli.Root(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write writes pages into DIR/man and completions into DIR/completions.
func write(root *cobra.Command, dir string) error {
	man, shells := filepath.Join(dir, "man"), filepath.Join(dir, "completions")
	for _, d := range []string{man, shells} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	root.DisableAutoGenTag = true
	date := time.Unix(0, 0) // the same bytes from the same source
	header := &doc.GenManHeader{Section: "1", Source: "ridgepoint", Date: &date}
	if err := doc.GenManTree(root, header, man); err != nil {
		return err
	}
	for suffix, gen := range map[string]func(string) error{
		"bash": func(f string) error { return root.GenBashCompletionFileV2(f, true) },
		"zsh":  root.GenZshCompletionFile,
		"fish": func(f string) error { return root.GenFishCompletionFile(f, true) },
		"ps1":  root.GenPowerShellCompletionFileWithDesc,
	} {
		if err := gen(filepath.Join(shells, "ridgepoint."+suffix)); err != nil {
			return err
		}
	}
	return nil
}
