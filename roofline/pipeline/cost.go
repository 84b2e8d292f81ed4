package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/energy"
)

// A Resource is what a stage occupies while it runs.
type Resource uint8

// The resources. Where a device is a CPU, the host's stages occupy the device.
const (
	CameraSensor Resource = iota // reads a frame out
	Codec                        // decodes in hardware
	Host                         // the CPU
	Link                         // between host and accelerator
	Device                       // runs models
	NumResources                 // how many resources there are
)

// String returns camera, codec, host, link or device.
func (r Resource) String() string { return [...]string{"camera", "codec", "host", "link", "device"}[r] }

// inference names the stage that runs a model.
const inference = "inference"

// A kind is one kind of stage: what it is, where it usually runs, and how long it takes; no estimate where nothing is
// known that holds in general.
type kind struct {
	name     string                      // as files write it
	doc      string                      // for help texts
	on       Resource                    // what it occupies
	estimate func(r *run, s *Stage) cost // returns its time
}

// A cost is the time of a stage on one frame, and what it rests on.
type cost struct {
	time  energy.Range         // in seconds
	on    Resource             // what it occupies
	basis Basis                // what the time rests on
	why   string               // the basis in words
	sub   []*roofline.Estimate // of models
	// interval holds the seconds between frames where several are in work on the device at a time.
	interval *energy.Range
}

// kinds lists the kinds of stage in the usual order.
var kinds = []kind{
	{"capture", "the sensor reads a frame out", CameraSensor, capture},
	{"decode", "compressed frames become pixels", Codec, decode},
	{"resize", "a frame is scaled to the input of the next model", Host, resize},
	{"normalise", "bytes become the elements of a tensor", Host, normalise},
	{"transfer", "the tensor goes from the host to the device", Link, transfer},
	{inference, "one or several models run", Device, nil},
	{"nms", "boxes are read out, sorted and thinned", Host, nms},
	{"tracking", "boxes of this frame are matched with those before", Host, tracking},
	{"postprocess", "work of your own behind a model, which needs a time", Host, nil},
	{"other", "anything else, which needs a time", Host, nil},
}

// Kinds lists the kinds of stage in the usual order.
func Kinds() []string {
	var out []string
	for i := range kinds {
		out = append(out, kinds[i].name)
	}
	return out
}

// KindDoc returns what a kind of stage does.
func KindDoc(name string) string { return kindNamed(name).doc }

// kindNamed returns the row of a kind of stage, which must exist.
func kindNamed(name string) *kind {
	return &kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })]
}

// nearest returns the word that is spelled most like text, nothing where none is near.
func nearest(text string, words []string) string {
	if near := spelling.Nearest(text, words, 1); len(near) > 0 {
		return near[0]
	}
	return ""
}

// A Basis says what the time of a stage rests on.
type Basis string

// The bases, the surest first.
const (
	Given    Basis = "given"    // the file says it
	Expected Basis = "estimate" // the estimate of a model; its own basis says more
	Known    Basis = "known"    // a cost that was measured elsewhere, carried over by clock and pixels
	Assumed  Basis = "assumed"  // bytes over bandwidth, or a cost that nobody measured
)

// spreads lists the factors between a time and the ends of its 90 % interval.
var spreads = map[Basis]float64{Given: 1, Known: 1.6, Assumed: 2.5}

// What work on the host costs. Cycles are of one core. docs/pipeline.md says where the figures are from, and how far
// they are off on devices left out.
const (
	resizeCycles    = 4.2   // for each pixel of the result
	normaliseCycles = 6.6   // for each pixel
	resizeCall      = 1.0e6 // cycles of a call in Python
	normaliseCall   = 0.4e6 // cycles of a call
	nmsCall         = 2.4e6 // cycles of a call
	trackCall       = 9.6e6 // SORT: 260 frames a second at 2.5 GHz
	compiled        = 0.1   // of the cycles of calls, where they are compiled
	usualClock      = 2e9   // Hz, where a profile has no clock
	coreShare       = 0.6   // of the bandwidth of the memory that one core gets, where it was not measured
	pageable        = 3.1e9 // B/s between a host and a card
	deviceCall      = 30e-6 // s of a call on the device
)

// The sources of those figures, for people.
const (
	trtutilsWhy = "trtutils benchmark: whole calls less engines on six boards and cards"
	sortWhy     = "SORT, 260 frames/s at 2.5 GHz (Bewley 2016)"
)

// codecs lists the ways that frames are compressed, and codecCycles the cycles of a core for each pixel.
var codecs = []string{"h264", "h265", "mjpeg", "raw"}

// codecCycles lists the cycles of a core for each pixel.
var codecCycles = map[string]float64{"h264": 35, "h265": 60, "mjpeg": 25}

// decoders lists the pixels a second of decoders in hardware, by class; 0 where there is none that holds for the class.
var decoders = map[hwprofiles.Class]struct {
	rate float64
	why  string
}{
	hwprofiles.GPU:    {1.3e9, "630 frames/s of 1080p on a V100 (DeepStream-Yolo)"},
	hwprofiles.Jetson: {6.8e8, "11 streams of 1080p at 30 frames/s, as the data sheet of Orin Nano says of H.265"},
}

