// Package sat adds and multiplies counts without overflow.
package sat

import (
	"math"
	"math/bits"
)

// Mul returns the product of two non-negative numbers, or the largest int64 if it is larger.
func Mul(a, b int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(lo)
}

// Add returns the sum of two non-negative numbers, or the largest int64 if it is larger.
func Add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
