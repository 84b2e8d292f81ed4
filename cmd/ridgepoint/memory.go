package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/ridgepoint/ridgepoint"
)

// memoryLimit says where the collector begins to work hard, in bytes. Readers bound what a model may take; this is the
// last belt for what no bound foresaw.
const memoryLimit = 256 << 20

// What is left free below a limit of the address space. The collector works harder first; then the program ends
// while it still can say why, since Go ends with a stack trace once the system refuses it memory.
const (
	arena   = 64 << 20 // by which Go's heap takes addresses
	reserve = 84 << 20 // for one large allocation between two looks
	slack   = 40 << 20 // in which the collector works harder
	least   = slack + arena/2
)

// described gives the most bytes of memory that work on a model takes for one byte of its description.
const described = 3

// closeBy gives by how many percent garbage may add to what is in use where the address space is limited.
const closeBy = 100

// narrow says up to which limit one processor works alone: the look at the memory in use and the collector then run in
// its turn. Beside a second processor they come too late where other programs are in line for it.
const narrow = 1 << 30

// poll gives the time between two looks at the memory in use.
const poll = 2 * time.Millisecond

// boundMemory sets what the collector aims at, and watches the memory where the address space is limited.
func boundMemory() {
	limit := int64(memoryLimit)
	if room, steady, ok := addressRoom(); ok {
		most := max(room-reserve, least)
		limit = min(limit, most-slack)
		ridgepoint.BoundModels(max(steady-reserve, least) / described)
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(closeBy) // on a busy machine the collector came too late for a limit that garbage had filled
		}
		if most < narrow && os.Getenv("GOMAXPROCS") == "" {
			runtime.GOMAXPROCS(1)
		}
		go watch(uint64(most))
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// watch ends the program once it takes more than most bytes.
func watch(most uint64) {
	in := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for range time.Tick(poll) {
		if metrics.Read(in); in[0].Value.Uint64()-in[1].Value.Uint64() > most {
			fmt.Fprintf(os.Stderr, "ridgepoint: error: this needs more memory than the limit of the address space leaves,"+
				" %d MiB; raise it (ulimit -v)\n", most>>20)
			abandon()
			os.Exit(failed)
		}
	}
}