// boardDecoders lists the pixels a second of decoders in hardware on the chips of boards, by the id of their cores.
// What has no row is decoded in software.
var boardDecoders = []struct {
	host, codec string
	rate        float64
	why         string
}{
	{"rk3588", "h264", 9.95e8, "8K at 30 frames/s, as the data sheet of the RK3588 says, recalled"},
	{"rk3588", "h265", 1.99e9, "8K at 60 frames/s, as the data sheet of the RK3588 says, recalled"},
	{"rk3566", "h264", 4.98e8, "4K at 60 frames/s, as the data sheet of the RK3566 says, recalled"},
	{"rk3566", "h265", 4.98e8, "4K at 60 frames/s, as the data sheet of the RK3566 says, recalled"},
	{"rpi-4b", "h264", 1.24e8, "1080p at 60 frames/s, as the product brief of the Raspberry Pi 4 says, recalled"},
	{"rpi-4b", "h265", 4.98e8, "4K at 60 frames/s, as the product brief of the Raspberry Pi 4 says, recalled"},
	{"rpi-5", "h265", 4.98e8, "4K at 60 frames/s, as the product brief of the Raspberry Pi 5 says, recalled"},
}

// decoder returns the pixels a second of the hardware that decodes a codec, and who says so; 0 where there is none.
func (r *run) decoder(codec string) (rate float64, why string) {
	if d := decoders[r.setup.Device.Class]; d.rate > 0 {
		return d.rate, d.why
	}
	for i := range boardDecoders {
		if b := &boardDecoders[i]; b.host == r.setup.host().MeasuredAs() && b.codec == codec {
			return b.rate, b.why
		}
	}
	return 0, ""
}

// around returns a time with the interval of a basis.
func around(seconds float64, b Basis) energy.Range {
	f := spreads[b]
	return energy.Range{Expected: seconds, Low: seconds / f, High: seconds * f}
}

// clock returns the cycles a second of one core of the host.
func (r *run) clock() float64 {
	h := r.setup.host()
	if h.Clock == nil {
		return usualClock
	}
	return h.Clock.Value * h.Boosted(1)
}

// core returns the bytes a second that one core of the host moves.
func (r *run) core() float64 {
	h := r.setup.host()
	if q := h.Achieved.DRAM; q != nil {
		return q.Value
	}
	return coreShare * h.DRAM().Bandwidth.Value
}

// call returns the cycles of a call in the language of the host's stages.
func (r *run) call(cycles float64) float64 {
	if r.file.Code == codes[1] {
		return compiled * cycles
	}
	return cycles
}

// onHost returns the cost of cycles and bytes on a core of the host, or of the bytes on the device.
func (r *run) onHost(s *Stage, perPixel, call, bytes float64, b Basis, why string) cost {
	if s.On == "device" {
		t := deviceCall + bytes/r.setup.Device.DRAM().Bandwidth.Value
		return cost{time: around(t, Assumed), on: Device, basis: Assumed,
			why: fmt.Sprintf("%s over the memory of the device, and a call", units.Short(bytes, units.Bytes))}
	}
	work, move := (perPixel+r.call(call))/r.clock(), bytes/r.core()
	text := fmt.Sprintf("%s cycles of a core at %s: %s", units.Digits(perPixel/1e6+r.call(call)/1e6, false)+" M",
		units.Short(r.clock(), units.Hertz), why)
	if move > work {
		b, text = Assumed, fmt.Sprintf("%s at the %s of one core", units.Short(bytes, units.Bytes),
			units.Short(r.core(), units.ByteRate))
	}
	return cost{time: around(max(work, move), b), on: Host, basis: b, why: text}
}

// capture returns one interval of the camera: a frame is read out during it.
func capture(r *run, _ *Stage) cost {
	t := 1 / r.file.Camera.FPS
	return cost{time: energy.Range{Expected: t, Low: t, High: t}, on: CameraSensor, basis: Given,
		why: "a frame is read out during one interval of the camera"}
}

// yuv give the bytes of a pixel as cameras and decoders give it.
const yuv = 1.5

// decode returns the time to decode a frame, in hardware where the device has it.
func decode(r *run, s *Stage) cost {
	pixels := r.file.Camera.Pixels()
	codec := s.Codec
	if codec == "" {
		codec = codecs[0]
	}
	if codec == "raw" {
		return r.onHost(s, 0, 0, 2*yuv*pixels, Assumed, "a copy")
	}
	if rate, why := r.decoder(codec); rate > 0 && s.On != "host" {
		return cost{time: around(pixels/rate, Assumed), on: Codec, basis: Assumed, why: why}
	}
	return r.onHost(s, codecCycles[codec]*pixels, 0, yuv*pixels, Assumed,
		fmt.Sprintf("%g cycles a pixel of %s in software", codecCycles[codec], codec))
}

// colours give the channels of a picture.
const colours = 3

