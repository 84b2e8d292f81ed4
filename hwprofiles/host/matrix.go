package host

import (
	"slices"
	"sync"
	"time"
)

// matrixSize gives the side of the square matrices whose product is timed, and tile that of the blocks our own kernel
// works on.
const (
	matrixSize = 512
	tile       = 64
)

// goMatrix returns our own portable kernel: a blocked fp32 product in plain Go, rows shared among threads. The Go
// compiler makes no vector instructions, so this is a floor under what the machine can do and no measure of a
// runtime.
func goMatrix(threads int) (MatrixRate, error) { return product(matrixSize, threads) }

// product times products of n x n matrices with that kernel.
func product(n, threads int) (MatrixRate, error) {
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	ones(a)
	ones(b)
	var rates []float64
	for range 5 {
		var all sync.WaitGroup
		begin := time.Now()
		for t := range threads {
			all.Go(func() { multiply(c, a, b, n, t*n/threads, (t+1)*n/threads) })
		}
		all.Wait()
		rates = append(rates, 2*float64(n)*float64(n)*float64(n)/time.Since(begin).Seconds())
	}
	slices.Sort(rates)
	best := rates[len(rates)-1]
	return MatrixRate{best, 1 - rates[len(rates)/2]/best, "our own portable Go kernel, without vector instructions"}, nil
}

// multiply adds rows from to to of the product a x b, all n x n, to c.
func multiply(c, a, b []float32, n, from, to int) {
	for k0 := 0; k0 < n; k0 += tile {
		for j0 := 0; j0 < n; j0 += tile {
			for i := from; i < to; i++ {
				row := c[i*n+j0 : i*n+j0+tile]
				for k := k0; k < k0+tile; k++ {
					x := a[i*n+k]
					for j, y := range b[k*n+j0 : k*n+j0+tile] {
						row[j] += x * y
					}
				}
			}
		}
	}
}
