// Package pipeline predicts what a camera's frames take from the sensor to the result: stages in order, each estimated
// or given, on a host, a device and what is between them.
package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// A Name is a text of a file that means something outside it, such as a model, with its place for messages.
type Name struct {
	Text string           // as the file has it
	at   strictyaml.Value // for errors
}

// Wrongf reports an error at the name.
func (n *Name) Wrongf(hint, format string, args ...any) { n.at.Errorf(hint, format, args...) }

// Line returns the line of the file on which the name stands.
func (n *Name) Line() int { return n.at.Line() }

// A Camera is what frames come from.
type Camera struct {
	Width, Height int     // in pixels
	FPS           float64 // frames a second
}

// Pixels returns the pixels of a frame.
func (c *Camera) Pixels() float64 { return float64(c.Width) * float64(c.Height) }

// A Stage is one step of a pipeline as its file has it.
type Stage struct {
	Kind   string  // its name
	Label  string  // "": the kind
	Given  float64 // seconds; 0: it is estimated
	Every  int     // it runs on every so many frames; 1: on all
	On     string  // host or device; "": as usual for the kind
	Codec  string  // of the camera's stream
	To     [2]int  // width and height of the result; 0: those of the next model's input
	Models []Name  // that run one after another
	// Parallel says that the models run in streams of their own rather than one after the other.
	Parallel bool
	Bytes    float64          // that are copied; 0: what the stage before it makes
	row      *kind            // of the kind
	at       strictyaml.Value // for errors
}

// Name returns what the stage is called.
func (s *Stage) Name() string {
	switch {
	case s.Label != "":
		return s.Label
	case s.Kind == inference && len(s.Models) == 1:
		return s.Kind + " " + s.Models[0].Text
	}
	return s.Kind
}

// Line returns the line of the file on which the stage stands.
func (s *Stage) Line() int { return s.at.Line() }

// A File is a pipeline as it was read.
type File struct {
	Path      string           // of the pipeline
	Name      string           // of the pipeline
	Camera    Camera           // that frames are from
	Cameras   int              // that share the host and the device
	Device    Name             // that models run on
	Host      Name             // beside the device
	Runtime   Name             // of the models
	Precision []Name           // of the models: the first that a device runs
	Code      string           // python or c++: what the host's stages are written in
	Overlap   bool             // stages of several frames run at the same time
	Stages    []Stage          // in order
	root      strictyaml.Value // for errors
}

// Finish returns what was found wrong with the file since it was read.
func (f *File) Finish() error { return f.root.Finish() }

// codes lists the languages of the host's stages; the first is the usual one.
var codes = []string{"python", "c++"}

// fileFields lists the keys of a pipeline.
var fileFields = []strictyaml.Field[File]{
	{Key: "schema", Read: func(v strictyaml.Value, _ *File) { v.Schema() }},
	{Key: "name", Read: func(v strictyaml.Value, f *File) { f.Name, _ = v.Text("gate camera") }},
	{Key: "camera", Read: func(v strictyaml.Value, f *File) { strictyaml.Fields(v, cameraFields, &f.Camera) }},
	{Key: "cameras", Read: func(v strictyaml.Value, f *File) { f.Cameras = v.Count(1, 1024) }},
	{Key: "device", Read: func(v strictyaml.Value, f *File) { f.Device = name(v, "jetson-orin-nano-8-super") }},
	{Key: "host", Read: func(v strictyaml.Value, f *File) { f.Host = name(v, "core-i7-12700h") }},
	{Key: "runtime", Read: func(v strictyaml.Value, f *File) { f.Runtime = name(v, "tensorrt") }},
	{Key: "precision", Read: readPrecision},
	{Key: "code", Read: func(v strictyaml.Value, f *File) { f.Code = oneOf(v, codes) }},
	{Key: "overlap", Read: func(v strictyaml.Value, f *File) {
		f.Overlap = v.Bool("whether stages of several frames run at the same time")
	}},
	{Key: "stages", Read: readStages},
}

