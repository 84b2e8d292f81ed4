package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// tabled are a line or more of each command that prints for people.
var tabled = []string{
	"estimate zoo:mobilenetv2 -d rpi-5",
	"estimate zoo:yolo11n zoo:resnet50 zoo:llama3-8b -d rpi-5,t4,jetson-orin-nano-8-super,h100-sxm5",
	"estimate zoo:yolo11n -d rpi-5 --runtime all --precision all",
	"estimate zoo:mobilenetv2 -d rpi-5 --explain --top 8",
	"estimate zoo:mobilenetv2 -d rpi-5 --by module --top 8",
	"sweep zoo:mobilenetv2 -d rpi-5,t4,jetson-orin-nano-8-super --size 160..224:32",
	"sweep zoo:mobilenetv2 -d jetson-orin-nano-8-super,h100-sxm5 --batch 1..4",
	"pick zoo:yolo11n zoo:yolo11s -d rpi-5 --fps 5",
	"pick zoo:yolo11n zoo:yolo11s zoo:ssdlite320-mobilenetv3-large -d rpi-5,t4,jetson-orin-nano-8-super,h100-sxm5 --fps 5",
	"pick -d rtx3060 --quant q4_k_m,q8_0 --context 8192 --tokens-per-s 20 --top 3",
	"explain zoo:mobilenetv2 -d jetson-orin-nano-8-super --fps 60",
	"diff zoo:mobilenetv2 zoo:resnet18 -d jetson-orin-nano-8-super --precision fp16",
	"llm llama3-8b -d rtx4090,apple-m2-ultra,rpi-5-8",
	"llm llama3-8b -d rtx4090",
	"pipeline examples/camera.yaml -d jetson-orin-nano-8-super",
	"require zoo:mobilenetv2 --latency 10ms -d rtx4090",
	"whatif zoo:mobilenetv2 -d rpi-5",
	"inspect zoo:mobilenetv2 -d rpi-5",
	"shapes zoo:mobilenetv2",
	"flops zoo:mobilenetv2",
	"ops",
	"models list", "models show zoo:yolo11n",
	"devices list", "devices list --class jetson", "devices show jetson-orin-nano-8-super", "devices diff t4 rpi-5",
	"devices validate examples/own-device/my-board.yaml",
	"runtimes list", "runtimes show tensorrt",
	"calibrate --runtime tensorrt --precision fp16 --device examples/own-device/my-board.yaml --measurements examples/calibrate/measured.csv",
	"validate --measurements examples/calibrate/measured.csv --device-dir examples/own-device",
	"config show", "version",
	"help units", "help formats", "help environment", "help exit-codes",
}

// untabled are commands that print no table of their own, and why.
var untabled = map[string]string{
	"baseline": "writes a file", "check init": "writes a file", "batch": "writes rows", "export": "writes a file", "plot": "draws",
	"report": "writes a page", "serve": "answers browsers", "strip": "writes a model", "models export": "writes a model",
	"devices new": "writes a profile", "host": "measures this machine", "measure": "measures this machine",
	"check":           "its table is held by TestWidth of plots/report",
	"completion bash": "a script", "completion zsh": "a script", "completion fish": "a script",
	"completion powershell": "a script", "help": "has its own lines",
}

// TestCommandWidths holds every line that a command prints for people to the width of the screen. A word alone, such as a
// path, may be longer. A new command needs a row of tabled, or a reason in untabled.
func TestCommandWidths(t *testing.T) {
	sampling.Alone(t)
	for _, line := range tabled {
		args := strings.Fields(line)
		for i, a := range args {
			if strings.HasPrefix(a, "examples/") {
				args[i] = filepath.Join(root, a)
			}
		}
		for _, width := range []int{80, 100, 120} {
			var out, errs bytes.Buffer
			code := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs,
				UserDir: t.TempDir(), Width: width})
			if code > exitNo || out.Len() == 0 {
				t.Errorf("ridgepoint %s: exit code %d, %d bytes\n%s", line, code, out.Len(), errs.String())
				break
			}
			for l := range strings.Lines(out.String()) {
				l = strings.TrimRight(l, " \n")
				if n := len([]rune(l)); n > width && strings.Contains(strings.TrimSpace(l), " ") {
					t.Errorf("ridgepoint %s at %d: %d characters: %s", line, width, n, l)
					break
				}
			}
		}
	}
	var missing func(c *cobra.Command)
	missing = func(c *cobra.Command) {
		name := strings.TrimPrefix(c.CommandPath(), "ridgepoint ")
		named := slices.ContainsFunc(tabled, func(l string) bool { return l == name || strings.HasPrefix(l, name+" ") })
		if c.Runnable() && c.HasParent() && c.IsAvailableCommand() && !named && untabled[name] == "" {
			t.Errorf("ridgepoint %s: found no row in tabled and no reason in untabled", name)
		}
		for _, sub := range c.Commands() {
			missing(sub)
		}
	}
	missing(Root())
}
