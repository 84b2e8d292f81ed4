package cli

import (
	"compress/gzip"
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
)

func stripCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "strip MODEL",
		Short: "Write a model without its weights",
		Long: `Write a model without its weights: a few kilobytes that can be mailed, committed
and diffed, and that every command here reads as it reads the whole model. Tensors
above 1 KiB become references to external data that need not exist.`,
		Example: `  ridgepoint strip yolo11n.onnx -o yolo11n-stripped.onnx
  ridgepoint strip big.onnx -o big-stripped.onnx.gz`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error { return a.strip(cmd.Context(), list[0], out) },
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write, compressed if it ends in .gz (default: standard output)")
	return cmd
}

func (a *app) strip(ctx context.Context, spec, out string) error {
	write := func(w io.Writer) error { return a.stripTo(spec, interruptible{ctx, w}) }
	if strings.HasSuffix(out, ".gz") {
		plain := write
		write = func(w io.Writer) error {
			z := gzip.NewWriter(w)
			if err := plain(z); err != nil {
				return err
			}
			return z.Close()
		}
	}
	if out == "" || out == "-" {
		return write(a.Out)
	}
	return writeFile(out, write)
}

// interruptible is a writer that fails once its context is done, so that an interrupt leaves no half-written file.
type interruptible struct {
	ctx context.Context
	w   io.Writer
}

// Write writes p unless the context is done.
func (i interruptible) Write(p []byte) (int, error) {
	if err := done(i.ctx); err != nil {
		return 0, err
	}
	return i.w.Write(p)
}

func (a *app) stripTo(spec string, w io.Writer) error {
	f, done, err := readers.Default().ONNX(spec, a.In)
	if err != nil {
		return err
	}
	defer done()
	return onnxread.Strip(spec, f.Reader, f.Size, w)
}
