package validate

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
)

var (
	countFirst = lazyexp.New(`^(\d+)\s*x\s+`)
	countLast  = lazyexp.New(`\sx\s?(\d+)(\s+nodes)?$`)
	countInner = lazyexp.New(`(?i)\b(\d+)[ -](?:chips|gcds|sockets)\b`)
	bracketed  = lazyexp.New(`\([^()]*\)|\[[^\[\]]*\]`)
	gigabytes  = lazyexp.New(`(?i)\b(\d+)\s?GB\b`)
	words      = lazyexp.New(`[a-z0-9+]+`)
	slicePart  = lazyexp.New(`(?i)\bMIG\b`)
	gcdPart    = lazyexp.New(`(?i)\bGCDs?\b`)
	overclock  = lazyexp.New(`(?i)\boverclock`)
	hostPart   = lazyexp.New(`(?i)\bhost\b`)
	hostOf     = lazyexp.New(`^host CPU of \[(.*)\]$`)
)

// makerWords say nothing that tells two devices of the catalogue apart.
var makerWords = []string{"nvidia", "amd", "intel", "r", "tm", "geforce", "tesla", "instinct", "radeon", "qualcomm",
	"generation"}

// variantWords after a name make it another device: an RTX 4070 Ti is no RTX 4070.
var variantWords = []string{"ti", "super", "laptop", "notebook", "mobile", "ada", "blackwell", "max", "ultra", "pro",
	"plus",
	"nx", "nano", "xt", "xtx", "gre", "elite", "lite", "overclock", "zero", "w", "pcie", "nvl", "sxm3", "gen"}

// minAlone gives the shortest name, in letters and digits, believed inside a longer text that does not name the maker:
// other makers sell an A100 too.
const minAlone = 5

// A deviceNames finds the devices of a catalogue that published texts mean.
type deviceNames struct {
	catalog *hwprofiles.Catalog
	known   map[string][]*hwprofiles.Device // by id, name and alias, without maker words and spaces
}

// newDeviceNames returns the names of the devices whose profiles can be read.
func newDeviceNames(c *hwprofiles.Catalog) *deviceNames {
	all, _ := c.List() // who has the catalogue says which are broken
	n := &deviceNames{c, map[string][]*hwprofiles.Device{}}
	for _, d := range all {
		names := append([]string{d.ID, d.Name}, d.Aliases...)
		if !strings.HasSuffix(d.ID, "-cpu") { // Apple M1 (CPU) is no Apple M1
			names = append(names, bracketed().ReplaceAllString(d.Name, " "))
		}
		for _, name := range names {
			key := strings.Join(plainWords(name), "")
			if key != "" && !slices.Contains(n.known[key], d) {
				n.known[key] = append(n.known[key], d)
			}
		}
	}
	return n
}

// match finds the device that a published result means by its text, such as "1x NVIDIA A100-SXM-80GB":
// by id or alias, then by the text without maker words and with or without what is in brackets, then by the
// longest name within it. Text that names several accelerators, a slice of one, another processor
// of the machine, another variant or memory, or that fits several devices is refused with that reason. A power mode in
// the text, or in the name of the system (AGX_Xavier_TRT_MaxQ), is read where the device has it, and refused where not.
func (n *deviceNames) match(published, system string) (*hwprofiles.Device, error) {
	d, err := n.device(published)
	if err != nil {
		return nil, err
	}
	return n.inMode(published+" "+strings.ReplaceAll(system, "_", " "), d)
}

// device finds the device of match without its power mode.
func (n *deviceNames) device(published string) (*hwprofiles.Device, error) {
	text := strings.TrimSpace(published)
	d, unknown := n.catalog.Named(text)
	if unknown == nil {
		return d, nil
	}
	if machine, gpu, ok := strings.Cut(text, " | Vulkan: "); ok {
		return n.driven(machine, gpu)
	}
	if host := hostOf().FindStringSubmatch(text); host != nil {
		return n.host(host[1])
	}
	if why := notOneDevice(text); why != "" {
		return nil, fmt.Errorf("device %q: %s", spelling.Clip(published), why)
	}
	text = countFirst().ReplaceAllString(countLast().ReplaceAllString(text, ""), "")
	outside := bracketed().ReplaceAllString(text, " ")
	for _, t := range []string{text, outside} {
		if found := n.known[strings.Join(plainWords(t), "")]; len(found) > 0 {
			return one(published, found)
		}
	}
	found, err := within(outside, n.known)
	if err != nil {
		return nil, fmt.Errorf("device %q: %w", spelling.Clip(published), err)
	}
	if len(found) == 0 {
		return nil, unknown
	}
	return one(published, found)
}

// driven finds the GPU that a driver calls by a name, or that of the machine where the driver's name says too little.
func (n *deviceNames) driven(machine, gpu string) (*hwprofiles.Device, error) {
	d, err := n.device(gpu)
	if err != nil {
		d, err = n.device(machine)
	}
	if err == nil && d.Class.Cores() {
		return nil, fmt.Errorf("device %q: found cores for the machine (%s) and no profile for the GPU %q: that is another "+
			"processor",
			spelling.Clip(machine), d.ID, spelling.Clip(gpu))
	}
	return d, err
}

