package validate

import (
	"fmt"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

// modeWord matches the name of a Jetson's power mode in a published text: 15W, MAXN_SUPER, maxq, Max-P.
var modeWord = lazyexp.New(`(?i)\b(?:\d+ ?W(?:_[A-Z]+)?|max-?[npq](?:_\w+)?)\b`)

// inMode returns a device in the power mode that a published text names beside it. Boards of other classes have a W in
// their names, and cards have limits in W that no profile has as modes.
func (n *deviceNames) inMode(text string, d *hwprofiles.Device) (*hwprofiles.Device, error) {
	for _, c := range clocks {
		says := strings.Contains(text, strings.ReplaceAll(c.remark, "_", " "))
		if says && c.arch == d.Arch && !strings.Contains(d.ID, "@") {
			return n.catalog.Get(d.ID + "@" + c.mode)
		}
	}
	word := modeWord().FindString(text)
	if d.Class != "jetson" || word == "" || strings.Contains(d.ID, "@") {
		return d, nil
	}
	kin := []*hwprofiles.Device{d}
	if super, err := n.catalog.Named(d.ID + "-super"); err == nil { // texts rarely say which of the two
		kin = append(kin, super)
	}
	for _, k := range kin {
		if m := modeNamed(k, word); m != nil {
			return n.catalog.Get(k.ID + "@" + m.ID)
		}
	}
	ids := []string{"none"}
	for i := range d.Modes {
		ids = append(ids[:i], d.Modes[i].ID)
	}
	return nil, fmt.Errorf("device %q: found the power mode %s, expected one of %s: %s",
		spelling.Clip(text), word, d.ID, strings.Join(ids, ", "))
}

// modeNamed returns the mode that a word names: by id, or as MAXP for MAXP_ALL where one mode begins so.
func modeNamed(d *hwprofiles.Device, word string) *hwprofiles.Mode {
	word = spelling.Squash(word)
	var begin []*hwprofiles.Mode
	for i := range d.Modes {
		id := spelling.Squash(d.Modes[i].ID)
		if id == word {
			return &d.Modes[i]
		}
		if strings.HasPrefix(id, word) && !strings.HasSuffix(word, "w") {
			begin = append(begin, &d.Modes[i])
		}
	}
	if len(begin) == 1 {
		return begin[0]
	}
	return nil
}
