package cli

import (
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// TestMistyped holds what is said of words that are nearly right to the words that were meant.
func TestMistyped(t *testing.T) {
	sampling.Alone(t)
	for _, c := range []struct{ args, want string }{
		{"estimate zoo:resnet18 -d raspberry", "did you mean rpi-"},
		{"estimate zoo:resnet18 -d super*orin", "jetson-orin-nano-8-super"},
		{"estimate stable*diffusion -d rpi-5", "did you mean zoo:sd15-unet"},
		{"estimate yolov11n -d rpi-5", "zoo:yolo11n"},
		{"estimate zoo:resnet18 -d rpi-5 --dim bach=4", `found no dimension "bach", expected one of batch`},
		{"estimate zoo:resnet18 -d rpi-5 --dim batch=2,past=3", `found no dimension "past"`},
		{"estimate zoo:bert-base -d t4 --dim seq=64", "an option of the built-in model: write zoo:bert-base?seq=64"},
		{"estimate zoo:resnet18 -d rpi-5 --batch 0", "--batch: found 0"},
		{"estimate zoo:resnet18 -d rpi-5 --dim batch=0",
			"dimension \"batch\": found 0, expected a positive number of samples\n"},
		{"inspect zoo:resnet18 --shape input=0x3x224x224", `input "input": found a batch of 0, expected a positive number`},
		{"estimate zoo:resnet18 -d rpi-5 --precison fp16", "did you mean --precision?"},
		{"estimate zoo:resnet18 -d rpi-5 --fps x", `"ridgepoint estimate --help" says how it is called`},
		{"sweep zoo:resnet18 -d rpi-5 --batch 10..1", `--batch: found the range "10..1", expected the smaller number first: 1..10`},
		{"sweep zoo:resnet18 -d rpi-5 --size 1..", "--size: "},
		{"pick --task detecton -d rpi-5 --fps 1", "did you mean detection?"},
		{"pick --task object*detection -d rpi-5 --fps 1", "did you mean detection"},
		{"pick zoo:resnet18 --devices class=jetsn --fps 1", "did you mean class=jetson?"},
		{"devices list --class jetsn", "did you mean jetson?"},
		{"devices list --devices vendor=Nvidea", "did you mean vendor=NVIDIA?"},
		{"models list --family YOLLO", "did you mean YOLO"},
		{"pipeline zoo:yolo11n -d rpi-5", "found the model zoo:yolo11n in the place of a file, expected it behind --model"},
		{"pipeline --model zoo:yolo11n -d rpi-5,t4 --plot never.png", "--plot takes one device"},
		{"help exitcodes", "did you mean exit-codes?"},
		{"help estmate", "did you mean estimate?"},
		{"help devices lst", "did you mean list?"},
		{"ops Conv", `found the argument "Conv", expected none`},
		{"devices diff rpi-5", "found one argument, expected more"},
		{"calibrate", "found no --device DEVICE and no --measurements"},
		{"validate", "found no --measurements"},
	} {
		args := strings.Fields(c.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "*", " ")
		}
		if _, stderr, code := run(t, "", args...); code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d and %q, want %q", c.args, code, stderr, c.want)
		}
	}
}

// TestSameFlags holds the names that flags have on other commands: what is required by them is what older names ask for.
func TestSameFlags(t *testing.T) {
	sampling.Alone(t)
	for _, c := range [][2]string{
		{"require zoo:resnet18 --max-latency 10ms --devices class=jetson", "require zoo:resnet18 --latency 10ms --device-class jetson"},
		{"require zoo:resnet18 --fps 100 --device t4", "require zoo:resnet18 --max-latency 10ms --device t4"},
		{"require zoo:resnet18 --fps 100 --batch 4 --device t4", "require zoo:resnet18 --max-latency 40ms --batch 4 --device t4"},
		{"devices list --devices class=tpu", "devices list --class tpu"},
		{"estimate zoo:resnet18 -d t4 --dim batch=3,batch=2", "estimate zoo:resnet18 -d t4 --dim batch=2"},
	} {
		one, stderr, code := run(t, "", strings.Fields(c[0])...)
		other, _, _ := run(t, "", strings.Fields(c[1])...)
		if code != exitOK || one != other {
			t.Errorf("%s: exit code %d, %s\n%s\nwant the output of %s:\n%s", c[0], code, stderr, one, c[1], other)
		}
	}
}

// TestUnpriced: where no device has a price, none is called the cheapest without a warning.
func TestUnpriced(t *testing.T) {
	for args, warned := range map[string]bool{
		"pipeline --model zoo:squeezenet1.1 -d rpi-5 --fps 1 --cheapest":    true,
		"pick zoo:squeezenet1.1 -d rpi-5 --fps 1 --cheapest":                true,
		"pipeline --model zoo:squeezenet1.1 -d rpi-5,t4 --fps 1 --cheapest": false,
		"pipeline --model zoo:squeezenet1.1 -d rpi-5 --fps 1":               false,
	} {
		_, stderr, code := run(t, "", strings.Fields(args)...)
		if code != exitOK || strings.Contains(stderr, "no price is known of any of these devices") != warned {
			t.Errorf("%s: exit code %d, %s", args, code, stderr)
		}
	}
}