// resize returns the time to resize a frame to the next input, by its reads and writes.
func resize(r *run, s *Stage) cost {
	from := r.pixels
	if s.To[0] > 0 {
		r.pixels = float64(s.To[0]) * float64(s.To[1])
	} else if n := r.nextInput(s); n > 0 {
		r.pixels = n
	}
	read := min(from, 4*r.pixels) // bilinear: four pixels for each of the result
	return r.onHost(s, resizeCycles*r.pixels, resizeCall, colours*(read+r.pixels), Known, trtutilsWhy)
}

// normalise returns the time to turn pixels into the numbers that the model takes.
func normalise(r *run, s *Stage) cost {
	r.tensor = colours * r.pixels * r.element(s)
	return r.onHost(s, normaliseCycles*r.pixels, normaliseCall, colours*r.pixels+r.tensor, Known, trtutilsWhy)
}

// transfer returns the time to move a tensor to the device, of the bytes given or of what came before. Where the
// profile has a link, the estimate of a model counts what crosses it.
func transfer(r *run, s *Stage) cost {
	bytes := s.Bytes
	if bytes == 0 {
		bytes = r.tensor
	}
	if bytes == 0 {
		bytes = colours * r.pixels
	}
	d, size := r.setup.Device, units.Short(bytes, units.Bytes)
	switch next := r.next(s); {
	case r.setup.shared():
		return cost{time: around(2*bytes/d.DRAM().Bandwidth.Value, Assumed), on: Device, basis: Assumed,
			why: size + " within the memory that host and device share"}
	case d.Link != nil && s.Bytes == 0 && next != nil:
		return cost{on: Link, basis: Expected, why: "the model's latency counts what crosses " + d.Link.Kind}
	case d.Link != nil:
		return cost{time: around(bytes/d.Link.Bandwidth.Value, Assumed), on: Link, basis: Assumed,
			why: fmt.Sprintf("%s at %s of %s", size, units.Short(d.Link.Bandwidth.Value, units.ByteRate), d.Link.Kind)}
	}
	return cost{time: around(bytes/pageable, Known), on: Link, basis: Known,
		why: size + " at 3.1 GB/s, 60 pairs with and without copies (ArtTRT)"}
}

// shared reports whether the device works in the memory of its host.
func (s *Setup) shared() bool {
	d := s.Device
	switch kind := d.DRAM().Kind; d.Class {
	case hwprofiles.GPU:
		return kind == "" || kind[0] == 'L' || kind[0] == 'D' // LPDDR and DDR
	case hwprofiles.NPU:
		return d.Link == nil && (s.Own || strings.HasPrefix(kind, "LPDDR"))
	case hwprofiles.TPU:
		return false
	}
	return true
}

// nms returns the time to suppress overlapping boxes on the host.
func nms(r *run, s *Stage) cost {
	return r.onHost(s, 0, nmsCall, r.output, Known, trtutilsWhy)
}

// tracking returns the time to follow objects on the host.
func tracking(r *run, s *Stage) cost { return r.onHost(s, 0, trackCall, 0, Known, sortWhy) }

// next returns the estimate of the next model after a stage, nil where there is none.
func (r *run) next(s *Stage) *roofline.Estimate {
	after := false
	for i := range r.file.Stages {
		o := &r.file.Stages[i]
		if e := r.estimates[o]; after && o.Kind == inference && len(e) > 0 {
			return e[0]
		}
		after = after || o == s
	}
	return nil
}

// nextInput returns the pixels of the picture that the next model reads, 0 where there is none.
func (r *run) nextInput(s *Stage) float64 {
	if e := r.next(s); e != nil {
		return inputPixels(e)
	}
	return 0
}

// element returns the bytes of an element of the tensor that the next model reads: NPUs take their own type, other
// devices are given fp32 as the files declare.
func (r *run) element(s *Stage) float64 {
	const fp32 = 4
	if e := r.next(s); e != nil && r.setup.Device.Class == hwprofiles.NPU {
		return min(fp32, float64(e.Precision.Bits())/8)
	}
	return fp32
}

// inputPixels returns the pixels of the largest picture that a model reads.
func inputPixels(e *roofline.Estimate) (most float64) {
	if e.Inferred == nil {
		return 0
	}
	for _, id := range e.Inferred.Plan.Model.Main.Inputs {
		s := e.Inferred.Infos[id].Shape
		switch {
		case len(s) != 4:
		case s[1] >= 1 && s[1] <= 4:
			most = math.Max(most, float64(s[2])*float64(s[3]))
		case s[3] >= 1 && s[3] <= 4:
			most = math.Max(most, float64(s[1])*float64(s[2]))
		}
	}
	return most
}

// outputBytes returns the bytes of the tensors that a model gives.
func outputBytes(e *roofline.Estimate) (n float64) {
	if e.Inferred == nil {
		return 0
	}
	infos := e.Inferred.Infos
	for _, id := range e.Inferred.Plan.Model.Main.Outputs {
		n += float64((&infos[id]).Bytes())
	}
	return n
}