// cameraFields lists the keys of a camera.
var cameraFields = []strictyaml.Field[Camera]{
	{Key: "width", Read: func(v strictyaml.Value, c *Camera) { c.Width = v.Count(1, maxSide) }},
	{Key: "height", Read: func(v strictyaml.Value, c *Camera) { c.Height = v.Count(1, maxSide) }},
	{Key: "fps", Read: func(v strictyaml.Value, c *Camera) {
		text, _ := v.Scalar()
		fps, err := strconv.ParseFloat(text, 64)
		if c.FPS = fps; err != nil || !(fps > 0 && fps <= 1e5) {
			v.Errorf("", "found %s, expected frames a second, such as 30", v)
		}
	}},
}

// maxSide bounds the sides of frames, in pixels.
const maxSide = 1 << 16

// stageFields lists the keys of a stage.
var stageFields = []strictyaml.Field[Stage]{
	{Key: "stage", Read: func(v strictyaml.Value, s *Stage) {
		if s.Kind = oneOf(v, Kinds()); s.Kind != "" {
			s.row = kindNamed(s.Kind)
		}
	}},
	{Key: "name", Read: func(v strictyaml.Value, s *Stage) { s.Label, _ = v.Text("resize by the camera") }},
	{Key: "time", Read: func(v strictyaml.Value, s *Stage) { s.Given = figure(v, units.Seconds) }},
	{Key: "every", Read: func(v strictyaml.Value, s *Stage) { s.Every = v.Count(1, 1<<20) }},
	{Key: "on", Read: func(v strictyaml.Value, s *Stage) { s.On = oneOf(v, []string{"host", "device"}) }},
	{Key: "codec", Read: func(v strictyaml.Value, s *Stage) { s.Codec = oneOf(v, codecs) }},
	{Key: "to", Read: readTo},
	{Key: "model", Read: func(v strictyaml.Value, s *Stage) {
		if n := name(v, "zoo:yolo11n"); n.Text != "" {
			s.Models = append(s.Models, n)
		}
	}},
	{Key: "models", Read: func(v strictyaml.Value, s *Stage) { s.Models = append(s.Models, names(v, "zoo:yolo11n")...) }},
	{Key: "parallel", Read: func(v strictyaml.Value, s *Stage) {
		s.Parallel = v.Bool("whether the models run in streams of their own")
	}},
	{Key: "bytes", Read: func(v strictyaml.Value, s *Stage) { s.Bytes = figure(v, units.Bytes) }},
}

// name reads a text and keeps its place.
func name(v strictyaml.Value, example string) Name {
	text, _ := v.Text(example)
	return Name{text, v}
}

// names reads a list of texts and keeps their places.
func names(v strictyaml.Value, example string) (out []Name) {
	for item := range v.Items() {
		if n := name(item, example); n.Text != "" {
			out = append(out, n)
		}
	}
	return out
}

// readPrecision reads one precision, or a list of which a device takes the first that it runs.
func readPrecision(v strictyaml.Value, f *File) {
	if _, ok := v.Scalar(); ok {
		f.Precision = []Name{name(v, "fp16")}
		return
	}
	f.Precision = names(v, "fp16")
}

// oneOf reads one of some words, and names the nearest one otherwise.
func oneOf(v strictyaml.Value, words []string) string {
	text, ok := v.Scalar()
	if ok && slices.Contains(words, text) {
		return text
	}
	hint := ""
	if near := nearest(text, words); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	v.Errorf(hint, "found %s, expected one of %s", v, strings.Join(words, ", "))
	return ""
}

// figure reads a number with its unit.
func figure(v strictyaml.Value, dim units.Dim) float64 {
	text, ok := v.Scalar()
	if !ok {
		v.Errorf(fmt.Sprintf("write it as in %q", dim.Example()), "found %s, expected %s", v, dim)
		return 0
	}
	x, _, err := units.Parse(text, dim)
	if pe, ok := err.(*units.ParseError); ok { //nolint:errorlint // units.Parse returns no other
		v.Errorf(pe.Hint, "found %q, expected %s", pe.Text, pe.Expected)
		return 0
	}
	if x == 0 {
		v.Errorf("leave the key out to have it estimated", "found %q, expected more than zero", text)
	}
	return x
}

// sizePattern matches WIDTHxHEIGHT.
var sizePattern = lazyexp.New(`^([0-9]+)x([0-9]+)$`)

