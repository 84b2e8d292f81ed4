package cli

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
)

// stripCommand returns the command that writes a model without its weights.
func stripCommand(a *app) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "strip MODEL",
		Short: "Write a model without its weights",
		Long: `Write a model without its weights: a few kilobytes that can be mailed, committed
and diffed, and that every command here reads as it reads the whole model. Tensors
above 1 KiB become references to external data that need not exist.`,
		Example: `  ridgepoint strip yolo11n.onnx -o yolo11n-stripped.onnx
  ridgepoint strip big.onnx -o big-stripped.onnx.gz`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			return a.writeModel(cmd.Context(), &out, list[0], "none", func(w io.Writer) error { return a.open(ridgepoint.Config{}).Strip(list[0], w) })
		},
	}
	out.add(a, cmd, "onnx", modelForms)
	return cmd
}

// writeModel writes a model that is made by write, or a report of it.
func (a *app) writeModel(ctx context.Context, out *output, spec, weights string, write func(io.Writer) error) error {
	plain := func(w io.Writer) error { return write(interruptible{ctx, w}) }
	w := writers{"onnx": plain, "onnx.gz": func(w io.Writer) error {
		z := gzip.NewWriter(w)
		return errors.Join(plain(z), z.Close())
	}}
	if slices.ContainsFunc(out.targets, func(t target) bool { return !t.form.made }) {
		h, n := sha256.New(), counter(0)
		if err := plain(io.MultiWriter(h, &n)); err != nil {
			return err
		}
		f := &schema.ModelFile{Model: ridgepoint.ModelName(spec), Weights: weights, Bytes: int64(n), SHA256: hex.EncodeToString(h.Sum(nil))}
		maps.Copy(w, a.reporting(report.ModelFile(f)))
	}
	return a.deliver(out, w)
}

// A counter counts the bytes that are written to it.
type counter int64

// Write counts p.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// interruptible is a writer that fails once its context is done, so that an interrupt leaves no half-written file.
type interruptible struct {
	ctx context.Context
	w   io.Writer
}

// Write writes p unless the context is done.
func (i interruptible) Write(p []byte) (int, error) {
	if i.ctx.Err() != nil {
		return 0, context.Cause(i.ctx)
	}
	return i.w.Write(p)
}
