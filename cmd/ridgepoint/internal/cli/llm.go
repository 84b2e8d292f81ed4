package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// llmFlags say how a language model is served.
type llmFlags struct {
	ridgepoint.ServingOptions
	devices []string
	quants  string
	sweep   string
	price   float64
	request ridgepoint.RequestOptions
	picture picture
}

// add adds the flags on a language model's storage, load and devices.
func (f *llmFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVarP(&f.devices, "device", "d", nil, "`DEVICE` to serve on: an id, an alias, id@MODE, or the path of a profile (repeatable, or a list)")
	fl.StringVar(&f.Runtime, "runtime", "", "`ENGINE`, with @BUILD for an older one: "+strings.Join(ridgepoint.LanguageEngines(), "|")+" (default: the usual one of the device)")
	fl.StringVar(&f.quants, "quant", "", "store weights as `TYPE`, or a list to compare: q4_k_m, q8_0, f16, w4g128, fp8, mxfp4 and others (default: the engine's usual one, or the file's own)")
	fl.StringVar(&f.Cache, "kv", "", "`TYPE` of the key-value cache (default: f16)")
	fl.Int64Var(&f.Prompt, "prompt", 2048, "`TOKENS` of a prompt")
	fl.Int64Var(&f.Output, "answer", 256, "`TOKENS` of an answer")
	fl.Int64Var(&f.Batch, "batch", 1, "`SEQUENCES` that are read and written together")
	fl.Int64Var(&f.Concurrency, "concurrency", 0, "serve `N` requests at once, a new one as soon as one ends")
	fl.BoolVar(&f.Load, "max-load", false, "serve as many requests at once as have room")
	fl.IntVar(&f.GPUs, "gpus", 1, "`N` devices, which share layers or each layer as the engine does")
	fl.IntVar(&f.TP, "tp", 1, "`N` devices that share each layer")
	fl.IntVar(&f.PP, "pp", 1, "`N` devices that share the layers")
	fl.StringVar(&f.Draft, "draft", "", "built-in `MODEL` that writes ahead")
	fl.Float64Var(&f.Accept, "accept", 0.7, "`SHARE` of what the draft writes that is accepted")
	fl.Int64Var(&f.Ahead, "draft-tokens", 4, "`TOKENS` that the draft writes at once")
	fl.Float64Var(&f.price, "price", 0, "`PRICE` of one device for an hour, to print that of a million tokens")
	fl.StringVar(&f.Memory, "memory", "", "`SIZE` of each device's main memory, such as 24GB (default: its profile's)")
	fl.StringVar(&f.Measured, "measured", "", "correct the forecast by own runs of the model on the device in `FILE`: the output of llama-bench, vllm bench, trtllm-bench or mlx_lm")
	fl.DurationVar(&f.request.Audio, "audio", 0, "`TIME` of sound that Whisper hears, such as 10m (default 30s)")
	fl.Int64Var(&f.request.Images, "images", 0, "`PICTURES` that a diffusion model makes, or that a language model sees")
	fl.Int64Var(&f.request.Steps, "steps", 0, "`STEPS` of the denoiser for each picture (default 30)")
	fl.StringVar(&f.sweep, "sweep", "", "vary one of context, batch or quant: `AXIS=LIST`, such as context=512..131072")
	f.picture.add(cmd, "also draw the sweep, to a .png, .svg or .pdf `FILE`")
	if err := cmd.MarkFlagRequired("device"); err != nil {
		panic(err) // the flag was added above
	}
	bySettings(cmd, "device")
}

