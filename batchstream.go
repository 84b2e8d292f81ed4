package ridgepoint

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/batch"
)

// ParseManifest reads a manifest as ReadManifest does, from memory; the suffix of name says of which kind it is.
func ParseManifest(name string, data []byte, base BatchEntry) ([]BatchEntry, error) {
	return batch.Parse(name, data, base)
}

// BatchRows returns how many rows a batch has, those of its shard alone.
func (e *Estimator) BatchRows(b *Batch) (int, error) {
	p, err := e.plan(b)
	if err != nil {
		return 0, err
	}
	return p.rows, nil
}

// BatchStream makes the estimates of a batch and writes their rows to a stream: the bytes that BatchTo stores in a file
// of that format.
func (e *Estimator) BatchStream(ctx context.Context, b *Batch, format string, w io.Writer) (sum BatchSummary,
	err error,
) {
	f, err := batch.FormatNamed(format)
	if err != nil {
		return sum, err
	}
	stream := batch.NewStream(w, f)
	if err := e.Batch(ctx, b, stream.Add); err != nil {
		return sum, err
	}
	if err := stream.Close(); err != nil {
		return sum, err
	}
	sum.Rows, sum.Errors = stream.Count()
	return sum, nil
}

// BatchFormatOf returns the format of a path by its suffix, such as parquet.
func BatchFormatOf(path string) string {
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
}
