package validate

import (
	"fmt"
	"math"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
)

// paramTolerance says how far published parameters may be off beside their rounding, for batch normalisation
// that the exporter folded away. Beyond it the measured network is another, such as a re-parameterised one.
const paramTolerance = 0.006

// detectorGrid gives the constants of an Ultralytics head at 640 x 640 that some exporters count as parameters: two
// coordinates and a stride for each of 8400 cells (Qualcomm AI Hub: YOLOv8n has 3.18 M, YOLOv10n 2.33 M).
const detectorGrid = 3 * 8400

// rounding returns how far a figure in millions may be off by its printing: in tens of millions from a hundred on, else
// with one digit behind the point or two.
func rounding(params float64) float64 {
	if tens := params / 1e7; params >= 1e8 && math.Abs(tens-math.Round(tens)) < 1e-6 {
		return 5e6
	}
	if tenths := params / 1e5; math.Abs(tenths-math.Round(tenths)) < 1e-6 {
		return 60000
	}
	return 6000
}

// sameNetwork compares the published number of parameters with the file's. A small difference means another
// variant of the network under one name; a large one means another way of counting, which says nothing.
func sameNetwork(row *measured.Row, p *infer.Plan) error {
	if row.Params == 0 {
		return nil
	}
	var n, folded, statistics float64
	for _, node := range p.Model.Main.Nodes {
		if node.Op.Type != "BatchNormalization" { // its means and variances are no parameters
			continue
		}
		for _, id := range node.Inputs[min(3, len(node.Inputs)):] {
			if c := p.Model.Tensors[id].Init; c != nil {
				n -= float64(c.Shape.Elems())
				statistics += float64(c.Shape.Elems())
			}
		}
	}
	for t := range p.Model.Weights() {
		if !t.Init.Type.IsFloat() {
			continue
		}
		n += float64(t.Init.Shape.Elems())
		if strings.HasPrefix(t.Name, "onnx::Conv_") && len(t.Init.Shape) == 4 {
			folded += float64(t.Init.Shape[0])
		}
	}
	d := math.Min(math.Abs(n+folded-row.Params), math.Abs(n-row.Params))
	if row.Source == measured.Own { // counts as we do, with the statistics
		d = math.Min(d, math.Abs(n+statistics-row.Params))
	}
	if strings.Contains(row.Source, "Paddle") { // counts means and variances, also those that were folded away
		d = math.Min(d, math.Abs(n+3*folded+statistics-row.Params))
	}
	if strings.Contains(strings.ToLower(row.Model), "yolo") {
		d = math.Min(d, math.Abs(n+folded+detectorGrid-row.Params))
	}
	if d > paramTolerance*row.Params+rounding(row.Params) && d < 0.1*row.Params {
		return fmt.Errorf("the published network has %.2f M parameters, the file %.2f M: another variant", row.Params/1e6,
			n/1e6)
	}
	return nil
}

// workTolerance says how far published multiply-adds may be off a graph at another size: counts differ by
// normalisations and pools, and by the products of attention, which some leave out.
const workTolerance = 0.2

// sameWork compares the published multiply-adds of one sample with those of a graph at another size than its own.
func sameWork(row *measured.Row, macs int64) error {
	if row.Work == 0 || row.WorkUnit != "mac" || math.Abs(float64(macs)/row.Work-1) < workTolerance {
		return nil
	}
	return fmt.Errorf("the published network has %.2f G multiply-adds, the graph at this size %.2f G: another variant",
		row.Work/1e9, float64(macs)/1e9)
}
