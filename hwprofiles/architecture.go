package hwprofiles

import (
	"slices"
	"strings"
)

// An architecture is a design whose element types are known: a profile of it has a peak for each.
type architecture struct {
	name    string // part of the profile's arch; the longest name that fits counts
	implies string // peaks, such as matrix.fp16, separated by spaces
	source  string
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
	cpufp     = "pigirons/cpufp benchmark_result"
	metal     = "Apple, Metal feature set tables, and philipturner/metal-benchmarks"
)

// architectures are the designs by maker. Types that no source confirms for a design are left out.
var architectures = []architecture{
	{"Maxwell GM20B", "vector.fp32 vector.fp16", cudaGuide},
	{"Pascal GP100", "vector.fp64 vector.fp32 vector.fp16", cudaGuide},
	{"Pascal GP102", "vector.fp32 vector.int8", cudaGuide},
	{"Pascal GP10B", "vector.fp32 vector.fp16", cudaGuide},
	{"Volta GV100", "matrix.fp16 vector.fp64 vector.fp32 vector.fp16 vector.int8", cudaGuide},
	{"Volta GV11B", "matrix.fp16 matrix.int8 vector.fp32 vector.fp16", cudaGuide},
	{"Turing TU10", "matrix.fp16 matrix.int8 matrix.int4 vector.fp32 vector.fp16", cudaGuide},
	{"Turing TU11", "vector.fp32 vector.fp16 vector.int8", cudaGuide},
	{"Ampere GA100", "matrix.fp64 matrix.tf32 matrix.fp16 matrix.bf16 matrix.int8 matrix.int4 vector.fp64 vector.fp32 vector.fp16", cudaGuide},
	{"Ampere GA10", "matrix.tf32 matrix.fp16 matrix.bf16 matrix.int8 matrix.int4 vector.fp32 vector.fp16", cudaGuide},
	{"Ampere GA10B", "matrix.tf32 matrix.fp16 matrix.bf16 matrix.int8 vector.fp32", cudaGuide},
	{"Ada AD", "matrix.tf32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.int8 matrix.int4 vector.fp32 vector.fp16", cudaGuide},
	{"Hopper GH100", "matrix.fp64 matrix.tf32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.int8 vector.fp64 vector.fp32 vector.fp16", cudaGuide},
	{"Blackwell GB10", "matrix.fp64 matrix.tf32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.fp4 matrix.int8 vector.fp64 vector.fp32", cudaGuide},
	{"Blackwell GB10B", "matrix.tf32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.fp4 matrix.int8 vector.fp32", cudaGuide},
	{"Blackwell GB20", "matrix.tf32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.fp4 matrix.int8 vector.fp32 vector.fp16", cudaGuide},

	{"CDNA gfx908", "matrix.fp32 matrix.fp16 matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", cdnaPaper},
	{"CDNA2", "matrix.fp64 matrix.fp32 matrix.fp16 matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", cdnaPaper},
	{"CDNA3", "matrix.fp64 matrix.fp32 matrix.tf32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.int8 vector.fp64 vector.fp32 vector.fp16", cdnaPaper},
	{"CDNA4", "matrix.fp64 matrix.fp32 matrix.fp16 matrix.bf16 matrix.fp8 matrix.fp4 matrix.int8 vector.fp64 vector.fp32 vector.fp16", cdnaPaper},
	{"RDNA2", "vector.fp32 vector.fp16 vector.int8", rdnaISA},
	{"RDNA3", "matrix.fp16 matrix.bf16 matrix.int8 matrix.int4 vector.fp32 vector.fp16", rdnaISA},
	{"RDNA4", "matrix.fp16 matrix.bf16 matrix.fp8 matrix.int8 matrix.int4 vector.fp32 vector.fp16", rdnaISA},
	{"Zen 2", "vector.fp64 vector.fp32 vector.int8", amdGuide},
	{"Zen 3", "vector.fp64 vector.fp32 vector.int8", amdGuide},
	{"Zen 4", "matrix.bf16 matrix.int8 vector.fp64 vector.fp32", amdGuide},
	{"Zen 5", "matrix.bf16 matrix.int8 vector.fp64 vector.fp32", amdGuide},

	{"Xe-LPG", "vector.fp32 vector.fp16 vector.int8", intelXe},
	{"Xe-HPG", "matrix.fp16 matrix.bf16 matrix.int8 vector.fp32 vector.fp16", intelXe},
	{"Xe-HPC", "matrix.tf32 matrix.fp16 matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", intelXe},
	{"Xe2", "matrix.fp16 matrix.bf16 matrix.int8 vector.fp32 vector.fp16", intelXe},
	{"Tremont", "vector.fp64 vector.fp32", intelISA},
	{"Skylake-SP", "vector.fp64 vector.fp32", intelISA},
	{"Coffee Lake", "vector.fp64 vector.fp32 vector.int8", intelISA},
	{"Comet Lake", "vector.fp64 vector.fp32 vector.int8", intelISA},
	{"Cascade Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Ice Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Tiger Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Alder Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Raptor Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Meteor Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Lunar Lake", "matrix.int8 vector.fp64 vector.fp32", intelISA},
	{"Sapphire Rapids", "matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", intelISA},
	{"Granite Rapids", "matrix.fp16 matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", intelISA},

	{"Cortex-A17", "vector.fp32 vector.int8", armTRM},
	{"Cortex-A53", "vector.fp32 vector.int8", armTRM},
	{"Cortex-A72", "vector.fp64 vector.fp32 vector.int8", armTRM},
	{"Cortex-A73", "vector.fp64 vector.fp32 vector.int8", armTRM},
	{"Cortex-A55", "matrix.int8 vector.fp64 vector.fp32 vector.fp16", armTRM},
	{"Cortex-A76", "matrix.int8 vector.fp64 vector.fp32 vector.fp16", armTRM},
	{"Cortex-X3", "matrix.bf16 matrix.int8 vector.fp32 vector.fp16", armTRM},
	{"Cortex-X4", "matrix.bf16 matrix.int8 vector.fp32 vector.fp16", armTRM},
	{"Neoverse-N1", "matrix.int8 vector.fp64 vector.fp32 vector.fp16", armTRM},
	{"Neoverse-V1", "matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", armTRM},
	{"Neoverse-V2", "matrix.bf16 matrix.int8 vector.fp64 vector.fp32 vector.fp16", armTRM},
	{"Oryon", "matrix.bf16 matrix.int8 vector.fp32 vector.fp16", cpufp},

	{"Apple7", "vector.fp32 vector.fp16", metal},
	{"Apple8", "vector.fp32 vector.fp16", metal},
	{"Apple9", "vector.fp32 vector.fp16", metal},
	{"Apple silicon CPU", "matrix.int8 vector.fp64 vector.fp32 vector.fp16", cpufp},
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

// architecture holds that a device has a peak for every element type that its design runs.
func (l *linter) architecture() {
	a := l.device.architecture()
	if a == nil {
		return
	}
	for want := range strings.FieldsSeq(a.implies) {
		has := slices.ContainsFunc(l.device.Peaks, func(p Peak) bool { return p.Engine.String()+"."+p.Type.Short() == want })
		if !has {
			l.report("peak."+want, "found no rate, expected one: %s has it (%s)", a.name, a.source)
		}
	}
}
