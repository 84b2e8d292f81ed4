package roofline_test

import (
	"math"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestCacheOnce: a decode step of Llama 2 7B moves its weights, 13.21 GB in fp16 without the table of embeddings, the
// cache of 4096 tokens, 2.15 GB, once, and little else.
func TestCacheOnce(t *testing.T) {
	m, err := readers.Open("zoo:llama2-7b?seq=1&past=4095")
	if err != nil {
		t.Fatal(err)
	}
	p, err := infer.Prepare(m)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(infer.Bindings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hwprofiles.NewCatalog().Get("a100-sxm4-80")
	if err != nil {
		t.Fatal(err)
	}
	e, err := roofline.Run(res, d, roofline.Options{Precision: dtype.Float16})
	if err != nil {
		t.Fatal(err)
	}
	weights, cache := 2*(6_738_415_616.-32000*4096), 2*2*32*4096.*4096
	if got := float64(e.Total.Bytes()); math.Abs(got/(weights+cache)-1) > 0.005 {
		t.Errorf("a step moves %.4g B, expected %.4g of weights and %.4g of the cache", got, weights, cache)
	}
}
