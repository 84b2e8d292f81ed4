package dtype

import "strings"

// A Block is a format that stores a run of elements together with what scales them, such as q4_0: 32 weights of four
// bits and one scale of 16.
type Block struct {
	Name     string // as llama.cpp or a checkpoint writes it
	Elements int64  // in one block
	Size     int64  // bytes of one block, scales included
	Family   Family // of its numbers
}

// A Family is a group of formats whose kernels unpack weights in the same way.
type Family string

// The families of stored weights.
const (
	F16 Family = "f16" // 16 and 32 bits, nothing to unpack
	Q8  Family = "q8"  // eight bits
	Q4  Family = "q4"  // four and five bits with a scale a block of 32
	Q4K Family = "q4k" // super-blocks of 256 with scales of scales
	MX  Family = "mx"  // four-bit floats with a shared exponent
	IQ  Family = "iq"  // codebooks of up to three bits, each looked up
	FP8 Family = "fp8" // eight-bit floats, which some matrix units take as they are
	FP4 Family = "fp4" // four-bit floats with a scale for 16, which some matrix units take as they are
)

// Blocks lists the formats. Those of GGUF are of ggml's ggml-common.h; the others are of the formats' publications:
// OCP Microscaling 1.0 (mxfp4), NVIDIA's NVFP4, and GPTQ's groups of 128 (int4 g128, one scale of 16 bits).
var Blocks = []Block{
	{"f32", 1, 4, F16}, {"f16", 1, 2, F16}, {"bf16", 1, 2, F16},
	{"q4_0", 32, 18, Q4}, {"q4_1", 32, 20, Q4}, {"q5_0", 32, 22, Q4}, {"q5_1", 32, 24, Q4}, {"q8_0", 32, 34, Q8},
	{"q2_k", 256, 84, Q4K}, {"q3_k", 256, 110, Q4K}, {"q4_k", 256, 144, Q4K}, {"q5_k", 256, 176, Q4K},
	{"q6_k", 256, 210, Q4K},
	{"iq1_s", 256, 50, IQ}, {"iq1_m", 256, 56, IQ}, {"iq2_xxs", 256, 66, IQ}, {"iq2_xs", 256, 74, IQ},
	{"iq2_s", 256, 82, IQ}, {"iq3_xxs", 256, 98, IQ}, {"iq3_s", 256, 110, IQ}, {"iq4_nl", 32, 18, Q4},
	{"iq4_xs", 256, 136, Q4K},
	{"tq1_0", 256, 54, Q4K}, {"tq2_0", 256, 66, Q4K},
	{"mxfp4", 32, 17, MX}, {"nvfp4", 16, 9, FP4},
	{"int8", 1, 1, Q8}, {"fp8", 1, 1, FP8}, {"int4", 2, 1, Q4}, {"int3", 8, 3, Q4}, {"int2", 4, 1, Q4},
	{"int4 g32", 32, 18, Q4}, {"int4 g64", 64, 34, Q4}, {"int4 g128", 128, 66, Q4},
	{"int8 g64", 64, 66, Q8}, {"int8 g128", 128, 130, Q8}, {"int3 g128", 128, 50, Q4},
}

// BlockOf finds a format by its name in any case.
func BlockOf(name string) (Block, bool) {
	name = strings.ToLower(name)
	for _, b := range Blocks {
		if b.Name == name {
			return b, true
		}
	}
	return Block{}, false
}

// Bytes returns what n elements occupy, a last block counted whole. It saturates at the largest int64.
func (b Block) Bytes(n int64) int64 {
	if b.Elements <= 0 || n <= 0 {
		return 0
	}
	blocks := n / b.Elements
	if n%b.Elements != 0 {
		blocks++
	}
	if blocks > (1<<63-1)/b.Size {
		return 1<<63 - 1
	}
	return blocks * b.Size
}

// Bits returns the stored width of one element in bits, scales included.
func (b Block) Bits() float64 {
	if b.Elements <= 0 {
		return 0
	}
	return 8 * float64(b.Size) / float64(b.Elements)
}
