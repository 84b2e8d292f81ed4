package ridgepoint

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/cost"
	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/internal/lazyexp"
	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
	"github.com/ridgepoint/ridgepoint/internal/wholefile"
	"github.com/ridgepoint/ridgepoint/plots"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/pipeline"
)

// A Pipeline is what a camera's frames take on a device, stage by stage.
type Pipeline = pipeline.Result

// A PipelineJob is a pipeline and what it is tried on.
type PipelineJob struct {
	Path    string   // of the file, for messages
	Data    []byte   // its text; nil: Path is read
	Devices []string // ids, aliases, id@MODE or paths; none: the file's
	Select  string   // also the devices that meet conditions such as class=jetson
	Models  []string // each in turn in the place of the models of the file's first inference; none: the file's
	Host    string   // of the stages outside the device; "": the file's, the device's own or an assumed one
	Options *Options // Runtime and Precision come before the file's
	// Precisions are tried in order on each device, which takes the first that it runs; none: Options.Precision, or the
	// file's.
	Precisions []string
}

// A PipelineRun is a pipeline on one device, or why it cannot run there.
type PipelineRun struct {
	Device *Device
	Model  string // in the place of the file's; "": the file's
	*Pipeline
	Err error
}

// The computers beside a card, and beside an NPU of less than smallNPU, of which nobody says where it is.
const (
	assumedHost      = "core-i7-12700h"
	assumedBoardHost = "rpi-5"
	smallNPU         = 100e12 // OP/s in int8
)

