package joint

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// A solver solves the equations of one step after another. A step changes them little, so that the Cholesky factor of
// earlier ones, of n^3/3 operations, leads conjugate gradients of n^2 an iteration to the solution of the next
// (Hestenes and Stiefel 1952; Golub and Van Loan, Matrix Computations, section 11.5).
type solver struct{ root blas64.Triangular }

const (
	mostIterations = 40   // of conjugate gradients; equations that need more are factorised
	exact          = 1e-5 // length of what is left of the right side, in times its own
)

// solve returns x with a x = b. a is overwritten.
func (s *solver) solve(a *mat.SymDense, b *mat.VecDense) (*mat.VecDense, error) {
	n := a.SymmetricDim()
	x := mat.NewVecDense(n, nil)
	if s.root.N == n && s.iterate(a.RawSymmetric(), b.RawVector(), x.RawVector()) {
		return x, nil
	}
	root, ok := lapack64.Potrf(a.RawSymmetric())
	if !ok {
		return nil, notPositive(n)
	}
	s.root = root
	x.CopyVec(b)
	s.apply(x.RawVector())
	return x, nil
}

// iterate sets x to the solution and returns true, or returns false where that takes too many iterations.
func (s *solver) iterate(a blas64.Symmetric, b, x blas64.Vector) bool {
	left, next, image := vectorOf(b), vectorOf(b), blas64.Vector{N: b.N, Inc: 1, Data: make([]float64, b.N)}
	s.apply(next)
	way := vectorOf(next)
	gain, end := blas64.Dot(left, next), exact*blas64.Nrm2(b)
	for range mostIterations {
		if blas64.Nrm2(left) <= end {
			return true
		}
		blas64.Symv(1, a, way, 0, image)
		curve := blas64.Dot(way, image)
		if !(curve > 0) {
			return false
		}
		blas64.Axpy(gain/curve, way, x)
		blas64.Axpy(-gain/curve, image, left)
		copy(next.Data, left.Data)
		s.apply(next)
		last := gain
		gain = blas64.Dot(left, next)
		if math.IsNaN(gain) {
			return false
		}
		floats.AddScaledTo(way.Data, next.Data, gain/last, way.Data)
	}
	return false
}

// apply multiplies x by the inverse of the factorised matrix.
func (s *solver) apply(x blas64.Vector) {
	blas64.Trsv(blas.Trans, s.root, x)
	blas64.Trsv(blas.NoTrans, s.root, x)
}

// vectorOf returns a copy of a vector.
func vectorOf(v blas64.Vector) blas64.Vector {
	out := blas64.Vector{N: v.N, Inc: 1, Data: make([]float64, v.N)}
	blas64.Copy(v, out)
	return out
}
