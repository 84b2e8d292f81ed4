package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/params"
	"github.com/ridgepoint/ridgepoint/internal/corpus"
	"github.com/ridgepoint/ridgepoint/roofline"
	"github.com/ridgepoint/ridgepoint/roofline/timing"
	"github.com/ridgepoint/ridgepoint/roofline/validate"
)

const head = `# Accuracy

How far expected latencies are off, measured on published latencies of real models. Every figure of a calibrated slice
is **held out**: five parts of the model families, three shuffles with a fixed seed; a family is predicted by a fit that has not
seen any member of it; a slice of one family is judged on single measurements left out. A slice is device, runtime, precision and number of threads by one source and one version of the runtime.
Where several sources measured a slice, what is shipped is fitted to all of them, each with its newest version; that row names them all and is the hardest: a family there is often all that one source measured.
Rows whose published parameters differ from the graph's are left out, since another variant of the network was measured.
Lowering rules were chosen by looking at residuals of the RTX 4090, RTX 5090 and i9-10940X slices of torch.compile, one constant (what fresh pages cost) by VGG and SelecSLS on the last, and the priors of PyTorch eager lie near the fits to its own slices; their figures are optimistic by that much.

Errors are |predicted/measured - 1| in percent. *unfused* is the speed of light of the graph as exported, *lowered* that of the runtime's kernels, on CPUs with their caches, on cards with a power cap at the rate that they sustain.
*cover* is the share of measurements inside a 90 % interval that was learnt on one half of the families and judged on the other.

`

const reading = `## How to read it

The same figures of others, as they publish them: a plain roofline is 31 % off in the mean on fp32 transformers on seven GPUs and NeuSight 9.6 % (its summary tables); PM2Lat says below 10 % on transformers;
nn-Meter is within 10 % for 83 to 99 % of CNNs on four phones' processors that it was built on; LLM serving models say 2 to 11 % and their users find up to 45 %. None of them says how wrong one prediction may be.

Slices of five to fourteen measurements are judged on so few that a median of 3 or of 20 % is luck as often as skill. What is known of the bad ones:

- PyTorch eager: efficientformerv2 takes a path that its graph does not show, ten times slower. RepVGG, FastViT and RepGhostNet are up to 1.8 times faster in the rows of torch 2.9.1 than in those of 2.4, as if their branches were merged, which their graphs are not.
- torch.compile on GPUs: conditional convolutions (efficientnet_cc), grouped convolutions with few channels (dla46x_c, visformer), window attention of five dimensions (twins, nest).
- torch.compile on the i9-10940X: nf_resnets standardise their weights at every call, which exports do once; what starting a kernel costs differs more between operators than one parameter says (efficientvit_m0 1.5, hrnet_w18 0.7).
- ncnn: thirteen networks a board, because only these have graphs; the published fp16 or fp32 mode of a network is not known. Its prior of products was taken from the vision transformer's rows themselves, the only ones there are:
  that network's figures are not held out in this. Mostly one network does better or worse on all boards alike (VGG-16, GoogLeNet), which evidence repairs and held-out figures do not.
- OpenVINO: int8 only, six networks on each of nine CPUs; BERT takes up to twice what its products say.
- TensorRT: NVIDIA's BERT runs with plugins for fused attention and next to no harness; Ultralytics' T4 pays 0.6 ms for every inference, and its classifiers take twice what its detectors say. MLPerf's int8 rows are of two to six networks a round.
- Jetson Orin and Raspberry Pi 5: one or two families of detectors in five sizes; other networks may be further off than these figures. ONNX Runtime's rows of YOLO11 on the Orins are seven times slower than those of YOLO26, as if run on the CPU; they are too few for a slice.
- PaddleClas on V100: the page does not name its GPU, and batch 1 and 4 do not fit one device. The YOLOv10 paper's T4 and AITemplate's PyTorch rows are other harnesses than their neighbours.
- PyTorch on the H100, our own: batches 1, 8 and 64. At the first two the host sets the pace; it was shared with other processes, and rows of one network differ by up to 1.6 times for it (data/README.md). HF's BERT of 512 tokens takes twice as long compiled as eager.
- Our own measurements in ONNX Runtime: a virtual machine that was shared with other work. Where a softmax runs over another axis than the last (YOLO's boxes) or a picture is resized (SegFormer), ONNX Runtime's CPU kernels take several times what traffic and arithmetic say.

`