// readTo reads a size WIDTHxHEIGHT in pixels.
func readTo(v strictyaml.Value, s *Stage) {
	text, _ := v.Scalar()
	m := sizePattern().FindStringSubmatch(text)
	if m != nil {
		s.To[0], _ = strconv.Atoi(m[1])
		s.To[1], _ = strconv.Atoi(m[2])
	}
	if s.To[0] < 1 || s.To[1] < 1 || s.To[0] > maxSide || s.To[1] > maxSide {
		v.Errorf("", "found %s, expected width and height in pixels, such as 640x640", v)
		s.To = [2]int{}
	}
}

// readStages reads the stages in order: names alone or mappings.
func readStages(v strictyaml.Value, f *File) {
	for item := range v.Items() {
		s := Stage{Every: 1, at: item}
		if _, ok := item.Scalar(); ok { // the kind alone
			if s.Kind = oneOf(item, Kinds()); s.Kind != "" {
				s.row = kindNamed(s.Kind)
			}
		} else {
			strictyaml.Fields(item, stageFields, &s)
			if item.IsMapping() && !item.Has("stage") {
				item.Errorf("", "found no stage, expected one of %s", strings.Join(Kinds(), ", "))
			}
		}
		s.check()
		if senses(&s) && slices.ContainsFunc(f.Stages, func(o Stage) bool { return senses(&o) }) {
			item.Errorf("", "found a second stage capture, expected one: cameras says how many there are")
		}
		f.Stages = append(f.Stages, s)
	}
}

// senses reports whether the camera runs a stage.
func senses(s *Stage) bool { return s.row != nil && s.row.on == CameraSensor }

// check reports what a stage lacks or has too much.
func (s *Stage) check() {
	switch named := s.at.Has("model") || s.at.Has("models"); {
	case s.row == nil:
		return
	case s.Kind == inference && !named && s.Given == 0:
		s.at.Errorf("write it as in {stage: inference, model: \"zoo:yolo11n\"}", "found no model, expected one, or a time")
	case s.at.Has("model", "models"):
		s.at.Child("models").Errorf("", "found model and models, expected one of them")
	case s.row.estimate == nil && s.Kind != inference && s.Given == 0:
		s.at.Errorf("write it as in {stage: "+s.Kind+", time: 3 ms}", "found no time, expected one: %s", s.row.doc)
	case senses(s) && s.On != "":
		v, _ := s.at.Key("on")
		v.Errorf("", "found on of the stage %s, which the camera runs", s.Kind)
	case s.Kind == inference && s.Parallel && len(s.Models) < 2:
		s.at.Errorf("", "found parallel: true of one model, expected several")
	}
	for _, o := range owned {
		if s.at.Has(o.key) && !slices.Contains(o.kinds, s.Kind) {
			v, _ := s.at.Key(o.key)
			v.Errorf("", "found %s of the stage %s, expected it of %s alone", o.key, s.Kind, strings.Join(o.kinds, " and "))
		}
	}
}

// owned lists the keys of a stage that some kinds alone have.
var owned = []struct {
	key   string
	kinds []string
}{
	{"codec", []string{"decode"}}, {"to", []string{"resize"}}, {"bytes", []string{"transfer"}},
	{"model", []string{inference}}, {"models", []string{inference}}, {"parallel", []string{inference}},
}

// SetModel puts a model in the place of those of the first inference.
func (f *File) SetModel(spec string) error {
	for i := range f.Stages {
		if s := &f.Stages[i]; s.Kind == inference {
			s.Models, s.Parallel = []Name{{spec, s.at}}, false
			return nil
		}
	}
	return fmt.Errorf("%s: found no stage inference, expected one whose model is replaced", f.Path)
}

// Read reads a pipeline; path names it in messages. The error is a strictyaml.Errors.
func Read(path string, data []byte) (*File, error) {
	root, err := strictyaml.OpenKind("pipeline", path, data)
	if err != nil {
		return nil, err
	}
	root.CheckShapes()
	f := &File{Path: path, Cameras: 1, Code: codes[0], Overlap: true, root: root}
	strictyaml.Fields(root, fileFields, f)
	root.Need("schema", "camera", "stages")
	if v, ok := root.Key("camera"); ok && !v.Has("width", "height", "fps") {
		v.Errorf("write it as in {width: 1920, height: 1080, fps: 30}", "found a camera without width, height or fps")
	}
	if v, ok := root.Key("stages"); ok && root.Sound() && len(f.Stages) == 0 {
		v.Errorf("", "found no stage, expected one at least")
	}
	return f, root.Finish()
}
