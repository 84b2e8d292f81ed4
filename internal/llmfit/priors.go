package main

import "github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"

// priorOf returns the numbers that a fit starts from: round ones, the same for all ways of storing weights, so that
// what the shipped profiles know of these tables does not help a prediction of rows that a fit has not seen.
func priorOf(engine string, b *llm.Backend) *setting {
	s := newSetting(b)
	for i := range s.prior {
		v := &s.prior[i]
		for p := range llm.NumParams {
			if v[p] == 0 || llm.Specs[p].Sigma == 0 {
				continue
			}
			v[p] = base[p]
			if i < len(s.prior)-1 && (engine == "vllm" || engine == "tensorrt-llm") && serversThen[p] > 0 {
				v[p] = serversThen[p]
			}
			if b.Name == "cpu" && cores[p] > 0 {
				v[p] = cores[p]
			}
		}
		if i < len(s.prior)-1 && engine == "llama-cpp" { // an older version
			older(v, s.to[i])
		}
	}
	s.follows = unseen[engine+" "+b.Name]
	for p, leader := range s.follows {
		s.prior[len(s.prior)-1][p] = s.prior[len(s.prior)-1][leader]
	}
	s.values = append(s.values[:0], s.prior...)
	return s
}

// unseen lists what no row of the newest builds tells: how fast matrices in formats are that the tables of 2025 lack,
// and the cache of long contexts. Products of CUDA's newest builds compute all blocks in int8, and their attention
// reads keys and values as matrices in 16 bits are read; Vulkan unpacks all in one kernel.
var unseen = map[string]map[llm.Param]llm.Param{
	"llama-cpp cuda":         {llm.EffQ8: llm.EffQ4, llm.EffQ4K: llm.EffQ4, llm.UnitCache: llm.UnitF16},
	"llama-cpp vulkan":       {llm.EffF16: llm.EffQ4, llm.EffQ8: llm.EffQ4, llm.EffQ4K: llm.EffQ4, llm.EffMX: llm.EffQ4},
	"llama-cpp vulkan-intel": {llm.EffF16: llm.EffQ4, llm.EffQ8: llm.EffQ4, llm.EffQ4K: llm.EffQ4, llm.EffMX: llm.EffQ4},
}

// older sets what versions of llama.cpp before some builds are known to lack: flash attention and fused kernels (to
// 2999), on CUDA products of blocks in int8 too, and on Metal fast products (to 1100).
func older(v *llm.Values, to int) {
	v[llm.Attention], v[llm.PromptLayer], v[llm.Layer] = 0.1, 300e-6, 100e-6
	if v[llm.Dequant] > 0 { // CUDA
		v[llm.EffQ8], v[llm.EffQ4], v[llm.EffQ4K] = 0.5, 0.5, 0.5
	}
	if to <= 1100 {
		v[llm.Layer] = 120e-6
		for p := llm.EffF16; p <= llm.EffMX; p++ {
			v[p] = 0.3
		}
	}
}

var base = llm.Values{
	llm.Band: 0.85, llm.UnitF16: 8, llm.UnitQ8: 8, llm.UnitQ4: 8, llm.UnitQ4K: 8, llm.UnitMX: 8, llm.UnitIQ: 8, llm.UnitCache: 3, llm.CacheBand: 0.4,
	llm.Layer: 80e-6, llm.ExpertLayer: 40e-6, llm.HalfBatch: 8,
	llm.EffF16: 0.6, llm.EffQ8: 0.6, llm.EffQ4: 0.6, llm.EffQ4K: 0.6, llm.EffMX: 0.6, llm.EffIQ: 0.6, llm.Expert: 0.75, llm.Attention: 0.25,
	llm.HalfM: 16, llm.PromptLayer: 100e-6, llm.Power: 0.8e12, llm.UnitBlocks: 500, llm.Reduce: 15e-6, llm.Sequence: 15e-6,
}

// serversThen lists those of vLLM before its engine of 2025 and of TensorRT-LLM 0.6: kernels are started one by one,
// and the host schedules between steps.
var serversThen = llm.Values{llm.Layer: 200e-6, llm.Reduce: 100e-6, llm.Sequence: 200e-6}

var cores = llm.Values{
	llm.Band: 0.7, llm.UnitF16: 4, llm.UnitQ8: 4, llm.UnitQ4: 4, llm.UnitQ4K: 4, llm.UnitMX: 4, llm.UnitIQ: 4, llm.UnitCache: 4,
	llm.Layer: 20e-6, llm.ExpertLayer: 20e-6, llm.HalfBatch: 1,
	llm.EffF16: 0.3, llm.EffQ8: 0.3, llm.EffQ4: 0.3, llm.EffQ4K: 0.3, llm.EffMX: 0.3, llm.EffIQ: 0.3, llm.HalfM: 2, llm.PromptLayer: 40e-6,
}
