package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestBatchIsPositive(t *testing.T) {
	for args, ok := range map[string]bool{"": true, "--batch=1": true, "--batch=0": false} {
		var f bindFlags
		cmd := &cobra.Command{}
		f.add(cmd)
		if err := cmd.ParseFlags(strings.Fields(args)); err != nil {
			t.Fatal(err)
		}
		if _, err := f.options(); (err == nil) != ok {
			t.Errorf("%q: %v", args, err)
		}
	}
}
