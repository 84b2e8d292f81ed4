package ridgepoint

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

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
}

// A PipelineRun is a pipeline on one device, or why it cannot run there.
type PipelineRun struct {
	Device *Device
	Model  string // in the place of the file's; "": the file's
	*Pipeline
	Err error
}

// assumedHost gives the computer beside a card or an accelerator of which nobody says where it is.
const assumedHost = "core-i7-12700h"

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
	opt := job.options(f)
	how, err := e.exploring(opt)
	if err != nil {
		return nil, err
	}
	devices, err := e.searched(&Search{Devices: names, Select: job.Select}, &how)
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
			if run.Pipeline, run.Err = e.pipelineOn(job, data, run.Model, d, opt, models); run.Err != nil {
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

// options returns how the models run: as the job says, else as the file does.
func (job *PipelineJob) options(f *pipeline.File) *Options {
	opt := new(Options)
	if job.Options != nil {
		*opt = *job.Options
	}
	opt.Runtime, opt.Precision = cmp.Or(opt.Runtime, f.Runtime), cmp.Or(opt.Precision, f.Precision)
	return opt
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
	case cores == nil:
		s.Host = own
	default:
		s.Assumed = true
		s.Host, err = e.Device(assumedHost)
	}
	return err
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
