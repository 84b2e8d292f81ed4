package cli

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// hints say on the command line what to do about a note; the texts of the library name no flags.
var hints = []report.Hint{
	{Code: "batch-default", Text: "--batch or --dim {dim}=N changes it"},
	{Code: "batch-axis", Text: "--batch N changes it"},
	{Code: "trips-assumed", Text: "--trip N changes it"},
	{Code: "work-not-counted", Text: "--dim NAME=N and --shape INPUT=SHAPE, such as 1x3x224x224, set sizes"},
	{Code: "median-unsettled", Text: "on a machine with other work, --shared takes what is reached between its jobs"},
	{Code: "host-noisy", Text: "\"ridgepoint measure --shared\" measures models beside it"},
	{Code: "nothing-to-compare", Text: "\"ridgepoint host\" profiles this machine, --device names another"},
	{Code: "corrected-choices", Text: "\"ridgepoint estimate\" says by which"},
}

// errorHint returns the flags that cure an error of the library, which names none, or "" if none does.
func errorHint(err error) string {
	var unbound *ridgepoint.UnboundError
	var typed *ridgepoint.TypeError
	var path *fs.PathError
	switch {
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist) && builtIn(path.Path):
		return "did you mean zoo:" + path.Path + "?"
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(path.Path, `/\.`):
		return builtInsLike(path.Path)
	case errors.As(err, &typed) && typed.Instead() != "":
		return "--precision " + typed.Instead() + " runs all floating-point work in a type that the device has"
	case errors.As(err, &typed) && typed.Narrow():
		return "--precision leaves tensors of fewer than 16 bits as they are; export the model in fp32 or fp16"
	case errors.As(err, &unbound):
		return boundBy(unbound)
	}
	return ""
}

// builtIn reports whether a name is that of a built-in model.
func builtIn(name string) bool {
	_, err := ridgepoint.BuiltInModel(name)
	return err == nil
}

// builtInsLike asks for the built-in models that a name may stand for; it returns "" where none is near.
func builtInsLike(name string) string {
	near := ridgepoint.BuiltInsNear(name)
	if len(near) == 0 {
		return ""
	}
	return "did you mean zoo:" + strings.Join(near, ", zoo:") + "? \"ridgepoint models list\" shows all"
}

// boundBy returns flags that bind free dimensions, for example.
func boundBy(e *ridgepoint.UnboundError) string {
	const most = 4 // flags to show how
	var flags []string
	for _, s := range e.Symbols[:min(len(e.Symbols), most)] {
		flags = append(flags, "--dim "+s+"=128")
	}
	for i, in := range e.Inputs[:min(len(e.Inputs), most)] {
		if i >= len(e.Examples) || e.Examples[i] == "" {
			flags = append(flags, "--shape "+in+"=SHAPE (sizes joined by x, or scalar)")
			continue
		}
		flags = append(flags, "--shape "+in+"="+e.Examples[i])
	}
	return "for example " + strings.Join(flags, " ")
}
