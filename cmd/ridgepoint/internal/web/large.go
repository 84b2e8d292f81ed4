package web

import (
	"context"
	"runtime"
	"time"
)

// fewNodes gives the most nodes of a model that is estimated beside others however large its file is.
const fewNodes = 4096

// crowd gives how many turns a large model takes beside its own, where there are as many to spare: what is worked on
// at once takes up to 30 MiB each.
const crowd = 2

// A place is what a request has of the room for large models. One is worked on at a time: each may take some 160 MiB of
// memory. Models of usual size ask for none.
type place struct {
	server *Server
	ctx    context.Context
	held   bool
	turns  int   // that are taken beside the request's own
	err    error // why there was none
}

// take waits for the place, no longer than a request waits for its turn.
func (p *place) take() error {
	if p.held {
		return nil
	}
	wait := time.NewTimer(p.server.Wait)
	defer wait.Stop()
	if p.held = p.get(p.server.large, wait); !p.held {
		return p.err
	}
	for range min(crowd, p.server.AtOnce-2) { // one other passes
		if !p.get(p.server.turns, wait) {
			p.free()
			return p.err
		}
		p.turns++
	}
	runtime.GC() // what others left goes first
	return nil
}

// get takes a seat before the wait is over, and keeps why not.
func (p *place) get(seats chan struct{}, wait *time.Timer) bool {
	select {
	case seats <- struct{}{}:
		return true
	case <-wait.C:
		p.err = errBusy
	case <-p.ctx.Done():
		p.err = p.ctx.Err()
	}
	return false
}

// free gives the place to others.
func (p *place) free() {
	for ; p.turns > 0; p.turns-- {
		<-p.server.turns
	}
	if p.held {
		<-p.server.large
		p.held = false
	}
}

// settle gives the place to others where the model that was read is not large after all.
func (p *place) settle(q *question) {
	if q.model != nil && len(q.model.Plan().Model.Main.Nodes) <= fewNodes {
		p.free()
	}
}
