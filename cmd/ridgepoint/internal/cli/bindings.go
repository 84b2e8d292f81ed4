package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
)

// bindFlags say what a model's free dimensions are.
type bindFlags struct {
	batch  int64
	dims   []string
	shapes []string
	trip   int64
	cmd    *cobra.Command // set where --batch is one number
}

func (f *bindFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	cmd.Flags().Int64Var(&f.batch, "batch", 0, "samples per inference (default: as exported, or 1)")
	f.addDims(cmd)
}

// addDims adds the flags without --batch, for commands in which that is a list.
func (f *bindFlags) addDims(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.dims, "dim", nil, "bind a named dimension, `NAME=N`, for example seq=128 (repeatable)")
	f.addShapes(cmd)
}

// addShapes adds --shape and --trip alone, for commands in which --dim is a list.
func (f *bindFlags) addShapes(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.shapes, "shape", nil, "give an input's shape, `INPUT=1x3x640x640` (repeatable)")
	cmd.Flags().Int64Var(&f.trip, "trip", 0, "iterations of loops whose number depends on run-time data")
}

// options turns the flags into options; its errors are usage errors.
func (f *bindFlags) options() (*ridgepoint.Options, error) {
	o := new(ridgepoint.Options)
	return o, f.set(o)
}

// set writes what the flags bind into options; its errors are usage errors.
func (f *bindFlags) set(o *ridgepoint.Options) error {
	o.Batch, o.Trips, o.Dims, o.Shapes = f.batch, f.trip, map[string]int64{}, map[string][]int64{}
	if f.cmd != nil && f.batch == 0 && f.cmd.Flags().Changed("batch") {
		return usagef("--batch takes a positive number")
	}
	for _, d := range f.dims {
		name, v, err := namedInt(d)
		if err != nil {
			return usagef("--dim %s: %v", d, err)
		}
		o.Dims[name] = v
	}
	for _, s := range f.shapes {
		name, shape, err := namedShape(s)
		if err != nil {
			return usagef("--shape %s: %v", s, err)
		}
		o.Shapes[name] = shape
	}
	return nil
}

func namedInt(s string) (string, int64, error) {
	i := strings.LastIndex(s, "=")
	if i < 1 {
		return "", 0, fmt.Errorf("expected NAME=N, for example seq=128")
	}
	v, err := strconv.ParseInt(s[i+1:], 10, 64)
	if err != nil || v < 0 {
		return "", 0, fmt.Errorf("%q is not a number of elements; expected NAME=N, for example seq=128", s[i+1:])
	}
	return s[:i], v, nil
}

func namedShape(s string) (string, []int64, error) {
	i := strings.LastIndex(s, "=")
	if i < 1 {
		return "", nil, fmt.Errorf("expected INPUT=SHAPE, for example images=1x3x640x640")
	}
	shape := []int64{}
	if s[i+1:] == "" || s[i+1:] == "scalar" {
		return s[:i], shape, nil
	}
	for _, part := range strings.FieldsFunc(s[i+1:], func(c rune) bool { return c == 'x' || c == ',' }) {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || v < 0 {
			return "", nil, fmt.Errorf("%q is not a dimension; expected for example images=1x3x640x640", part)
		}
		shape = append(shape, v)
	}
	return s[:i], shape, nil
}

// intList reads "1,2,4..256" or "320..640:32": a comma-separated list of numbers and ranges.
// A range without a step doubles; with one it adds. Its end belongs to it.
func intList(s string) ([]int64, error) {
	var out []int64
	for _, part := range strings.Split(s, ",") {
		vs, err := intRange(part)
		if err != nil {
			return nil, err
		}
		out = append(out, vs...)
	}
	return out, nil
}

// A sizeFlag is the size of images: a side, or height and width as in 384x640. The zero sizeFlag is none.
type sizeFlag ridgepoint.Size

// Set takes the text of a size.
func (s *sizeFlag) Set(text string) error {
	high, wide, both := strings.Cut(text, "x")
	if !both {
		wide = high
	}
	h, err := positive(high)
	w, errWide := positive(wide)
	if err != nil || errWide != nil {
		return fmt.Errorf("found %q, expected pixels, such as 640, or height x width, such as 384x640", text)
	}
	*s = sizeFlag{Height: h, Width: w}
	return nil
}

func (s *sizeFlag) String() string {
	if *s == (sizeFlag{}) {
		return ""
	}
	return ridgepoint.Size(*s).String()
}

// Type names the value in the help of a flag without a name of its own.
func (s *sizeFlag) Type() string { return "SIZE" }

// addSize adds --size for one size.
func (s *sizeFlag) addSize(cmd *cobra.Command) {
	cmd.Flags().Var(s, "size", "run at images of this `SIZE` in pixels: 640, or height x width as in 384x640 (default: the model's own)")
}

// maxSteps bounds a range: more steps than anybody wants to read.
const maxSteps = 4096

func intRange(s string) ([]int64, error) {
	body, stepText, stepped := strings.Cut(strings.TrimSpace(s), ":")
	lo, hi, ranged := strings.Cut(body, "..")
	from, err := positive(lo)
	if err != nil || !ranged {
		return []int64{from}, err
	}
	to, err := positive(hi)
	if err != nil {
		return nil, err
	}
	if to < from {
		return nil, fmt.Errorf("range %q runs downwards", s)
	}
	var step int64
	if stepped {
		if step, err = positive(stepText); err != nil {
			return nil, err
		}
	}
	var out []int64
	for v := from; v <= to; {
		if out = append(out, v); len(out) > maxSteps {
			return nil, fmt.Errorf("range %q has more than %d steps", s, maxSteps)
		}
		if stepped {
			v += step
		} else {
			v *= 2
		}
	}
	if out[len(out)-1] != to {
		out = append(out, to)
	}
	return out, nil
}

// maxDim bounds what a list may hold, so that doubling and adding cannot overflow.
const maxDim = 1 << 40

func positive(s string) (int64, error) {
	v, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || v < 1 || v > maxDim {
		return 0, fmt.Errorf("%q is not a positive number; expected a list such as 1,2,4..256 or a range with a step such as 320..640:32", s)
	}
	return v, nil
}