// Pipelines times a pipeline on every device of a job. A device that cannot run it is a run with an error; where there
// is one device, or none can, that is the error.
func (e *Estimator) Pipelines(ctx context.Context, job *PipelineJob) ([]PipelineRun, error) {
	if e == nil {
		return nil, e.check(nil)
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	e.reads(job.Path)
	data, f, err := job.read()
	if err != nil {
		return nil, err
	}
	names := job.Devices
	if len(names) == 0 && job.Select == "" && f.Device.Text != "" {
		if _, err := e.Device(f.Device.Text); err != nil {
			f.Device.Wrongf("", "%s", ErrorText(err))
			return nil, f.Finish()
		}
		names = []string{f.Device.Text}
	}
	opts, how, err := e.precisions(job, f)
	if err != nil {
		return nil, err
	}
	devices, err := e.searched(&Search{Devices: names, Select: job.Select}, how)
	if mismatch := new(MismatchError); errors.As(err, &mismatch) && job.Options.Runtime == "" && f.Runtime.Text != "" {
		f.Runtime.Wrongf("", "%s", ErrorText(err))
		err = f.Finish()
	}
	if err != nil {
		return nil, err
	}
	var runs []PipelineRun
	models := map[string]*Model{}
	failed := 0
	inPlace := job.Models
	if len(inPlace) == 0 {
		inPlace = []string{""}
	}
	for _, d := range devices {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		for _, spec := range inPlace {
			run := PipelineRun{Device: d, Model: spec}
			if run.Pipeline, run.Err = e.pipelineIn(job, data, run.Model, d, opts, models); run.Err != nil {
				failed++
			}
			runs = append(runs, run)
		}
	}
	if failed == len(runs) {
		return nil, runs[0].Err
	}
	return runs, nil
}

// read reads the file of a job, and its text, which is parsed anew for each device.
func (job *PipelineJob) read() ([]byte, *pipeline.File, error) {
	data := job.Data
	if data == nil {
		var err error
		if data, err = wholefile.Read(job.Path, "a pipeline", strictyaml.MaxSize); err != nil {
			return nil, nil, fmt.Errorf("pipeline: %w", err)
		}
	}
	f, err := pipeline.Read(job.Path, data)
	return data, f, err
}

// precisions returns how the models run, for each precision that is tried: as the job says, else as the file does. What
// the file says is an error of the file where it is not known.
func (e *Estimator) precisions(job *PipelineJob, f *pipeline.File) (opts []*Options, how *roofline.Options, err error) {
	if job.Options == nil {
		job.Options = new(Options)
	}
	unnamed := func(p string) bool { return p == "" }
	base, precisions := *job.Options, slices.DeleteFunc(slices.Clone(job.Precisions), unnamed)
	if len(precisions) == 0 && base.Precision != "" {
		precisions = []string{base.Precision}
	}
	if base.Runtime == "" && f.Runtime.Text != "" {
		base.Runtime = f.Runtime.Text
		if _, err := e.how(&Options{Runtime: base.Runtime}); err != nil {
			f.Runtime.Wrongf("", "%s", ErrorText(err))
		}
	}
	if len(precisions) == 0 {
		for i := range f.Precision {
			p := &f.Precision[i]
			if _, err := e.how(&Options{Precision: p.Text}); err != nil {
				p.Wrongf("", "%s", ErrorText(err))
			}
			precisions = append(precisions, p.Text)
		}
	}
	if err := f.Finish(); err != nil {
		return nil, nil, err
	}
	if len(precisions) == 0 {
		precisions = []string{""}
	}
	for _, p := range precisions {
		opt := base
		opt.Precision = p
		first, err := e.how(&opt)
		if err != nil {
			return nil, nil, err
		}
		if opts = append(opts, &opt); how == nil {
			how = &first
		}
	}
	return opts, how, nil
}

// pipelineIn times a pipeline on one device in the first of some ways that it runs in; the error is that of the first.
func (e *Estimator) pipelineIn(job *PipelineJob, data []byte, spec string, d *Device, opts []*Options,
	models map[string]*Model) (*Pipeline, error) {
	var first error
	for _, opt := range opts {
		p, err := e.pipelineOn(job, data, spec, d, opt, models)
		if err == nil {
			return p, nil
		}
		first = cmp.Or(first, err)
	}
	return nil, first
}

// pipelineOn times a pipeline on one device.
func (e *Estimator) pipelineOn(job *PipelineJob, data []byte, spec string, d *Device, opt *Options,
	models map[string]*Model) (*Pipeline, error) {
	f, err := pipeline.Read(job.Path, data)
	if err == nil && spec != "" {
		err = f.SetModel(spec)
	}
	if err != nil {
		return nil, err
	}
	setup := &pipeline.Setup{Device: d, Infer: func(spec string) (*Estimate, error) {
		m, ok := models[spec]
		if !ok {
			var err error
			if m, err = e.Load(spec); err != nil {
				return nil, err
			}
			models[spec] = m
		}
		return e.estimateOn(m, d, opt)
	}}
	if err := e.host(setup, f, job.Host); err != nil {
		return nil, err
	}
	return f.Run(setup)
}

// host finds the host of a pipeline: the one that is named, the device itself where it computes on cores, the cores of
// the same chip or module, else an assumed one.
func (e *Estimator) host(s *pipeline.Setup, f *pipeline.File, asked string) (err error) {
	d := s.Device
	id, _, _ := strings.Cut(d.ID, "@")
	switch own, cores := e.devices.Named(id + "-cpu"); {
	case asked != "":
		s.Host, err = e.Device(asked)
		return err
	case f.Host.Text != "":
		if s.Host, err = e.Device(f.Host.Text); err != nil {
			f.Host.Wrongf("", "%s", ErrorText(err))
		}
		return f.Finish()
	case d.Class.Cores():
	case d.Host != "":
		s.Own = true
		s.Host, err = e.devices.Named(d.Host)
	case cores == nil:
		s.Own, s.Host = true, own
	default:
		s.Assumed = true
		s.Host, err = e.devices.Named(assumedFor(d))
	}
	return err
}

// assumedFor returns the host of a device that nobody names a host for.
func assumedFor(d *Device) string {
	if p, ok := d.Peak(cost.Matrix, dtype.Int8); d.Class == hwprofiles.NPU && ok && p.Rate.Value < smallNPU {
		return assumedBoardHost
	}
	return assumedHost
}

// estimateOn predicts the latency of a model on a device that was found before.
func (e *Estimator) estimateOn(m *Model, d *hwprofiles.Device, opt *Options) (*Estimate, error) {
	s, err := e.setting(m, opt)
	if err != nil {
		return nil, err
	}
	one, err := roofline.Run(s.res, d, s.how)
	if err != nil {
		return nil, err
	}
	one.Model = s.model.Name
	return one, nil
}

// PipelineStages lists the kinds of stage of a pipeline.
func PipelineStages() []string { return pipeline.Kinds() }

// PlotPipeline draws some frames of a pipeline as bars over time.
func PlotPipeline(p *Pipeline) *Figure { return plots.Gantt(p) }

// usualStages lists the stages of a pipeline that is made of flags.
var usualStages = []string{"capture", "resize", "normalise", "transfer", "inference", "nms"}

var cameraPattern = lazyexp.New(`^([0-9]+)x([0-9]+)@([0-9.]+)$`)

// PipelineText returns the text of a pipeline file: a camera such as 1920x1080@30, stages, none for the usual ones, and
// the models of its inference, one after the other.
func PipelineText(camera string, stages, models []string) ([]byte, error) {
	m := cameraPattern().FindStringSubmatch(camera)
	if m == nil {
		return nil, fmt.Errorf("found %q, expected width, height and frames a second, such as 1920x1080@30", camera)
	}
	if len(stages) == 0 {
		stages = usualStages
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "schema: 1\nname: camera\ncamera: {width: %s, height: %s, fps: %s}\nstages:\n", m[1], m[2], m[3])
	for _, s := range stages {
		if s != "inference" {
			fmt.Fprintf(&b, "  - {stage: %q}\n", s)
			continue
		}
		quoted := make([]string, len(models))
		for i, m := range models {
			quoted[i] = strconv.Quote(m)
		}
		fmt.Fprintf(&b, "  - {stage: inference, models: [%s]}\n", strings.Join(quoted, ", "))
	}
	return b.Bytes(), nil
}
