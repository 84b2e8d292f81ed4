package ridgepoint

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/graph/ggufread"
	"github.com/ridgepoint/ridgepoint/graph/hfread"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/hwprofiles/units"
	"github.com/ridgepoint/ridgepoint/internal/spelling"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
	"github.com/ridgepoint/ridgepoint/roofline/serve/bench"
)

// A Serving is what a language model takes on a device: memory, the first token, each next one, and the whole answer.
type Serving = serve.Answer

// ServingOptions say how a language model is served. The zero options are one sequence on one device, with the device's
// usual engine and the engine's usual quantisation.
type ServingOptions struct {
	Runtime     string // id of an engine, with @BUILD for an older one; "": the device's usual one
	Quant       string // how weights are stored; "": the engine's usual way, or a file's own
	Cache       string // type of the key-value cache; "": fp16
	Prompt      int64  // tokens
	Output      int64  // tokens
	Batch       int64  // sequences at once; 0: one
	Load        bool   // as many as have room, always
	Concurrency int64  // at load, at most so many; 0: no limit
	GPUs        int    // devices, split as the engine splits; 0: one
	TP, PP      int    // devices that share each layer, and that share the layers; 0: one
	Draft       string // model that writes ahead; "": none
	Accept      float64
	Ahead       int64
	Images      int64  // pictures in front of the prompt, each of which a tower for pictures makes tokens of
	Memory      string // of each device, such as 24GB, where it has another size than its profile; "": the profile's
	Measured    string // file of own runs of the same model on the same device, as benchmarks print them; "": none
}

// Serve forecasts a language model on a device. spec is a built-in model such as zoo:llama3-8b, a .gguf file, or a
// config.json or its folder.
func (e *Estimator) Serve(spec, device string, o *ServingOptions) (*Serving, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	d, err := e.Device(device)
	if err != nil {
		return nil, err
	}
	if o == nil {
		o = &ServingOptions{Prompt: 2048, Output: 256}
	}
	if d, err = withMemory(d, o.Memory); err != nil {
		return nil, err
	}
	s, err := setupOf(d, o)
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, e.sameChip(d, nil))
	}
	if s.Engine.On(d) == nil {
		return nil, fmt.Errorf("engine %s does not run on %s; %s%s", s.Engine.ID, d.ID, s.Engine.Runs(),
			e.sameChip(d, s.Engine))
	}
	if s.Model, err = language(spec, o.Quant, s.Engine.Quant); err != nil {
		return nil, err
	}
	if o.Draft != "" {
		if s.Draft, err = language(o.Draft, o.Quant, s.Engine.Quant); err != nil {
			return nil, err
		}
	}
	if o.Measured != "" {
		if err := learn(s, o.Measured); err != nil {
			return nil, err
		}
	}
	a, err := s.Run(serve.Workload{Prompt: o.Prompt + o.Images*pictureTokens, Output: o.Output, Batch: max(o.Batch, 1),
		Load: o.Load, Concurrency: o.Concurrency})
	if err == nil && o.Images > 0 {
		err = e.see(a, device, o.Images)
	}
	return a, err
}

// unitWords lists the parts of an id that name a unit of a chip.
var unitWords = []string{"ane", "npu", "gpu", "igpu", "cpu"}

// chipOf returns an id without the words that name a unit of the chip.
func chipOf(id string) string {
	words := strings.Split(id, "-")
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return slices.Contains(unitWords, w) }), "-")
}

// sameChip names the other units of a device's chip that an engine runs on, any engine where it is nil.
func (e *Estimator) sameChip(d *hwprofiles.Device, engine *llm.Engine) string {
	all, err := e.devices.List()
	if err != nil {
		return ""
	}
	var out []string
	for _, o := range all {
		if o.ID == d.ID || chipOf(o.ID) != chipOf(d.ID) {
			continue
		}
		if engine == nil {
			if _, err := llm.For(o); err != nil {
				continue
			}
		} else if engine.On(o) == nil {
			continue
		}
		out = append(out, o.ID)
	}
	if len(out) == 0 {
		return ""
	}
	return "; of the same chip it runs on " + strings.Join(out, ", ")
}

// withMemory returns a device whose main memory has another size; its bandwidth stays.
func withMemory(d *hwprofiles.Device, size string) (*hwprofiles.Device, error) {
	if size == "" {
		return d, nil
	}
	v, _, err := units.Parse(size, units.Capacity)
	if err != nil || !(v >= 1<<20 && v <= 1<<50) {
		return nil, fmt.Errorf("found memory %q, expected a size from 1 MiB to 1 PiB, such as 24GB", spelling.Clip(size))
	}
	if len(d.Memory) == 0 {
		return nil, fmt.Errorf("found no main memory in the profile of %s, expected one", d.ID)
	}
	if strings.HasSuffix(strings.ToUpper(size), "GB") { // memory is sold in powers of two
		v *= (1 << 30) / 1e9
	}
	return serve.WithMemory(d, v), nil
}

