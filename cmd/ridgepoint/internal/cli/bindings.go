package cli

import (
	"fmt"
	"slices"
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

// add adds --batch and --dim, which give the named dimensions of a model their values.
func (f *bindFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	cmd.Flags().Int64Var(&f.batch, "batch", 0, "samples per inference (default: as exported, or 1)")
	f.addDims(cmd)
}

// addDims adds the flags without --batch, for commands in which that is a list.
func (f *bindFlags) addDims(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.dims, "dim", nil, "bind a named dimension, `NAME=N`, for example seq=128 (repeatable, or a list)")
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
		return usagef("--batch: found 0, expected a positive number of samples")
	}
	for _, d := range f.dims {
		for _, one := range bindingsIn(d) {
			if err := o.SetDim(one); err != nil {
				return usagef("--dim %s: %v", d, err)
			}
		}
	}
	for _, s := range f.shapes {
		if err := o.SetShape(s); err != nil {
			return usagef("--shape %s: %v", s, err)
		}
	}
	return nil
}

// bindingsIn returns the bindings of a text such as seq=128,past=0, or the text where not every part is one.
func bindingsIn(text string) []string {
	parts := strings.Split(text, ",")
	if slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(part, "=") }) {
		return []string{text}
	}
	return parts
}

// A sizeFlag is the size of images: a side, or height and width as in 384x640. The zero sizeFlag is none.
type sizeFlag ridgepoint.Size

// Set takes the text of a size.
func (s *sizeFlag) Set(text string) error {
	sizes, err := ridgepoint.ParseSizes(text)
	if err != nil || len(sizes) != 1 {
		return fmt.Errorf("found %q, expected pixels, such as 640, or height x width, such as 384x640", text)
	}
	*s = sizeFlag(sizes[0])
	return nil
}

// String returns HEIGHTxWIDTH in pixels, or nothing where no size was given.
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
