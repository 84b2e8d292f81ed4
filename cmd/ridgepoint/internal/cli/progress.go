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
	first   int  // what was done before, of work that is resumed
	rate    bool // say how many parts a second are done, and how long the rest takes
	started time.Time
	drawn   time.Time
}

// The bar appears after patience and is redrawn no oftener than every redraw.
const (
	patience = time.Second
	redraw   = 100 * time.Millisecond
	barWidth = 30
)

// progress returns a bar of total steps on standard error, which stays silent where that is no
// terminal.
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

// reach says how many parts of the work are done, some at a time. The first call counts what was done before.
func (p *progress) reach(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.total == 0 {
		p.first = done
	}
	p.done, p.total = done, total
	p.draw()
}

// step says that one more part of the work is done. It may be called from several goroutines.
func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.draw()
}

// draw draws the bar where it is due.
func (p *progress) draw() {
	now := time.Now()
	if p.w == nil || now.Sub(p.started) < patience || now.Sub(p.drawn) < redraw && p.done < p.total {
		return
	}
	p.drawn = now
	n := barWidth * p.done / max(p.total, 1)
	fmt.Fprintf(p.w, "\r%s [%s%s] %d/%d%s", p.label, strings.Repeat("=", n), strings.Repeat(" ", barWidth-n), p.done,
		p.total, p.pace(now))
}

// pace returns the rate and the time that is left, such as ", 6400/s, 1m20s left".
func (p *progress) pace(now time.Time) string {
	made, took := p.done-p.first, now.Sub(p.started).Seconds()
	if !p.rate || made <= 0 {
		return ""
	}
	each := float64(made) / took
	left := time.Duration(float64(p.total-p.done) / each * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf(", %.0f/s, %s left   ", each, left)
}

// end takes the bar off the terminal.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil && !p.drawn.IsZero() {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", len(p.label)+barWidth+64))
	}
}
