package host

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
	"unsafe"
)

const goarch = runtime.GOARCH

// A Point is the bandwidth at one working set.
type Point struct {
	Kernel  string  // read, copy or triad
	Threads int     // that share the working set
	Bytes   int64   // of the working set, all threads and arrays together
	Rate    float64 // B/s, of what the program reads and writes; the best of several tries
	Noise   float64 // by which share the median of the tries is below the best
	rates   []float64
}

// A memKernel is one way to use memory: a pass over n bytes of each of its arrays.
type memKernel struct {
	name   string
	arrays int
	pass   func(a, b, c []float32)
}

// memKernels lists the three ways, as in STREAM: bytes are those that the program names, not what caches add. Read
// and copy are the standard library's assembly, with the widest loads that it uses; triad is compiled Go without
// vectors, which caches outrun, so that it tells of the main memory only.
var memKernels = []memKernel{
	{"read", 1, func(a, _, _ []float32) {
		if bytes.IndexByte(raw(a), 0xff) >= 0 { // no byte of 1.0 is 0xff, so all are read
			panic("host: the array was changed")
		}
	}},
	{"copy", 2, func(a, b, _ []float32) { copy(a, b) }},
	{"triad", 3, func(a, b, c []float32) {
		b, c = b[:len(a)], c[:len(a)]
		for i := range a {
			a[i] = b[i] + 0.5*c[i]
		}
	}},
}

// raw returns the memory of an array.
func raw(a []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(a))), 4*len(a))
}

// How long each try lasts at least, how many there are together, and how often the whole sweep is made: what disturbs
// a machine for a second disturbs one round only.
const (
	tryTime = 5 * time.Millisecond
	tries   = 5
	rounds  = 2
)

// sweep measures every kernel at every working set, with one and with all threads.
func sweep(ctx context.Context, sizes []int64, threads int) ([]Point, error) {
	buf := make([]float32, slices.Max(sizes)/4)
	var out []Point
	for round := range rounds {
		at := 0
		for _, n := range slices.Compact([]int{1, threads}) {
			ones(buf) // touches every page, and undoes what triad left: values that grow
			for i := range memKernels {
				k := &memKernels[i]
				for _, size := range sizes {
					if err := ctx.Err(); err != nil {
						return nil, context.Cause(ctx)
					}
					q := k.measure(buf[:size/4], n)
					if round == 0 {
						out = append(out, q)
					} else {
						out[at].rates = append(out[at].rates, q.rates...)
					}
					at++
				}
			}
		}
	}
	for i := range out {
		out[i].settle()
	}
	return out, nil
}

// settle takes the best try: the one least disturbed.
func (q *Point) settle() {
	slices.Sort(q.rates)
	n := len(q.rates)
	q.Rate = q.rates[n-1]
	q.Noise = 1 - q.rates[n/2]/q.Rate
}

// measure shares a buffer among threads, each with its own arrays, and times them together.
func (k *memKernel) measure(buf []float32, threads int) Point {
	each := len(buf) / threads / k.arrays &^ 15 // whole lines of 64 bytes
	rates := make([]float64, tries)
	for t := range rates {
		var all sync.WaitGroup
		start := make(chan struct{})
		part := make([]float64, threads)
		for i := range threads {
			array := func(n int) []float32 {
				from := (i*k.arrays + min(n, k.arrays-1)) * each
				return buf[from : from+each]
			}
			all.Go(func() {
				<-start
				part[i] = k.try(array(0), array(1), array(2))
			})
		}
		close(start)
		all.Wait()
		for _, p := range part {
			rates[t] += p
		}
	}
	return Point{Kernel: k.name, Threads: threads, Bytes: int64(each) * 4 * int64(k.arrays) * int64(threads), rates: rates}
}

// try repeats passes for tryTime and tells the rate in B/s.
func (k *memKernel) try(a, b, c []float32) float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	each := float64(len(a) * 4 * k.arrays)
	passes := max(int(32<<10/each), 1) // between two looks at the clock
	begin := time.Now()
	for done := 0; ; {
		for range passes {
			k.pass(a, b, c)
		}
		done += passes
		if d := time.Since(begin); d >= tryTime {
			return each * float64(done) / d.Seconds()
		}
	}
}

// ones fills buf, so that its pages exist before they are timed.
func ones(buf []float32) {
	for i := range buf {
		buf[i] = 1
	}
}
