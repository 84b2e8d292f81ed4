package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
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
	if strings.HasPrefix(spec, zooPrefix) {
		return zoo.Write(w, spec)
	}
	r, size, closer, err := a.bytesOf(spec)
	if err != nil {
		return err
	}
	defer closer()
	return onnxread.Strip(spec, r, size, w)
}

// modelBytes opens the uncompressed bytes of any model, built-in ones too.
func (a *app) modelBytes(spec string) (io.ReaderAt, int64, func(), error) {
	if !strings.HasPrefix(spec, zooPrefix) {
		return a.bytesOf(spec)
	}
	var b bytes.Buffer
	err := zoo.Write(&b, spec)
	return bytes.NewReader(b.Bytes()), int64(b.Len()), func() {}, err
}

// bytesOf opens the uncompressed bytes of a model file or of standard input.
func (a *app) bytesOf(spec string) (io.ReaderAt, int64, func(), error) {
	in := a.In
	if spec != "-" {
		f, err := os.Open(spec)
		if err != nil {
			return nil, 0, nil, err
		}
		if !strings.HasSuffix(spec, ".gz") {
			st, err := f.Stat()
			if err != nil {
				f.Close()
				return nil, 0, nil, err
			}
			return f, st.Size(), func() { f.Close() }, nil
		}
		defer f.Close()
		data, err := onnxread.Unzip(spec, f)
		return bytes.NewReader(data), int64(len(data)), func() {}, err
	}
	data, err := io.ReadAll(in)
	return bytes.NewReader(data), int64(len(data)), func() {}, err
}
