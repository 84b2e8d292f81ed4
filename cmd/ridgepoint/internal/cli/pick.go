package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// budgetFlags say what a model may use.
type budgetFlags struct {
	fps     float64
	latency time.Duration
	memory  string
	risk    riskFlag
}

// pickCommand returns the command that ranks models and devices that meet a budget. It exits with 1
// where none does.
func pickCommand(a *app) *cobra.Command {
	var (
		search searchFlags
		limit  = budgetFlags{risk: riskFlag(usualRisk)}
		top    int
		out    output
		plot   picture
		talk   talkFlags
		rank   rankFlags
		frames string
	)
	cmd := &cobra.Command{
		Use:   "pick [MODEL...] --device DEVICE... (--fps N | --max-latency TIME) [--max-memory SIZE]",
		Short: "Say which models fit a budget on which devices, and what would make the others fit",
		Long: `Rank models by a budget. Those whose whole 90 % interval is within it come first, then those
that are expected to be with a margin (--risk), then the others; within each the most accurate first where accuracies are
known by one metric, else the largest. Without models, the built-in ones of a --task are searched.
For the first few that do not fit: by how much, and the first change that would make them, such as
batch 1, a narrower type, a smaller image. With lists of sizes and precisions each model runs in the
first way that fits, large sizes first, precisions as given. Several devices give a matrix.
--most-efficient and --cheapest rank what fits by its energy or its cost, and say what the figures assume.

With --context, --tokens-per-s, --ttft or --quant language models are judged: each in the
quantisation that costs the least quality among those that have room and are fast enough, ranked by
the quality figure that most of them share.`,
		Example: `  ridgepoint pick --task detection --device jetson-orin-nano-8-super --runtime tensorrt --precision fp16 --fps 30
  ridgepoint pick a.onnx b.onnx --device rpi-5 --max-latency 33ms --max-memory 512MiB
  ridgepoint pick zoo:yolo11s zoo:yolo11m --device rpi-5 --size 320..640:32 --precision fp32,int8 --fps 10
  ridgepoint pick zoo:yolo11m --devices class=jetson --precision fp16 --fps 30
  ridgepoint pick --task "text generation" --device rtx3060 --quant q4_k_m,q5_k_m,q8_0,f16 --context 8192 --tokens-per-s 20
  ridgepoint pick zoo:yolo11n --devices class=jetson --precision fp16 --fps 30 --most-efficient
  ridgepoint pick zoo:yolo11n zoo:yolo11s --pipeline camera.yaml --device jetson-orin-nano-8-super --fps 30`,
		Args: positional(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, models []string) error {
			if talk.asked(cmd) {
				return talk.run(a, cmd, &search, &limit, models, top, &out)
			}
			budget, err := limit.budget()
			if err != nil {
				return err
			}
			by, err := rank.ranking()
			if err != nil {
				return err
			}
			if frames != "" {
				return a.pickFrames(cmd.Context(), frames, &search, models, &rank, &limit, &out)
			}
			found, err := search.run(cmd.Context(), a, models)
			if err != nil {
				return err
			}
			rank.unpriced(a, by.Prices, found.Devices)
			if len(found.Devices) > 1 {
				if plot.path != "" {
					return usagef("--plot takes one device")
				}
				rows := found.Choose(budget)
				if err := a.write(&out, report.Matrix(budget, found.Devices, rows, by)); err != nil {
					return err
				}
				return anyFits(slices.Concat(rows...))
			}
			choices := found.Pick(budget)
			if err := a.write(&out, report.Pick(budget, choices, top, by)); err != nil {
				return err
			}
			if plot.path != "" {
				fig, err := ridgepoint.PlotPick(budget, choices)
				if err != nil {
					return err
				}
				if err := a.draw(fig, &plot); err != nil {
					return err
				}
			}
			return anyFits(choices)
		},
	}
	search.add(cmd)
	talk.add(cmd)
	rank.add(cmd)
	cmd.Flags().StringVar(&frames, "pipeline", "", "judge each model in the place of the first inference of a pipeline `FILE`, by --fps (ridgepoint pipeline)")
	out.addReport(a, cmd)
	cmd.Flags().IntVar(&top, "top", 0, "show the first rows only (default: all)")
	plot.add(cmd, "also draw accuracy over latency and over work, to a .png, .svg or .pdf `FILE`")
	cmd.Flags().Float64Var(&limit.fps, "fps", 0, "samples per second at least")
	cmd.Flags().DurationVar(&limit.latency, "max-latency", 0, "`TIME` of one inference at most, for example 33ms")
	cmd.Flags().StringVar(&limit.memory, "max-memory", "", "weights and activations at most, `SIZE` for example 512MiB (default: what the device has)")
	cmd.Flags().Var(&limit.risk, "risk",
		"`MARGIN`: how many times the expected latency must be within the budget, or interval for its whole 90 % interval")
	return cmd
}

// usualRisk costs a quarter of a point of accuracy and saves more than half of the picks that would miss their budget
// (docs/accuracy.md).
const usualRisk = 1.15

// A riskFlag is a factor of 1 or more, or interval.
type riskFlag float64

// Set takes a factor from 1 to 100 by which the expected latency may be exceeded, or "interval" for
// the high end.
func (r *riskFlag) Set(text string) error {
	if text == "interval" {
		*r = riskFlag(math.Inf(1))
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 1 && v <= 100) {
		return fmt.Errorf("found %q, expected a factor from 1 to 100, such as 1.15, or interval", text)
	}
	*r = riskFlag(v)
	return nil
}

// String returns the factor, or "interval".
func (r *riskFlag) String() string {
	if math.IsInf(float64(*r), 1) {
		return "interval"
	}
	return strconv.FormatFloat(float64(*r), 'g', -1, 64)
}

// Type returns the word for the value in help texts.
func (r *riskFlag) Type() string { return "MARGIN" }

// anyFits returns the answer no if no choice is within its budget.
func anyFits(choices []ridgepoint.Choice) error {
	if slices.ContainsFunc(choices, func(c ridgepoint.Choice) bool { return c.Verdict.Fits() }) {
		return nil
	}
	return nof("nothing fits the budget")
}

// budget returns the budget in seconds, FPS and bytes. At least one limit must be given.
func (f *budgetFlags) budget() (b ridgepoint.Budget, err error) {
	if f.fps == 0 && f.latency == 0 && f.memory == "" {
		return b, usagef("give a budget: --fps 30, --max-latency 33ms or --max-memory 512MiB")
	}
	b.FPS, b.Latency, b.Risk = f.fps, f.latency.Seconds(), float64(f.risk)
	if f.memory != "" {
		v, err := ridgepoint.ParseFigure(f.memory, ridgepoint.Memory)
		if err != nil {
			return b, usagef("--max-memory: %v", err)
		}
		if v >= math.MaxInt64 {
			return b, usagef("--max-memory %s: expected less than 9.2 EB", f.memory)
		}
		b.Memory = int64(v)
	}
	return b, nil
}
