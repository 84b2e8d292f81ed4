package cli

import (
	"errors"
	"strings"

	"github.com/ridgepoint/ridgepoint"
)

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
