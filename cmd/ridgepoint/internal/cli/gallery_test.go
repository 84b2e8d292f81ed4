package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/sampling"
)

// pictures lists the pictures of the gallery. To add one, add one row and run make docs.
var pictures = []struct{ file, title, text, command string }{
	{"roofline", "A roofline",
		"Each dot is a kernel: what it computes per byte it moves, and the rate that the runtime is expected to reach. " +
			"What has no operations lies in the strip at the left edge.",
		"plot zoo:yolo11n --device rpi-5 --labels 4 -o roofline.svg"},
	{"models", "A dot for each model", "The figure that papers want.",
		"plot zoo:resnet50 zoo:mobilenetv2 zoo:convnext-tiny zoo:vit-b-16 zoo:swin-t --device rtx4090 --precision fp16 " +
			"--by model -o models.svg"},
	{"breakdown", "Where the time goes", "Time by operator, by what bounds it.",
		"plot zoo:vit-b-16 --device jetson-orin-nano-8-super --precision fp16 --kind breakdown -o breakdown.svg"},
	{"batch", "Throughput over the batch", "Bands are 90 % intervals; a knee is where 90 % of the best is reached.",
		"sweep zoo:resnet50 --device t4,l4 --precision fp16 --batch 1..128 --plot batch.svg"},
	{"pick", "Accuracy over latency", "Models that no other beats in both form the front.",
		"pick zoo:yolo11n zoo:yolo11s zoo:yolo11m zoo:yolo11l zoo:yolo11x zoo:yolov8n zoo:yolov8s zoo:yolov8m " +
			"--device jetson-orin-nano-8-super --precision fp16 --fps 60 --plot pick.svg"},
	{"require", "What a device needs", "Bandwidth and FLOP/s that run a model in time, and devices that have them.",
		"require zoo:yolo11m --max-latency 10ms --precision fp16 --device jetson-orin-nano-8-super --plot require.svg"},
}

// built matches what a picture says of the program that drew it, and how long that is.
var built = regexp.MustCompile(
	`textLength="[\d.]+" (lengthAdjust="[^"]*"\s+style="[^"]*")>ridgepoint [^ <]+( \([0-9a-f]+\))?</text>`)

// TestDocsGallery holds docs/gallery.md and its pictures to what the commands draw.
func TestDocsGallery(t *testing.T) {
	sampling.Alone(t)
	var page strings.Builder
	page.WriteString("# Gallery\n\nPictures that commands draw, each below its command. `make docs` draws them anew; " +
		"`.png` and `.pdf` files are drawn alike.\n")
	dir := t.TempDir()
	for _, p := range pictures {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n    ridgepoint %s\n\n![%s](gallery/%s.svg)\n", p.title, p.text, p.command, p.title, p.file)
		drawn := filepath.Join(dir, p.file+".svg")
		args := strings.Fields(strings.Replace(p.command, p.file+".svg", drawn, 1))
		if _, stderr, code := run(t, "", args...); code != exitOK {
			t.Fatalf("ridgepoint %s: exit code %d\n%s", p.command, code, stderr)
		}
		svg, err := os.ReadFile(drawn)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join(root, "docs", "gallery", p.file+".svg"),
			built.ReplaceAllString(string(svg), "$1>ridgepoint</text>"))
	}
	golden(t, filepath.Join(root, "docs", "gallery.md"), page.String())
}
