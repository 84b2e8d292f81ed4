package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// progress draws a bar on a terminal for work that takes over a second, and nothing anywhere else.
type progress struct {
	mu      sync.Mutex
	w       io.Writer // nil: draw nothing
	label   string
	total   int
	done    int
	started time.Time
	drawn   time.Time
}

// The bar appears after patience and is redrawn no oftener than every redraw.
const (
	patience = time.Second
	redraw   = 100 * time.Millisecond
	barWidth = 30
)

func (a *app) progress(label string, total int) *progress {
	p := &progress{label: label, total: total, started: time.Now()}
	if a.Terminal {
		p.w = a.Err
	}
	return p
}

// at says how many parts of the work are done. It may be called from several goroutines.
func (p *progress) at(done, total int) {
	p.mu.Lock()
	p.done, p.total = max(p.done, done-1), total
	p.mu.Unlock()
	p.step()
}

// step says that one more part of the work is done. It may be called from several goroutines.
func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	now := time.Now()
	if p.w == nil || now.Sub(p.started) < patience || now.Sub(p.drawn) < redraw && p.done < p.total {
		return
	}
	p.drawn = now
	n := barWidth * p.done / max(p.total, 1)
	fmt.Fprintf(p.w, "\r%s [%s%s] %d/%d", p.label, strings.Repeat("=", n), strings.Repeat(" ", barWidth-n), p.done, p.total)
}

// end takes the bar off the terminal.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil && !p.drawn.IsZero() {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", len(p.label)+barWidth+24))
	}
}
