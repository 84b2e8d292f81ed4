package validate

import (
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// engines lists the runtimes of rows that name none, by a part of where the rows were published. To add one, add a row.
var engines = []struct{ ref, runtime, source string }{
	{"/STMicroelectronics/", "X-CUBE-AI", "MLPerf Tiny v0.7: the submitter's own engine, which its later rows name"},
	{"_X-CUBE-AI", "X-CUBE-AI", "MLPerf Tiny v1.1, Krai: the name of the system's folder"},
	{"/microtvm_", "microTVM", "MLPerf Tiny v1.0, OctoML: the name of the system's folder"},
	{"/syntiant/", "Syntiant SDK", "MLPerf Tiny v0.7 to v1.3: the submitter's own engine"},
}

// engineOf returns the published name of a row's runtime, or that of its submitter's engine where the row names none.
func engineOf(row *measured.Row) string {
	if row.Runtime != "" && row.Runtime != "N/A" {
		return row.Runtime
	}
	for _, e := range engines {
		if strings.Contains(row.Ref, e.ref) {
			return e.runtime
		}
	}
	return row.Runtime
}

// clocks lists remarks that say at which of its clocks a device ran, by the mode that they mean.
var clocks = []struct{ remark, arch, mode string }{
	{"slow mode", "Edge TPU", "250MHz"}, {"standard clock", "Edge TPU", "250MHz"},
	{"30.7 MHz", "Syntiant Core 2", "30MHz"}, {"0v9_30mhz", "Syntiant Core 2", "30MHz"},
}

// clockRemark returns the first remark in notes on a clock, "" where there is none.
func clockRemark(notes string) string {
	for _, c := range clocks {
		if strings.Contains(notes, c.remark) {
			return c.remark
		}
	}
	return ""
}