// page is docs/accuracy.md; loop is its section on the machine of one's own.
func page(groups, shipped []*group, tables []corpus.Table, loop string, rs *runtimes.Set) string {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("## Slices\n\n| slice | version, source | n | families | unfused median | lowered median | **median** | mean | p90 | within 10 % | within 20 % | Spearman | Kendall | cover |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, g := range groups {
		e := &g.fit.HeldOut
		fmt.Fprintf(&b, "| %s%s | %s | %d | %d | %.0f | %.0f | **%.1f** | %.1f | %.1f | %.0f | %.0f | %.3f | %.3f | %s |\n", g.slice, mark(g, shipped), strings.Trim(g.version+", "+g.source, ", "),
			e.N, g.fit.Calibration.Families, 100*g.fit.Unfused.Median, 100*g.fit.Fused.Median, 100*e.Median, 100*e.Mean, 100*e.P90, 100*e.Within10, 100*e.Within20, e.Spearman, e.Kendall, cover(g.fit))
	}
	b.WriteString("\n`*` marks the calibrations that are shipped.\n\n")
	b.WriteString(reading)
	b.WriteString(loop)
	b.WriteString(transfer(shipped))
	b.WriteString(corrected(sources(shipped), rs))
	b.WriteString(worst(shipped))
	b.WriteString("\n## The tables\n\nRows of the published tables that were read, that name a device, a runtime and a network which are known, and why the others were left out.\n\n")
	corpus.Markdown(&b, tables)
	return b.String()
}

func mark(g *group, shipped []*group) string {
	if slices.Contains(shipped, g) {
		return " `*`"
	}
	return ""
}

func cover(f *validate.Fit) string {
	if f.Calibration.Families < 8 || math.IsNaN(f.Coverage) {
		return "too few"
	}
	return fmt.Sprintf("%.0f", 100*f.Coverage)
}

// speaksFor reports whether an estimate for g's device takes o's calibration where g's is not there.
func (o *group) speaksFor(g *group) bool {
	a, b := o.slice, g.slice
	return o != g && a.Runtime == b.Runtime && a.Precision == b.Precision && a.Threads == b.Threads && o.fit.Calibration.Class == g.fit.Calibration.Class && o.fit.Calibration.Transfers()
}

// transfer predicts each shipped slice from the calibrations of the other devices of its class, as an estimate for a
// device that was never measured does.
func transfer(shipped []*group) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## A device that was never measured\n\nEach slice predicted from the calibrations of the other devices of its class with the same runtime, precision and threads; from what is believed of the runtime before any measurement; and from the others with one factor taken from three measurements. Where no other slice has %d measurements, the prior is what an estimate takes. The priors of ncnn, of OpenVINO and of ONNX Runtime on Jetsons are where one factor for each of these boards and CPUs put them, each judged with the rest: the mean of the others' fits alone does no worse (30.9 %% in the mean of the 62 medians of ncnn, the prior 31.8 %%).\n\n| slice | from | median | mean | prior median | three measurements, median |\n|---|---|---|---|---|---|\n", runtimes.Transferable)
	var ratios, priors []float64
	for _, g := range shipped {
		var others []*runtimes.Calibration
		for _, o := range shipped {
			if o.speaksFor(g) {
				others = append(others, &o.fit.Calibration)
			}
		}
		prior := g.samples[0].Runtime.PriorOn(g.samples[0].Device, g.samples[0].Precision)
		p := predict(prior.Values, g.samples)
		priors = append(priors, inverse(p, g.samples)...)
		t, from := p, "the prior"
		if len(others) > 0 {
			t, from = predict(roofline.Average(others, prior), g.samples), fmt.Sprintf("%d devices", len(others))
			ratios = append(ratios, inverse(t, g.samples)...)
		}
		e, before, three := validate.Judge(t, times(g.samples)), validate.Judge(p, times(g.samples)), factored(t, g.samples)
		fmt.Fprintf(&b, "| %s | %s | **%.1f** | %.1f | %.1f | %s |\n", g.slice, from, 100*e.Median, 100*e.Mean, 100*before.Median, three)
	}
	slices.Sort(ratios)
	slices.Sort(priors)
	fmt.Fprintf(&b, "\n90 %% of measured over predicted lies between %.2f and %.2f from other devices, between %.2f and %.2f from priors: the intervals of those tiers.\n\n",
		validate.Quantile(ratios, 0.05), validate.Quantile(ratios, 0.95), validate.Quantile(priors, 0.05), validate.Quantile(priors, 0.95))
	return b.String()
}

