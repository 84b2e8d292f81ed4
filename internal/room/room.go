// Package room holds how much memory work on the description of one model may take. What reads a model counts its
// parts against it, and so does what makes more of them: inlined functions, bodies of control flow.
package room

import "sync/atomic"

// usual bounds a description, without its weights: ten times that of large models, and a fraction of what a small
// machine has.
const usual = 160 << 20

var most atomic.Int64

func init() { most.Store(usual) }

// Bound sets how many bytes a model's description may take, weights aside, if that is less than usual.
func Bound(bytes int64) { most.Store(min(bytes, usual)) }

// Most returns how many bytes a model's description may take.
func Most() int64 { return most.Load() }
