package trace

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

var (
	ncnnModel   = lazyexp.New(`^\s*(\S+)\s+min\s*=\s*(\S+)\s+max\s*=\s*(\S+)\s+avg\s*=\s*(\S+)\s*$`)
	ncnnSetting = lazyexp.New(`^\s*(num_threads|gpu_device|loop_count|powersave)\s*=\s*(-?\d+)\s*$`)
)

// readNCNN reads the output of benchncnn: settings, then a line for each network with its least, greatest and mean time
// in ms. The latency is the mean, as ncnn's own tables give it; the others are in the notes. Models whose name ends in
// _int8 are int8.
func readNCNN(in *source, p *Trace) error {
	settings := map[string]string{}
	return in.lines(func(i int, line string) error {
		if m := ncnnSetting().FindStringSubmatch(line); m != nil {
			settings[m[1]] = m[2]
			return nil
		}
		m := ncnnModel().FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			return nil
		}
		avg, err := strconv.ParseFloat(m[4], 64)
		if err != nil {
			return fmt.Errorf("line %d: found the mean %q, expected a number of ms", i, clip(m[4]))
		}
		t, err := sane(m[1], avg, 1e-3)
		if err != nil {
			return fmt.Errorf("line %d: %w", i, err)
		}
		row := measured.Row{Model: m[1], Runtime: "ncnn", Batch: 1, Latency: t,
			Notes: fmt.Sprintf("min_ms=%s; max_ms=%s", m[2], m[3])}
		if strings.HasSuffix(m[1], "_int8") {
			row.Precision = "int8"
		}
		if n := settings["num_threads"]; n != "" {
			row.Notes += "; threads=" + n
		}
		if g := settings["gpu_device"]; g != "" && g != "-1" {
			row.Runtime = "ncnn Vulkan"
		}
		return p.row(row)
	})
}