// corrected judges corrections: each held-out prediction corrected by how far the same network was off on other devices.
func corrected(shipped []*group, rs *runtimes.Set) string {
	var b strings.Builder
	b.WriteString("## The same network measured elsewhere\n\nHeld-out predictions corrected by the held-out residual of the same network on other devices with the same runtime (w 0.8), or with another runtime of PyTorch on the same device (w 0.5). *own slice* starts from the slice's own calibration, *never measured* from the other devices'.\n\n| slice | w | n | own slice: without | **with evidence** | p90 | never measured: without | with evidence |\n|---|---|---|---|---|---|---|---|\n")
	ratios := map[runtimes.Kinship][]float64{}
	for _, g := range shipped {
		var others []*runtimes.Calibration
		var residuals []runtimes.Residual
		for _, o := range shipped {
			if o.slice == g.slice {
				continue
			}
			residuals = append(residuals, o.evidence()...)
			if o.speaksFor(g) {
				others = append(others, &o.fit.Calibration)
			}
		}
		var v params.Values
		if len(others) > 0 {
			v = roofline.Average(others, g.samples[0].Runtime.PriorOn(g.samples[0].Device, g.samples[0].Precision))
		}
		table, runtime := runtimes.NewCorrections(residuals), g.samples[0].Runtime
		by := map[runtimes.Kinship]*[5][]float64{} // measured; own slice without and with; other devices without and with
		for i, s := range g.samples {
			e, err := table.Find(runtimes.Subject{Network: s.Network, Slice: g.slice, Class: g.fit.Calibration.Class,
				Related: func(id string) bool { return rs.Related(runtime, id) }})
			if err != nil || e == nil {
				continue
			}
			if by[e.Kinship] == nil {
				by[e.Kinship] = &[5][]float64{}
			}
			own, far := g.fit.Ratios[i]*s.Measured, timing.Sum(&v, s.Terms)
			for k, t := range []float64{s.Measured, own, own * e.Factor, far, far * e.Factor} {
				by[e.Kinship][k] = append(by[e.Kinship][k], t)
			}
			ratios[e.Kinship] = append(ratios[e.Kinship], s.Measured/(own*e.Factor))
		}
		for _, k := range []runtimes.Kinship{runtimes.SameRuntime, runtimes.SameFamily} {
			d := by[k]
			if d == nil || len(d[0]) < least {
				continue
			}
			with := validate.Judge(d[2], d[0])
			far := "- | -"
			if len(others) > 0 {
				far = fmt.Sprintf("%.1f | %.1f", 100*validate.Judge(d[3], d[0]).Median, 100*validate.Judge(d[4], d[0]).Median)
			}
			fmt.Fprintf(&b, "| %s | %.1f | %d | %.1f | **%.1f** | %.1f | %s |\n", g.slice, k.Weight(), with.N, 100*validate.Judge(d[1], d[0]).Median, 100*with.Median, 100*with.P90, far)
		}
	}
	b.WriteString("\n")
	for _, k := range []runtimes.Kinship{runtimes.SameRuntime, runtimes.SameFamily} {
		r := ratios[k]
		slices.Sort(r)
		fmt.Fprintf(&b, "With w %.1f, 90 %% of measured over predicted lies between %.2f and %.2f.\n", k.Weight(), validate.Quantile(r, 0.05), validate.Quantile(r, 0.95))
	}
	b.WriteString("\n")
	return b.String()
}

func predict(p params.Values, samples []*validate.Sample) []float64 {
	out := make([]float64, len(samples))
	for i, s := range samples {
		out[i] = timing.Sum(&p, s.Terms)
	}
	return out
}

func times(samples []*validate.Sample) []float64 {
	out := make([]float64, len(samples))
	for i, s := range samples {
		out[i] = s.Measured
	}
	return out
}

// inverse is measured over predicted.
func inverse(t []float64, samples []*validate.Sample) []float64 {
	out := make([]float64, len(t))
	for i := range t {
		out[i] = samples[i].Measured / t[i]
	}
	return out
}

// factored is the median error on the rest when the median ratio of three measurements, spread over the slice, corrects all.
func factored(t []float64, samples []*validate.Sample) string {
	n := len(t)
	if n < 6 {
		return "too few"
	}
	at := []int{n / 6, n / 2, 5 * n / 6}
	var r, pred, meas []float64
	for _, i := range at {
		r = append(r, samples[i].Measured/t[i])
	}
	slices.Sort(r)
	for i := range t {
		if !slices.Contains(at, i) {
			pred, meas = append(pred, t[i]*r[1]), append(meas, samples[i].Measured)
		}
	}
	return fmt.Sprintf("%.1f", 100*validate.Judge(pred, meas).Median)
}

// worst lists what is furthest off in the slices with many models.
func worst(shipped []*group) string {
	var b strings.Builder
	b.WriteString("## What is furthest off\n\n| slice | model | predicted / measured, held out |\n|---|---|---|\n")
	for _, g := range shipped {
		if len(g.samples) < 50 {
			continue
		}
		order := make([]int, len(g.samples))
		for i := range order {
			order[i] = i
		}
		off := func(i int) float64 { return math.Abs(math.Log(g.fit.Ratios[i])) }
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case off(a) > off(b):
				return -1
			case off(a) < off(b):
				return 1
			}
			return 0
		})
		for _, i := range order[:6] {
			fmt.Fprintf(&b, "| %s | %s | %.2f |\n", g.slice, cmp.Or(g.samples[i].Row.Graph, g.samples[i].Row.Model), g.fit.Ratios[i])
		}
	}
	return b.String()
}
