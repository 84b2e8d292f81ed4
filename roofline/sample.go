package roofline

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A Reading says in what the throughput of a model is counted, and how many of it one inference takes in.
type Reading struct {
	Unit  string // of throughput: FPS for images, tokens/s for language, samples/s for everything else
	Count int64  // in one inference
}

// The units of throughput.
const (
	FPS       = "FPS"       // of images
	TokenRate = "tokens/s"  // of language
	PlainRate = "samples/s" // of anything else
)

// Read returns what a model reads, by its inputs: pictures of one or three channels, or the ids of tokens. A model of
// both is counted in samples.
func Read(res *infer.Result) Reading {
	out := Reading{PlainRate, 1}
	if res == nil {
		return out
	}
	out.Count = max(res.Batch, 1)
	model := res.Plan.Model
	images, tokens := false, int64(0)
	for _, id := range model.Main.Inputs {
		info := &res.Infos[id]
		images = images || pictured(info)
		if tokens == 0 && tokenized(model.Tensors[id].Name, info) {
			tokens = max(elements(info.Shape), 1)
		}
	}
	switch {
	case images && tokens == 0:
		out.Unit = FPS
	case tokens > 0 && !images:
		out.Unit, out.Count = TokenRate, tokens
	}
	return out
}

// Rate returns the throughput at a latency in seconds, 0 without one.
func (r Reading) Rate(seconds float64) float64 {
	if seconds <= 0 {
		return 0
	}
	return float64(max(r.Count, 1)) / seconds
}

// pictured reports whether an input is of pictures, channels first or last.
func pictured(info *graph.Info) bool {
	s := info.Shape
	color := func(n int64) bool { return n == 1 || n == 3 }
	const least = 16 // pixels of a side, fewer are no picture
	return len(s) == 4 && (color(s[1]) && min(s[2], s[3]) >= least || color(s[3]) && min(s[1], s[2]) >= least)
}

// tokenized reports whether an input holds the ids of tokens: whole numbers under such a name.
func tokenized(name string, info *graph.Info) bool {
	name = strings.ToLower(name)
	named := strings.HasSuffix(name, "ids") && !strings.Contains(name, "type") && !strings.Contains(name, "position") ||
		strings.Contains(name, "tokens")
	return named && info.Type.IsInteger() && len(info.Shape) > 0 && len(info.Shape) <= 2
}

// elements returns the number of elements of a shape; a dimension below 1 counts as 1.
func elements(s graph.Shape) int64 {
	n := int64(1)
	for _, d := range s {
		n = sat.Mul(n, max(d, 1))
	}
	return n
}
