package plots

import (
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/ridgepoint/ridgepoint/roofline"
)

// TestBesideStrip: a text has a place that covers no line, no dot and no text, the lowest one, or none.
func TestBesideStrip(t *testing.T) {
	size := vg.Point{X: 50, Y: 10}
	room := func(avoid ...vg.Rectangle) *pen {
		p := &pen{room: placer{soft: avoid}}
		p.c.Rectangle = vg.Rectangle{Max: vg.Point{X: 100, Y: 80}}
		p.room.bounds = p.c.Rectangle
		return p
	}
	if at, ok := room().besideStrip(10, size); !ok || at.Y != 28 {
		t.Errorf("an empty chart: %v, %t, want the lowest place", at, ok)
	}
	line := vg.Rectangle{Min: vg.Point{Y: 20}, Max: vg.Point{X: 100, Y: 40}}
	if at, ok := room(line).besideStrip(10, size); !ok || at.Y < 45 {
		t.Errorf("over a line: %v, %t", at, ok)
	}
	if at, ok := room(vg.Rectangle{Max: vg.Point{X: 100, Y: 80}}).besideStrip(10, size); ok {
		t.Errorf("a full chart: %v, want no place", at)
	}
	if at, ok := room().besideStrip(60, size); ok {
		t.Errorf("a text wider than the room: %v, want no place", at)
	}
}

// TestSeen: bars that nobody sees share one.
func TestSeen(t *testing.T) {
	groups := []roofline.Group{{Share: 0.7}, {Share: 0.294}, {Share: 0.003}, {Share: 0.003}}
	if n := seen(groups); n != 2 {
		t.Errorf("%d bars are seen, want 2", n)
	}
	if b := barsOf(groups, seen(groups)); len(b) != 3 || b[2].name != "2 others" {
		t.Errorf("bars %v, want the last two in one", b)
	}
	if n := seen(groups[:2]); n != 2 {
		t.Errorf("%d of two large bars are seen", n)
	}
}