// host finds the cores of a machine that is called by its accelerator. Those of a board or chip are known.
func (n *deviceNames) host(machine string) (*hwprofiles.Device, error) {
	d, err := n.device(machine)
	if err == nil && !d.Class.Cores() {
		d, err = n.catalog.Named(d.ID + "-cpu")
	}
	if err != nil {
		return nil, fmt.Errorf("device %q: found the host of a device, expected the device's own name",
			spelling.Clip(machine))
	}
	return d, nil
}

// notOneDevice returns why the text means no single whole device, or empty.
func notOneDevice(text string) string {
	for _, re := range []*regexp.Regexp{countFirst(), countLast(), countInner()} {
		if m := re.FindStringSubmatch(text); m != nil && m[1] != "1" {
			return fmt.Sprintf("found a count of %s, expected one device: a profile describes one", m[1])
		}
	}
	switch {
	case gcdPart().MatchString(text):
		return "found one die (GCD) of a board, expected a whole device"
	case slicePart().MatchString(text):
		return "found a MIG slice, expected a whole device"
	case overclock().MatchString(text):
		return "found an overclocked device, expected one at its maker's clock"
	case hostPart().MatchString(text):
		return "found the host of a device, expected the device's own name"
	}
	return ""
}

// plainWords returns the words of a device's name without those of makers.
func plainWords(text string) []string {
	all := words().FindAllString(strings.ToLower(text), -1)
	return slices.DeleteFunc(all, func(w string) bool { return slices.Contains(makerWords, w) })
}

// within returns the devices with the longest name that is a run of whole words of the text.
func within(text string, names map[string][]*hwprofiles.Device) ([]*hwprofiles.Device, error) {
	w := plainWords(text)
	best, end := "", 0
	for i := range w {
		for j := i + 1; j <= len(w); j++ {
			if key := strings.Join(w[i:j], ""); len(key) > len(best) && len(names[key]) > 0 {
				best, end = key, j
			}
		}
	}
	if best == "" {
		return nil, nil
	}
	if end < len(w) && slices.Contains(variantWords, w[end]) {
		return nil, fmt.Errorf("found %q after %s, expected a device of the catalogue: that is another variant", w[end],
			names[best][0].ID)
	}
	if len(best) >= minAlone {
		return names[best], nil
	}
	return slices.DeleteFunc(slices.Clone(names[best]), func(d *hwprofiles.Device) bool {
		return !strings.Contains(strings.ToLower(text), strings.ToLower(d.Vendor))
	}), nil
}

// one returns the device among found that the whole text agrees with.
func one(published string, found []*hwprofiles.Device) (*hwprofiles.Device, error) {
	if len(found) > 1 {
		ids := map[string]bool{}
		for _, d := range found {
			ids[d.ID] = true
		}
		return nil, fmt.Errorf("device %q: fits %s; name one of them", spelling.Clip(published),
			strings.Join(slices.Sorted(maps.Keys(ids)), ", "))
	}
	d := found[0]
	if why := disagrees(published, d); why != "" {
		return nil, fmt.Errorf("device %q: %s", spelling.Clip(published), why)
	}
	return d, nil
}

// memoryTolerance forgives 192 GB where 186 are usable.
const memoryTolerance = 0.05

// disagrees returns what the text says against the device: another processor of its machine, or on a GPU another
// memory.
func disagrees(published string, d *hwprofiles.Device) string {
	says := func(text string, any ...string) bool {
		w := words().FindAllString(strings.ToLower(text), -1)
		return slices.ContainsFunc(any, func(a string) bool { return slices.Contains(w, a) })
	}
	outside := bracketed().ReplaceAllString(published, " ")     // brackets list the other parts of a chip as well
	runsOnCPU := d.Class.Cores() && d.Class != hwprofiles.Apple // those profiles are of the GPU
	switch {
	case runsOnCPU && says(outside, "gpu", "igpu", "vulkan", "npu", "tpu"), !runsOnCPU && says(published, "cpu"):
		return fmt.Sprintf("names another processor than that of %s, which is of class %s", d.ID, d.Class)
	case d.Class != hwprofiles.GPU || d.DRAM().Capacity.Value == 0:
		return ""
	}
	for _, m := range gigabytes().FindAllStringSubmatch(published, -1) {
		size, err := strconv.ParseFloat(m[1], 64)
		have := d.DRAM().Capacity.Value / 1e9
		if err == nil && math.Abs(size-have) > memoryTolerance*have &&
			math.Abs(size*1.073741824-have) > memoryTolerance*have {
			return fmt.Sprintf("found %s GB, expected the %.0f GB of %s", m[1], have, d.ID)
		}
	}
	return ""
}
