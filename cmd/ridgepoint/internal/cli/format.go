package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// addFormat adds -o, the output format.
func addFormat(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVarP(format, "output", "o", report.Formats()[0].Name, "output `FORMAT`: "+report.Names())
}

// write renders a document to standard output.
func (a *app) write(format string, doc *report.Document) error {
	f, err := report.Lookup(format)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	return f.Write(a.Out, doc)
}

// draw saves a picture and says where, on standard error: the answer itself goes to standard output.
func (a *app) draw(f *plots.Figure, path string) error {
	if err := f.Save(path); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "wrote %s\n", path)
	return nil
}

// done is the error of a context that was cancelled, for loops between long steps.
func done(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
