package cli

import (
	"errors"
	"strings"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// hints say on the command line what to do about a note; the texts of the library name no flags.
var hints = []report.Hint{
	{Code: "batch-default", Text: "--batch or --dim {dim}=N changes it"},
	{Code: "batch-axis", Text: "--batch N changes it"},
	{Code: "trips-assumed", Text: "--trip N changes it"},
	{Code: "work-not-counted", Text: "--dim NAME=N and --shape INPUT=1x3x224x224 set sizes"},
	{Code: "nothing-to-compare", Text: "\"ridgepoint host\" profiles this machine, --device names another"},
	{Code: "corrected-choices", Text: "\"ridgepoint estimate\" says by which"},
}

// errorHint returns the flags that cure an error of the library, which names none, or "" if none does.
func errorHint(err error) string {
	var unbound *ridgepoint.UnboundError
	if !errors.As(err, &unbound) {
		return ""
	}
	var flags []string
	for _, s := range unbound.Symbols {
		flags = append(flags, "--dim "+s+"=128")
	}
	for _, in := range unbound.Inputs {
		flags = append(flags, "--shape "+in+"=1x3x224x224")
	}
	return "for example " + strings.Join(flags, " ")
}
