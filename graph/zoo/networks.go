package zoo

import (
	"cmp"
	"fmt"
	"strings"
)

// A network is a row of timm's tables: name and image size there, parameters and multiply-adds, 1e9 multiply-adds and
// top-1 as printed, and the shape from which its family builds it.
type network[S any] struct {
	name               string
	size, params, macs int64
	gmac, top1         float64
	shape              S
}

// networks returns the entries of a family's rows. Names are spelled with hyphens, as those of all entries.
// Sizes are a multiple of the one given, or where it is 0 of the row's own; doc says what the rows have in common.
func networks[S any](family, doc string, multiple int64, build func(*builder, values, S), rows []network[S]) []Entry {
	out := make([]Entry, len(rows))
	for i, r := range rows {
		e := timm(strings.ReplaceAll(r.name, "_", "-"), family, doc, r.name, r.params, r.macs, r.gmac, r.top1,
			[]Option{imageSize(r.size, cmp.Or(multiple, r.size)), batchOption},
			func(b *builder, v values) {
				build(b, v, r.shape)
			})
		if r.top1 == 0 {
			e.Accuracy = Accuracy{}
		}
		if r.gmac == 0 {
			e.Source = fmt.Sprintf("timm %s (results table: %.2f M parameters; multiply-adds by counting)", r.name,
				float64(r.params)/1e6)
		}
		out[i] = e
	}
	return out
}
