package web

import (
	"context"
	"time"
)

// fewNodes gives the most nodes of a model that is estimated beside others however large its file is.
const fewNodes = 4096

// A place is what a request has of the room for large models. One is worked on at a time: each may take some 160 MiB of
// memory. Models of usual size ask for none.
type place struct {
	server *Server
	ctx    context.Context
	held   bool
	err    error // why there was none
}

// take waits for the place, no longer than a request waits for its turn.
func (p *place) take() error {
	if p.held {
		return nil
	}
	wait := time.NewTimer(p.server.Wait)
	defer wait.Stop()
	select {
	case p.server.large <- struct{}{}:
		p.held = true
	case <-wait.C:
		p.err = errBusy
	case <-p.ctx.Done():
		p.err = p.ctx.Err()
	}
	return p.err
}

// free gives the place to others.
func (p *place) free() {
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
