// Package parallel spreads work over the processors.
package parallel

import (
	"runtime"
	"sync"
)

// Do calls do for 0 to n-1, on all processors at once, and returns when every call has.
func Do(n int, do func(i int)) {
	var wait sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range work {
				do(i)
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wait.Wait()
}