// pictureTokens says what a picture of 336 pixels takes of the context, and tower is what makes them: those of
// LLaVA-1.5 (arXiv 2310.03744).
const (
	pictureTokens = 576
	tower         = "zoo:clip-vit-l-14-vision?size=336"
)

// see adds the time of the tower for pictures to the first token and the whole answer.
func (e *Estimator) see(a *Serving, device string, images int64) error {
	if images > mostImages {
		return fmt.Errorf("found %d pictures, expected at most %d", images, mostImages)
	}
	p := serve.Part{Name: "tower", Model: tower, Times: images}
	if err := e.timePart(&p, device, new(RequestOptions)); err != nil {
		return err
	}
	a.See(&p)
	return nil
}

// learn corrects a setup by own runs in a file.
func learn(s *serve.Setup, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	runs, err := bench.Read(path, f)
	if err != nil {
		return err
	}
	return s.Learn(runs)
}

// setupOf finds the engine, and how devices are shared.
func setupOf(d *hwprofiles.Device, o *ServingOptions) (*serve.Setup, error) {
	s := &serve.Setup{Device: d, Cache: o.Cache, TP: max(o.TP, 1), PP: max(o.PP, 1), Accept: o.Accept,
		Ahead: max(o.Ahead, 1)}
	name, build, _ := strings.Cut(o.Runtime, "@")
	var err error
	if name == "" {
		s.Engine, err = llm.For(d)
	} else {
		s.Engine, err = llm.Get(name)
	}
	if err != nil {
		return nil, err
	}
	if build != "" {
		// b2824, or v0.5 of engines before their first version
		number := strings.TrimPrefix(strings.TrimLeft(build, "bv"), "0.")
		if _, err := fmt.Sscanf(number, "%d", &s.Build); err != nil || s.Build < 1 {
			return nil, fmt.Errorf("found %q as build of %s, expected a number such as %s@b2824", build, name, name)
		}
	}
	switch {
	case o.GPUs <= 1:
	case o.TP > 1 || o.PP > 1:
		if s.TP*s.PP != o.GPUs {
			return nil, fmt.Errorf("found %d devices, and %d x %d that share layers; expected as many", o.GPUs, s.TP, s.PP)
		}
	case s.Engine.Split == "layer":
		s.PP = o.GPUs
	default:
		s.TP = o.GPUs
	}
	if o.Accept < 0 || o.Accept > 1 {
		return nil, fmt.Errorf("found %g as share of accepted tokens, expected 0 to 1", o.Accept)
	}
	return s, nil
}

// language opens a language model; quant may be empty, usual is taken then where a file does not say.
func language(spec, quant, usual string) (*serve.Model, error) {
	switch {
	case strings.HasSuffix(strings.ToLower(spec), ".gguf"):
		return ggufModel(spec, quant)
	case filepath.Ext(spec) == ".json" || isFolder(spec):
		m, err := hfread.Open(spec)
		if err != nil {
			return nil, err
		}
		switch {
		case quant == "" && m.Unsaid != nil:
			return nil, m.Unsaid
		case quant == "" && m.Tensors != nil:
			return &serve.Model{Name: nameOf(spec), Source: "config", Quant: m.Quant, Shape: m.Shape, Tensors: m.Tensors}, nil
		}
		return serve.NewModel(nameOf(spec), "config", m.Shape, cmp.Or(quant, m.Quant))
	}
	k, err := decoder.Lookup(spec)
	if err != nil {
		return nil, fmt.Errorf("%w; a .gguf file, and a config.json or its folder, are read too", err)
	}
	return serve.NewModel(k.Name, "zoo", k.Shape, cmp.Or(quant, k.Narrower(usual)))
}

// ggufModel reads a file as it is stored, or as it would be in another quantisation.
func ggufModel(path, quant string) (*serve.Model, error) {
	m, err := ggufread.Open(path)
	if err != nil {
		return nil, err
	}
	if quant != "" && len(m.Shape.Mixers) > 0 {
		return nil, fmt.Errorf("%s: found layers that are no attention, which are known as the file stores them; expected "+
			"no --quant beside it", path)
	}
	if quant != "" {
		return serve.NewModel(nameOf(path), "gguf", m.Shape, quant)
	}
	return &serve.Model{Name: nameOf(path), Source: "gguf", Quant: m.Quant, Shape: m.Shape, Tensors: m.Tensors}, nil
}

// isFolder reports whether path is a folder.
func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

// nameOf returns the name of a file without its suffix, or of the folder of a config.json.
func nameOf(path string) string {
	name := filepath.Base(path)
	if name == "config.json" {
		if dir := filepath.Base(filepath.Dir(path)); dir != "." {
			name = dir
		}
	}
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// LanguageModels lists the built-in language models by name.
func LanguageModels() []string {
	var out []string
	for _, k := range decoder.Catalogue() {
		out = append(out, k.Name)
	}
	return out
}

// LanguageEngines lists the engines of language models by id.
func LanguageEngines() []string { return llm.IDs() }

// Quantisations lists the names that ServingOptions.Quant takes.
func Quantisations() []string { return decoder.Quants() }
