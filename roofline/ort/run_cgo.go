//go:build cgo

package ort

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	onnx "github.com/yalue/onnxruntime_go"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
)

// loaded holds the library of this process: ONNX Runtime is loaded once and has one environment.
var loaded struct {
	sync.Mutex
	path string
}

// Load loads the shared library at an absolute path, once for the process, and tells its version. A bare name is
// refused: the system would look for it in the working directory, by an empty entry of LD_LIBRARY_PATH.
func Load(path string) (version string, err error) {
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("%q is no absolute path; expected that of the shared library of ONNX Runtime, as Find "+
			"returns it", path)
	}
	loaded.Lock()
	defer loaded.Unlock()
	if loaded.path == "" {
		onnx.SetSharedLibraryPath(path)
		if err := onnx.InitializeEnvironment(onnx.WithLogLevelError()); err != nil {
			return "", fmt.Errorf("%s cannot be loaded as ONNX Runtime, 1.24 or newer: %w", path, err)
		}
		loaded.path = path
	}
	if loaded.path != path {
		return "", fmt.Errorf("%s: ONNX Runtime is loaded already, from %s", path, loaded.path)
	}
	return onnx.GetVersion(), nil
}

// A Session is a loaded model with its inputs. Close frees it.
type Session struct {
	session *onnx.DynamicAdvancedSession // of the library
	inputs  []onnx.Value                 // used for each run
	outputs []onnx.Value                 // used for each run
	kept    []bool                       // by output: allocated once, by us
}

// Open loads a model into the library that Load has loaded, with all graph optimisations, and makes its inputs:
// floats uniform in [0, 1), integers 1 (a token, a mask that hides nothing), booleans true.
func Open(c *Config) (*Session, error) {
	opt, err := options(c)
	if err != nil {
		return nil, err
	}
	defer opt.Destroy()
	s := &Session{outputs: make([]onnx.Value, len(c.Outputs)), kept: make([]bool, len(c.Outputs))}
	names := make([]string, len(c.Inputs))
	for i := range c.Inputs {
		v, err := value(&c.Inputs[i])
		if err != nil {
			return nil, errors.Join(fmt.Errorf("input %q of type %s and shape %v: %w", c.Inputs[i].Name, c.Inputs[i].Type,
				c.Inputs[i].Shape, err), s.Close())
		}
		names[i] = c.Inputs[i].Name
		s.inputs = append(s.inputs, v)
	}
	results := make([]string, len(c.Outputs))
	for i := range c.Outputs {
		o := &c.Outputs[i]
		results[i] = o.Name
		if o.Type != dtype.Float16 && o.Type != dtype.BFloat16 {
			continue
		}
		if s.outputs[i], err = value(o); err != nil {
			s.outputs[i] = nil
			return nil, errors.Join(fmt.Errorf("output %q of type %s and shape %v: %w", o.Name, o.Type, o.Shape, err), s.Close())
		}
		s.kept[i] = true
	}
	if s.session, err = onnx.NewDynamicAdvancedSession(c.Model, names, results, opt); err != nil {
		return nil, errors.Join(fmt.Errorf("ONNX Runtime does not load the model: %w", err), s.Close())
	}
	return s, nil
}

// options returns the options of a session: threads, all optimisations, and a trace where one is
// wanted.
func options(c *Config) (*onnx.SessionOptions, error) {
	opt, err := onnx.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(opt.SetIntraOpNumThreads(c.Threads), opt.SetInterOpNumThreads(1),
		opt.SetGraphOptimizationLevel(onnx.GraphOptimizationLevelEnableAll))
	if err == nil && c.Profile != "" {
		err = opt.EnableProfiling(c.Profile)
	}
	if err != nil {
		return nil, errors.Join(err, opt.Destroy())
	}
	return opt, nil
}

// Run runs the model once and tells how long it took, in seconds.
func (s *Session) Run() (seconds float64, err error) {
	begin := time.Now()
	err = s.session.Run(s.inputs, s.outputs)
	seconds = time.Since(begin).Seconds()
	if err != nil { // what the binding leaves in outputs then is not to be touched
		for i := range s.outputs {
			if !s.kept[i] {
				s.outputs[i] = nil
			}
		}
		return 0, fmt.Errorf("ONNX Runtime does not run the model: %w", err)
	}
	for i, v := range s.outputs {
		if v != nil && !s.kept[i] {
			err = errors.Join(err, v.Destroy())
			s.outputs[i] = nil
		}
	}
	return seconds, err
}

// Close frees the session; only then a profile is complete.
func (s *Session) Close() error {
	var err error
	for _, v := range s.inputs {
		err = errors.Join(err, v.Destroy())
	}
	for i, v := range s.outputs {
		if s.kept[i] {
			err = errors.Join(err, v.Destroy())
		}
	}
	if s.session != nil {
		err = errors.Join(err, s.session.Destroy())
	}
	return err
}

// value makes the data of one input. The numbers of ONNX Runtime's element types are those of ONNX.
func value(in *Input) (onnx.Value, error) {
	if len(in.Shape) == 0 {
		return scalar(in.Type)
	}
	n := in.Type.Bytes(in.Shape.Elems())
	if n == 0 {
		return nil, errors.New("an input without elements is not supported; set its dimensions")
	}
	data := make([]byte, n)
	fill(in.Type, data)
	return onnx.NewCustomDataTensor(onnx.Shape(in.Shape), data, onnx.TensorElementDataType(in.Type))
}

// scalar returns a value of one element.
func scalar(t dtype.Type) (onnx.Value, error) {
	switch t {
	case dtype.Float32:
		return onnx.NewScalar(float32(1))
	case dtype.Int64:
		return onnx.NewScalar(int64(1))
	case dtype.Int32:
		return onnx.NewScalar(int32(1))
	case dtype.Bool:
		return onnx.NewScalar(true)
	}
	return nil, errors.New("a scalar input of this type is not supported")
}

// fill fills a buffer with random numbers of a type, the same each time.
func fill(t dtype.Type, data []byte) {
	random := rand.New(rand.NewPCG(3, 4)) // any seed will do, as long as it stays
	switch t {
	case dtype.Float32:
		for i := 0; i+4 <= len(data); i += 4 {
			binary.LittleEndian.PutUint32(data[i:], math.Float32bits(random.Float32()))
		}
	case dtype.Float64:
		for i := 0; i+8 <= len(data); i += 8 {
			binary.LittleEndian.PutUint64(data[i:], math.Float64bits(random.Float64()))
		}
	case dtype.Float16:
		for i := 0; i+2 <= len(data); i += 2 {
			binary.LittleEndian.PutUint16(data[i:], 0x3800) // 0.5
		}
	case dtype.BFloat16:
		for i := 0; i+2 <= len(data); i += 2 {
			binary.LittleEndian.PutUint16(data[i:], 0x3f00) // 0.5
		}
	default: // little-endian ones
		for i := 0; i < len(data); i += max(t.Bits()/8, 1) {
			data[i] = 1
		}
	}
}
