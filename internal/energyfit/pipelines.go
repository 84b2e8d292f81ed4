package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// hosts lists the clocks of the cores beside the GPUs of one benchmark, in Hz: those of the profiles of Jetsons, and of
// desktop processors as their makers give the boost.
var hosts = map[string]float64{
	"GeForce RTX 3080 Ti": 5.2e9, "GeForce RTX 3090": 3.3e9, "TITAN RTX": 4.6e9, "Jetson AGX Orin 32GB": 2.2e9,
	"Jetson AGX Orin 64GB": 2.2e9, "Jetson Xavier NX 8GB": 1.9e9,
}

// A frame is a call from an image to boxes, and the engine alone, in seconds.
type frame struct {
	device        string
	whole, engine float64
	pixels, clock float64
}

// pipelines prints how far calls are off where their host is left out: cycles of a call and of a pixel are those of the
// other hosts, the time of the engine is the measured one.
func pipelines(w io.Writer, shared string) error {
	rows, err := measured.ReadFile(filepath.Join(shared, "measured", "trtutils_yolo.csv.gz"))
	if err != nil {
		return err
	}
	frames := framesOf(rows)
	fmt.Fprint(w, "| host left out | calls | median error of what is outside the engine |"+
		" of the whole call | cycles of a call | of a pixel |\n"+
		"|---|---|---|---|---|---|\n")
	for _, device := range slices.Sorted(maps.Keys(hosts)) {
		call, pixel := fit(frames, device)
		var outside, whole []float64
		for _, f := range frames {
			if f.device == device {
				p := (call + pixel*f.pixels) / f.clock
				outside = append(outside, math.Abs(p/(f.whole-f.engine)-1))
				whole = append(whole, math.Abs((f.engine+p)/f.whole-1))
			}
		}
		if len(outside) > 0 {
			fmt.Fprintf(w, "| %s | %d | %.0f %% | %.0f %% | %.1f M | %.1f |\n", device, len(outside), 100*median(outside),
				100*median(whole), call/1e6, pixel)
		}
	}
	return nil
}

// framesOf pairs calls from Python with the engine of the same network, size and device.
func framesOf(rows []measured.Row) (out []frame) {
	key := func(r *measured.Row) string {
		return strings.Join([]string{r.Model, r.Device, r.InputShape, r.Precision, fmt.Sprint(r.Batch)}, "|")
	}
	engines := map[string]float64{}
	for i := range rows {
		if r := &rows[i]; strings.HasPrefix(r.Notes, "engine execution only") {
			engines[key(r)] = r.Latency
		}
	}
	for i := range rows {
		r := &rows[i]
		engine := engines[key(r)]
		if r.Runtime != "TensorRT (Ultralytics)" || engine == 0 || hosts[r.Device] == 0 || r.Latency <= engine {
			continue
		}
		var n, c, height, width float64
		if _, err := fmt.Sscanf(r.InputShape, "%gx%gx%gx%g", &n, &c, &height, &width); err == nil {
			out = append(out, frame{r.Device, r.Latency, engine, height * width, hosts[r.Device]})
		}
	}
	return out
}

// fit returns the cycles of a call and of a pixel that fit the frames of other devices: least squares of the error
// relative to the time.
func fit(frames []frame, left string) (call, pixel float64) {
	var aa, ab, bb, ay, by float64
	for _, f := range frames {
		if f.device == left {
			continue
		}
		y := f.whole - f.engine
		a, b := 1/f.clock/y, f.pixels/f.clock/y
		aa, ab, bb, ay, by = aa+a*a, ab+a*b, bb+b*b, ay+a, by+b
	}
	det := aa*bb - ab*ab
	if det == 0 {
		return 0, 0
	}
	return (ay*bb - by*ab) / det, (by*aa - ay*ab) / det
}
