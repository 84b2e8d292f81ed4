package hwprofiles

import (
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// An architecture is a design whose element types are known: a profile of it has a peak for each.
type architecture struct {
	name           string // part of the profile's arch; the longest name that fits counts
	matrix, vector string // element types of each engine, separated by spaces
	source         string
}

// The documents that the table below rests on.
const (
	cudaGuide = "CUDA C++ Programming Guide, throughput of arithmetic instructions, and PTX ISA, mma and dp4a"
	cdnaPaper = "AMD CDNA white papers and instruction set references, MFMA"
	rdnaISA   = "AMD RDNA instruction set references, WMMA and V_DOT4"
	intelXe   = "Intel, AI engines and supported data types (support article 000098346)"
	intelISA  = "Intel Architecture Instruction Set Extensions Programming Reference"
	amdGuide  = "AMD Software Optimization Guides, AVX-512 and VNNI"
	armTRM    = "Arm technical reference manuals, ID_AA64ISAR0_EL1.DP, ID_AA64ISAR1_EL1.BF16 and ID_AA64PFR0_EL1.AdvSIMD"
	makers    = "the makers' core descriptions, recalled"
	cpufp     = "pigirons/cpufp benchmark_result"
	metal     = "Apple, Metal feature set tables, and philipturner/metal-benchmarks"
)

// architectures lists the designs by maker. Types that no source confirms for a design are left out.
var architectures = []architecture{
	{"Maxwell GM20B", "", "fp32 fp16", cudaGuide},
	{"Kepler GK210", "", "fp64 fp32", cudaGuide},
	{"Maxwell GM20", "", "fp32", cudaGuide},
	{"Maxwell GM107", "", "fp32", cudaGuide},
	{"Pascal GP104", "", "fp32 int8", cudaGuide},
	{"Pascal GP106", "", "fp32 int8", cudaGuide},
	{"Pascal GP107", "", "fp32 int8", cudaGuide},
	{"Pascal GP108", "", "fp32 int8", cudaGuide},
	{"Pascal GP100", "", "fp64 fp32 fp16", cudaGuide},
	{"Pascal GP102", "", "fp32 int8", cudaGuide},
	{"Pascal GP10B", "", "fp32 fp16", cudaGuide},
	{"Volta GV100", "fp16", "fp64 fp32 fp16 int8", cudaGuide},
	{"Volta GV11B", "fp16 int8", "fp32 fp16", cudaGuide},
	{"Turing TU10", "fp16 int8 int4", "fp32 fp16", cudaGuide},
	{"Turing TU11", "", "fp32 fp16 int8", cudaGuide},
	{"Ampere GA100", "fp64 tf32 fp16 bf16 int8 int4", "fp64 fp32 fp16", cudaGuide},
	{"Ampere GA10", "tf32 fp16 bf16 int8 int4", "fp32 fp16", cudaGuide},
	{"Ampere GA10B", "tf32 fp16 bf16 int8", "fp32", cudaGuide},
	{"Ada AD", "tf32 fp16 bf16 fp8 int8 int4", "fp32 fp16", cudaGuide},
	{"Hopper GH100", "fp64 tf32 fp16 bf16 fp8 int8", "fp64 fp32 fp16", cudaGuide},
	{"Blackwell GB10", "fp64 tf32 fp16 bf16 fp8 fp4 int8", "fp64 fp32", cudaGuide},
	{"Blackwell GB10B", "tf32 fp16 bf16 fp8 fp4 int8", "fp32", cudaGuide},
	{"Blackwell GB20", "tf32 fp16 bf16 fp8 fp4 int8", "fp32 fp16", cudaGuide},

	{"Polaris", "", "fp32 fp16", makers},
	{"Vega gfx902", "", "fp32 fp16", makers},
	{"Vega gfx900", "", "fp32 fp16", makers},
	{"Vega gfx906", "", "fp32 fp16 int8", makers},
	{"RDNA1 gfx1010", "", "fp32 fp16", rdnaISA},
	{"CDNA gfx908", "fp32 fp16 bf16 int8", "fp64 fp32 fp16", cdnaPaper},
	{"CDNA2", "fp64 fp32 fp16 bf16 int8", "fp64 fp32 fp16", cdnaPaper},
	{"CDNA3", "fp64 fp32 tf32 fp16 bf16 fp8 int8", "fp64 fp32 fp16", cdnaPaper},
	{"CDNA4", "fp64 fp32 fp16 bf16 fp8 fp4 int8", "fp64 fp32 fp16", cdnaPaper},
	{"RDNA2", "", "fp32 fp16 int8", rdnaISA},
	{"RDNA3", "fp16 bf16 int8 int4", "fp32 fp16", rdnaISA},
	{"RDNA4", "fp16 bf16 fp8 int8 int4", "fp32 fp16", rdnaISA},
	{"Zen", "", "fp64 fp32 int8", amdGuide},
	{"Zen 2", "", "fp64 fp32 int8", amdGuide},
	{"Zen 3", "", "fp64 fp32 int8", amdGuide},
	{"Zen 4", "bf16 int8", "fp64 fp32", amdGuide},
	{"Zen 5", "bf16 int8", "fp64 fp32", amdGuide},

	{"Gen8", "", "fp32 fp16", makers},
	{"Gen9", "", "fp32 fp16", makers},
	{"Gen11", "", "fp32 fp16", makers},
	{"Xe-LP", "", "fp32 fp16 int8", intelXe},
	{"Xe-LPG", "", "fp32 fp16 int8", intelXe},
	{"Xe-HPG", "fp16 bf16 int8", "fp32 fp16", intelXe},
	{"Xe-HPC", "tf32 fp16 bf16 int8", "fp64 fp32 fp16", intelXe},
	{"Xe2", "fp16 bf16 int8", "fp32 fp16", intelXe},
	{"Yonah", "", "fp64 fp32 int8", intelISA},
	{"Tremont", "", "fp64 fp32", intelISA},
	{"Goldmont Plus", "", "fp64 fp32", intelISA},
	{"Knights Corner", "", "fp64 fp32", intelISA},
	{"Cherry Trail", "", "fp64 fp32 int8", intelISA},
	{"Sandy Bridge", "", "fp64 fp32 int8", intelISA},
	{"Ivy Bridge", "", "fp64 fp32 int8", intelISA},
	{"Haswell", "", "fp64 fp32 int8", intelISA},
	{"Broadwell", "", "fp64 fp32 int8", intelISA},
	{"Kaby Lake", "", "fp64 fp32 int8", intelISA},
	{"Skylake", "", "fp64 fp32 int8", intelISA},
	{"Skylake-SP", "", "fp64 fp32", intelISA},
	{"Coffee Lake", "", "fp64 fp32 int8", intelISA},
	{"Whiskey Lake", "", "fp64 fp32 int8", intelISA},
	{"Rocket Lake", "int8", "fp64 fp32", intelISA},
	{"Comet Lake", "", "fp64 fp32 int8", intelISA},
	{"Cascade Lake", "int8", "fp64 fp32", intelISA},
	{"Ice Lake", "int8", "fp64 fp32", intelISA},
	{"Tiger Lake", "int8", "fp64 fp32", intelISA},
	{"Alder Lake", "int8", "fp64 fp32", intelISA},
	{"Raptor Lake", "int8", "fp64 fp32", intelISA},
	{"Meteor Lake", "int8", "fp64 fp32", intelISA},
	{"Lunar Lake", "int8", "fp64 fp32", intelISA},
	{"Sapphire Rapids", "bf16 int8", "fp64 fp32 fp16", intelISA},
	{"Emerald Rapids", "bf16 int8", "fp64 fp32 fp16", intelISA},
	{"Granite Rapids", "fp16 bf16 int8", "fp64 fp32 fp16", intelISA},

	{"Cortex-A5", "", "fp32 int8", armTRM},
	{"Cortex-A7", "", "fp32 int8", armTRM},
	{"Cortex-A9", "", "fp32 int8", armTRM},
	{"Cortex-A17", "", "fp32 int8", armTRM},
	{"Cortex-A35", "", "fp32 int8", armTRM},
	{"Cortex-A53", "", "fp32 int8", armTRM},
	{"Cortex-A57", "", "fp64 fp32 int8", armTRM},
	{"Cortex-A72", "", "fp64 fp32 int8", armTRM},
	{"Cortex-A73", "", "fp64 fp32 int8", armTRM},
	{"Cortex-A77", "int8", "fp64 fp32 fp16", armTRM},
	{"Cortex-A78", "int8", "fp64 fp32 fp16", armTRM},
	{"Cortex-A55", "int8", "fp64 fp32 fp16", armTRM},
	{"Cortex-A76", "int8", "fp64 fp32 fp16", armTRM},
	{"Cortex-A710", "int8", "fp64 fp32 fp16", armTRM},
	{"Cortex-A720", "int8", "fp64 fp32 fp16", armTRM},
	{"Cortex-A510", "int8", "fp32 fp16", armTRM}, // no shorter name: A5 is another core
	{"Cortex-M0+", "", "fp32 int8", armTRM},
	{"Cortex-M4", "", "fp32 int8", armTRM},
	{"Cortex-M7", "", "fp32 int8", armTRM},
	{"Cortex-M33", "", "fp32 int8", armTRM},
	{"Cortex-M85", "", "fp32 int8", armTRM},
	{"Renesas RXv2", "", "fp32 int8", makers},
	{"Renesas RH850", "", "fp32 int8", makers},
	{"Cortex-X3", "bf16 int8", "fp32 fp16", armTRM},
	{"Cortex-X4", "bf16 int8", "fp32 fp16", armTRM},
	{"Neoverse-N1", "int8", "fp64 fp32 fp16", armTRM},
	{"Neoverse-N2", "int8", "fp64 fp32 fp16", armTRM},
	{"Neoverse-V1", "bf16 int8", "fp64 fp32 fp16", armTRM},
	{"Neoverse-V2", "bf16 int8", "fp64 fp32 fp16", armTRM},
	{"Oryon", "bf16 int8", "fp32 fp16", cpufp},

	{"Mali-G52", "", "fp32 fp16 int8", makers},
	{"Mali-G72", "", "fp32 fp16", makers},
	{"Mali-T760", "", "fp32 fp16", makers},
	{"Immortalis-G720", "", "fp32 fp16 int8", makers},
	{"PowerVR", "", "fp32 fp16", makers},
	{"VideoCore VII", "", "fp32", makers},
	{"Adreno", "", "fp32 fp16", makers},
	{"Cyclone", "", "fp64 fp32 int8", makers},
	{"GS264", "", "fp64 fp32 int8", makers},
	{"T-Head C906", "", "fp32 fp16", makers},
	{"Mali-G71", "", "fp32 fp16", makers},
	{"Mali-T860", "", "fp32 fp16", makers},
	{"Kryo", "", "fp64 fp32 int8", makers},
	{"Carmel", "", "fp64 fp32 fp16 int8", makers},
	{"TaiShan v110", "int8", "fp64 fp32 fp16", makers},
	{"FTC66", "", "fp64 fp32 int8", makers},
	{"LA264", "", "fp64 fp32 int8", makers},
	{"LA364", "", "fp64 fp32 int8", makers},
	{"LA464", "", "fp64 fp32 int8", makers},
	{"LA664", "", "fp64 fp32 int8", makers},
	{"GS464E", "", "fp64 fp32", makers},
	{"GS464V", "", "fp64 fp32 int8", makers},
	{"SiFive U74", "", "fp64 fp32", makers},
	{"SpacemiT X60", "", "fp64 fp32 fp16", makers},
	{"T-Head C910", "", "fp64 fp32 fp16", makers},

	{"Apple7", "", "fp32 fp16", metal},
	{"Apple8", "", "fp32 fp16", metal},
	{"Apple9", "", "fp32 fp16", metal},
	{"Apple10", "fp16", "fp32 fp16", metal},
	{"Apple silicon CPU", "int8", "fp64 fp32 fp16", cpufp},
}

// architecture finds the design of the device; nil where the table does not know it.
func (d *Device) architecture() *architecture {
	var best *architecture
	for i := range architectures {
		if a := &architectures[i]; strings.Contains(d.Arch, a.name) && (best == nil || len(a.name) > len(best.name)) {
			best = a
		}
	}
	return best
}

// architecture holds that a device has a peak for every element type that its design runs, and no peak of a matrix unit
// for one that its design lacks there.
func (l *linter) architecture() {
	a := l.device.architecture()
	if a == nil {
		return
	}
	l.matrixUnits(a)
	for _, has := range []struct {
		engine cost.Engine
		types  string
	}{{cost.Matrix, a.matrix}, {cost.Vector, a.vector}} {
		for name := range strings.FieldsSeq(has.types) {
			t, ok := dtype.Parse(name)
			if !ok || l.device.find(has.engine, t) == nil {
				l.report("peak."+has.engine.String()+"."+name, "found no rate, expected one: %s has it (%s)", a.name, a.source)
			}
		}
	}
}

// matrixUnits holds that the matrix peaks of a GPU are of types that its design has matrix units for.
func (l *linter) matrixUnits(a *architecture) {
	if l.device.Class != GPU && l.device.Class != Jetson {
		return
	}
	for i := range l.device.Peaks {
		p := &l.device.Peaks[i]
		if p.Engine == cost.Matrix && !slices.Contains(strings.Fields(a.matrix), p.Type.Short()) {
			l.report(p.Rate.Path,
				"found a matrix rate, expected none: %s has no matrix unit for %s (%s); give it as a vector rate",
				a.name, p.Type.Short(), a.source)
		}
	}
}