// llmCommand returns the command that says whether a language model fits and how fast it reads and
// writes.
func llmCommand(a *app) *cobra.Command {
	var f llmFlags
	var out output
	cmd := &cobra.Command{
		Use:   "llm MODEL --device DEVICE...",
		Short: "Say whether a language model fits, and how fast it reads and writes",
		Long: `Forecast a language model: the memory it takes, the time to the first token of an answer, the
time of each next one, and the whole answer, each with an interval and what bounds it. MODEL is
a built-in model such as zoo:llama3-8b, a .gguf file, or a config.json or its folder. Several
devices or quantisations give a table of comparison. Own runs in --measured move the forecast by
n/(n+3) of what n of them say, less where they disagree. Other generators answer whole requests:
whisper-SIZE over --audio, sd15 and sdxl over --images and --steps.`,
		Example: `  ridgepoint llm zoo:llama3-8b --device rtx3060 --quant q4_k_m --prompt 2048 --answer 256
  ridgepoint llm zoo:gpt-oss-20b --device rtx4090,apple-m4-max --quant mxfp4
  ridgepoint llm zoo:llama3-70b --device rtx3090 --gpus 2 --quant q4_k_m,q3_k_m
  ridgepoint llm zoo:llama3-8b --device h100-sxm5 --runtime vllm --max-load --price 2.5
  ridgepoint llm zoo:qwen3-8b --device rtx4090 --sweep context=512..32768 --plot context.svg
  ridgepoint llm sdxl --device rtx4090 --images 4 --steps 30`,
		Args: positional(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			if f.picture.path != "" && f.sweep == "" {
				return usagef("found --plot without --sweep, expected both: a picture shows what varies")
			}
			if ridgepoint.IsGenerator(list[0]) {
				return f.generate(a, &out, list[0])
			}
			if f.request.Audio != 0 || f.request.Steps != 0 {
				return usagef("found --audio or --steps for %s, expected one of %s", list[0],
					strings.Join(ridgepoint.Generators(), ", "))
			}
			f.Images = f.request.Images
			all, err := f.run(a, list[0])
			if err != nil {
				return err
			}
			if err := a.write(&out, report.LLM(all, f.price)); err != nil || f.picture.path == "" {
				return err
			}
			axis, _, _ := strings.Cut(f.sweep, "=")
			figure, err := ridgepoint.PlotServing(axis, all)
			if err != nil {
				return err
			}
			return a.draw(figure, &f.picture)
		},
	}
	f.add(cmd)
	out.addReport(a, cmd)
	return cmd
}

// generate answers a whole request of another generator on every device.
func (f *llmFlags) generate(a *app, out *output, model string) error {
	rp := a.open(ridgepoint.Config{})
	f.request.Runtime = f.Runtime
	var all []*ridgepoint.Request
	for _, d := range listed(f.devices) {
		r, err := rp.Generate(model, d, &f.request)
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	return a.write(out, report.Requests(all))
}

// run answers every device, quantisation and step of a sweep.
func (f *llmFlags) run(a *app, model string) ([]*ridgepoint.Serving, error) {
	f.Load = f.Load || f.Concurrency > 0
	axis, values, quants, err := f.axis()
	if err != nil {
		return nil, err
	}
	rp := a.open(ridgepoint.Config{})
	var all []*ridgepoint.Serving
	for _, d := range listed(f.devices) {
		for _, q := range quants {
			for _, v := range values {
				o := f.ServingOptions
				o.Quant = q
				switch axis {
				case "context":
					o.Prompt = max(v-o.Output, 1)
				case "batch":
					o.Batch = v
				}
				one, err := rp.Serve(model, d, &o)
				if err != nil {
					return nil, err
				}
				all = append(all, one)
			}
		}
	}
	return all, nil
}

// axis reads what is varied.
func (f *llmFlags) axis() (axis string, values []int64, quants []string, err error) {
	quants = listed([]string{f.quants})
	values = []int64{0}
	if f.sweep == "" {
		return "", values, quants, nil
	}
	axis, list, _ := strings.Cut(f.sweep, "=")
	switch axis {
	case "quant":
		return axis, values, listed([]string{list}), nil
	case "context", "batch":
		values, err = ridgepoint.ParseList(list)
		if err != nil {
			err = usage(err)
		}
		return axis, values, quants, err
	}
	return "", nil, nil, usagef("found --sweep %q, expected context=LIST, batch=LIST or quant=LIST", f.sweep)
}

// listed splits flags that may hold comma-separated lists.
func listed(flags []string) []string {
	var out []string
	for _, list := range flags {
		for _, name := range strings.Split(list, ",") {
			out = append(out, strings.TrimSpace(name))
		}
	}
	return out
}
