package hwprofiles

import (
	"fmt"
	"math"

	"github.com/ridgepoint/ridgepoint/hwprofiles/provenance"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
)

const (
	kibi = 1 << 10
	mebi = 1 << 20
	gibi = 1 << 30
)

// A memoryRule says what a class of devices leaves of its main memory to a model.
type memoryRule struct {
	class   Class
	upTo    float64 // B of capacity; a larger device follows the next rule of its class
	share   float64 // of the capacity that programs see, where a profile does not say
	reserve float64 // B of what they see that is taken before a model is loaded
	why     string
}

// memoryRules hold where no figure is published. The reserves are assumed.
var memoryRules = []memoryRule{
	{GPU, math.Inf(1), 0.98, 512 * mebi,
		"the driver keeps up to 2 %; the context of CUDA, ROCm or Level Zero and library kernels take 0.3 to 0.5 GiB"},
	{Jetson, math.Inf(1), 0.95, gibi,
		"firmware keeps 4 to 7 %; idle boards use 0.6 to 1.2 GiB (tegrastats), 0.8 GiB more with a desktop"},
	{RPi, math.Inf(1), 0.97, 256 * mebi,
		"firmware and graphics keep 3 % or more; Raspberry Pi OS Lite uses 0.2 GiB, its desktop 0.4 GiB more"},
	{Mobile, math.Inf(1), 0.5, 0, "Android ends an app that takes more than about half of the memory"},
	{Apple, 32 * gibi, 2. / 3, 0,
		"Metal's recommendedMaxWorkingSetSize: 10922.67 MiB of 16 GiB, 21845.34 of 32 (llama.cpp logs)"},
	{Apple, math.Inf(1), 0.75, 0,
		"Metal's recommendedMaxWorkingSetSize above 32 GiB: 49152 MiB of 64 GiB (llama.cpp logs)"},
	{CPU, math.Inf(1), 0.98, 2 * gibi, "the firmware keeps some; an operating system with a desktop uses about 2 GiB"},
	{TPU, math.Inf(1), 0.96, 0, "XLA prints 15.75 of 16 and 30.75 of 32 GiB"},
	{NPU, math.Inf(1), 0.96, 0, "as TPUs"},
	{MCU, math.Inf(1), 1, 8 * kibi, "the stack and the data of the runtime and the application beside the arena"},
}

// UsableMemory returns what a model can have of the main memory, in B: what programs see, less what the operating
// system, the display and the libraries take before it is loaded. The figure says how it came about. It is 0 where the
// capacity is unknown.
func (d *Device) UsableMemory() Quantity {
	dram := d.DRAM()
	rule := d.memoryRule()
	if rule == nil || dram.Capacity.Value == 0 && dram.Visible.Value == 0 {
		return Quantity{}
	}
	seen, from := dram.Visible.Value, dram.Visible.Text+" visible"
	if seen == 0 {
		seen, from = rule.share*dram.Capacity.Value, fmt.Sprintf("%.2g x %s", rule.share, dram.Capacity.Text)
	}
	if rule.reserve > 0 {
		from += " less " + units.Format(rule.reserve, units.Capacity)
	}
	v := max(seen-rule.reserve, 0)
	return Quantity{
		Value: v, Text: units.Format(v, units.Capacity), Path: "memory." + dram.Name + ".usable",
		Source: &provenance.Source{ID: "usable", Kind: provenance.Assumed, Title: from, Note: rule.why},
	}
}

// memoryRule finds the rule of the device's class and size.
func (d *Device) memoryRule() *memoryRule {
	for i := range memoryRules {
		if r := &memoryRules[i]; r.class == d.Class && d.DRAM().Capacity.Value <= r.upTo {
			return r
		}
	}
	return nil
}
