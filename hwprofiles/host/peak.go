package host

import (
	"runtime"
	"time"

	"github.com/klauspost/cpuid/v2"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// A Rate is what one core can do in one cycle, at most.
type Rate struct {
	isa      string
	Engine   cost.Engine
	Type     dtype.Type
	PerCycle float64 // FLOP or OP; a multiply-add is 2
	Why      string
}

// A rule is a Rate for processors that have some features. The first rule that fits for an engine and type counts.
type rule struct {
	Rate
	arch   string // GOARCH
	fits   func(*cpuid.CPUInfo) bool
	assume bool // a guess for want of a better one
}

// has returns a condition that holds where the processor has all features.
func has(ids ...cpuid.FeatureID) func(*cpuid.CPUInfo) bool {
	return func(c *cpuid.CPUInfo) bool { return c.Supports(ids...) }
}

// wide512 reports AVX-512 with two units of 512 bits a core: Intel's server cores, and AMD from family 1Ah (Zen 5) on.
func wide512(c *cpuid.CPUInfo) bool {
	return c.Supports(cpuid.AVX512F) && (c.VendorID != cpuid.AMD || c.Family >= 0x1a)
}

// rules follow from the width and number of the units: lanes x units x 2 for a fused multiply-add. Widths are of the
// instruction sets; numbers of units are those of the usual core that has them, from the vendors' optimisation
// manuals (Intel 64 and IA-32 Architectures Optimization Reference Manual; AMD Software Optimization Guide for the
// family; Arm Cortex and Neoverse guides).
var rules = []rule{
	{Rate{"AMX-BF16", cost.Matrix, dtype.BFloat16, 1024, "one tile unit: 16 x 16 x 32 multiply-adds in 16 cycles"}, "amd64", has(cpuid.AMXBF16, cpuid.AMXTILE), false},
	{Rate{"AMX-INT8", cost.Matrix, dtype.Int8, 2048, "one tile unit: 16 x 16 x 64 multiply-adds in 16 cycles"}, "amd64", has(cpuid.AMXINT8, cpuid.AMXTILE), false},
	{Rate{"AVX512-BF16", cost.Matrix, dtype.BFloat16, 128, "two units of 512 bits, 2 multiply-adds a lane"}, "amd64", func(c *cpuid.CPUInfo) bool { return wide512(c) && c.Supports(cpuid.AVX512BF16) }, false},
	{Rate{"AVX512-VNNI", cost.Matrix, dtype.Int8, 256, "two units of 512 bits, 4 multiply-adds a lane"}, "amd64", func(c *cpuid.CPUInfo) bool { return wide512(c) && c.Supports(cpuid.AVX512VNNI) }, false},
	{Rate{"AVX-VNNI", cost.Matrix, dtype.Int8, 128, "two units of 256 bits, 4 multiply-adds a lane"}, "amd64", func(c *cpuid.CPUInfo) bool { return c.Supports(cpuid.AVXVNNI) || c.Supports(cpuid.AVX512VNNI) }, false},
	{Rate{"AVX512", cost.Vector, dtype.Float64, 32, "two fused units of 512 bits"}, "amd64", wide512, false},
	{Rate{"AVX512", cost.Vector, dtype.Float32, 64, "two fused units of 512 bits"}, "amd64", wide512, false},
	{Rate{"AVX512-FP16", cost.Vector, dtype.Float16, 128, "two fused units of 512 bits"}, "amd64", func(c *cpuid.CPUInfo) bool { return wide512(c) && c.Supports(cpuid.AVX512FP16) }, false},
	{Rate{"AVX2+FMA", cost.Vector, dtype.Float64, 16, "two fused units of 256 bits"}, "amd64", has(cpuid.AVX2, cpuid.FMA3), false},
	{Rate{"AVX2+FMA", cost.Vector, dtype.Float32, 32, "two fused units of 256 bits"}, "amd64", has(cpuid.AVX2, cpuid.FMA3), false},
	{Rate{"AVX", cost.Vector, dtype.Float64, 8, "a multiplier and an adder of 256 bits"}, "amd64", has(cpuid.AVX), false},
	{Rate{"AVX", cost.Vector, dtype.Float32, 16, "a multiplier and an adder of 256 bits"}, "amd64", has(cpuid.AVX), false},
	{Rate{"SSE2", cost.Vector, dtype.Float64, 4, "a multiplier and an adder of 128 bits"}, "amd64", has(), false},
	{Rate{"SSE2", cost.Vector, dtype.Float32, 8, "a multiplier and an adder of 128 bits"}, "amd64", has(), false},
	{Rate{"I8MM", cost.Matrix, dtype.Int8, 128, "two units of 128 bits, 32 multiply-adds each, are usual"}, "arm64", has(cpuid.I8MM), true},
	{Rate{"DOTPROD", cost.Matrix, dtype.Int8, 64, "two units of 128 bits, 16 multiply-adds each, are usual"}, "arm64", has(cpuid.ASIMDDP), true},
	{Rate{"FP16", cost.Vector, dtype.Float16, 32, "two fused units of 128 bits are usual; small cores have half, wide ones twice as many"}, "arm64", has(cpuid.ASIMDHP), true},
	{Rate{"NEON", cost.Vector, dtype.Float64, 8, "two fused units of 128 bits are usual; small cores have half, wide ones twice as many"}, "arm64", has(), true},
	{Rate{"NEON", cost.Vector, dtype.Float32, 16, "two fused units of 128 bits are usual; small cores have half, wide ones twice as many"}, "arm64", has(), true},
	{Rate{"scalar", cost.Vector, dtype.Float32, 2, "one fused scalar unit: nothing is known of this architecture"}, "", has(), true},
}

// table returns the rules that count for a processor, at most one for each engine and type.
func table(id *cpuid.CPUInfo) []rule { return tableFor(id, goarch) }

// tableFor returns the fastest rule of each engine and type that the processor meets.
func tableFor(id *cpuid.CPUInfo, arch string) []rule {
	var out []rule
	type key struct {
		e cost.Engine
		t dtype.Type
	}
	seen := map[key]bool{}
	for _, r := range rules {
		k := key{r.Engine, r.Type}
		if seen[k] || r.arch != "" && r.arch != arch || !r.fits(id) {
			continue
		}
		seen[k] = true
		out = append(out, r)
	}
	return out
}

// clockSteps gives the number of dependent operations of one timing of the clock.
const clockSteps = 1 << 22

// clock measures the clock of the core that it runs on, in Hz: an exclusive or and an addition, each waiting for the
// one before, take one cycle each on every processor of the last twenty years. The best of several tries is the one
// that was least interrupted.
func clock() float64 {
	best := 0.0
	for range 12 {
		begin := time.Now()
		runtime.KeepAlive(chain(uint64(begin.UnixNano()), 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9))
		best = max(best, 2*clockSteps/time.Since(begin).Seconds())
	}
	return best
}

// chain returns the last product. It is kept out of line, where the compiler cannot see that nobody needs the result.
//
//go:noinline
func chain(x, a, b uint64) uint64 {
	for range clockSteps / 8 {
		x = (x ^ a) + b
		x = (x ^ b) + a
		x = (x ^ a) + b
		x = (x ^ b) + a
		x = (x ^ a) + b
		x = (x ^ b) + a
		x = (x ^ a) + b
		x = (x ^ b) + a
	}
	return x
}
