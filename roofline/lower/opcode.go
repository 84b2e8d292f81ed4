package lower

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/graph"
)

// An opcode is an operator that some rule asks for by name.
type opcode uint8

const (
	opOther opcode = iota
	opErf          // the seeds of composites come first: see seedOfAny
	opTanh
	opSigmoid
	opHardSigmoid
	opSoftplus
	opClip
	opExp
	opSqrt
	opSub
	opSoftmax
	opMatMul
	opEinsum
	opTranspose
	opCast
	opExpand
	opTile
	opSlice
	opSplit
	opGather
	opPad
	opBatchNorm
	opConv
	opConvTranspose
	opQuantConv
	opQuantize
	opDequantize
	opAttention
	opRandom

	firstSeed, lastSeed = opErf, opSqrt
)

var opcodes = map[string]opcode{
	"Sub": opSub, "Sqrt": opSqrt, "Erf": opErf, "Tanh": opTanh,
	"Sigmoid": opSigmoid, "HardSigmoid": opHardSigmoid, "Softplus": opSoftplus, "Clip": opClip, "Exp": opExp,
	"Softmax": opSoftmax, "MatMul": opMatMul, "FusedMatMul": opMatMul, "Einsum": opEinsum,
	"Transpose": opTranspose, "Cast": opCast, "BatchNormalization": opBatchNorm,
	"Conv": opConv, "FusedConv": opConv, "NhwcConv": opConv, "NhwcFusedConv": opConv, "ConvInteger": opConv, "ConvTranspose": opConvTranspose, "QLinearConv": opQuantConv,
	"QuantizeLinear": opQuantize, "DequantizeLinear": opDequantize, "Expand": opExpand, "Tile": opTile,
	"Slice": opSlice, "Split": opSplit, "Gather": opGather, "Pad": opPad,
	"Attention": opAttention, "MultiHeadAttention": opAttention, "GroupQueryAttention": opAttention,
	"PackedAttention": opAttention, "PackedMultiHeadAttention": opAttention, "DecoderMaskedMultiHeadAttention": opAttention,
	"QAttention": opAttention, "DecoderMaskedSelfAttention": opAttention, "SparseAttention": opAttention, "DecoderAttention": opAttention, "QOrderedAttention": opAttention, "LongformerAttention": opAttention,
	"Multinomial": opRandom, "Bernoulli": opRandom, "RandomNormal": opRandom, "RandomUniform": opRandom,
	"RandomNormalLike": opRandom, "RandomUniformLike": opRandom,
}

// codeOf is the opcode of an operator, whichever of the standard and com.microsoft domains it is in.
func codeOf(op graph.OpID) opcode {
	if op.Domain == "" || strings.HasPrefix(op.Domain, "com.microsoft") {
		return opcodes[op.Type]
	}
	return opOther
}
