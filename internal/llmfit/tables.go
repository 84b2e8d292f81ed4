package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// An origin is rows of one kind in one table: which they are, and how a sample is made of one.
type origin struct {
	table, source, runtime string // the start of each; "": any
	engine                 string // that ran them
	build                  int    // of it; 0: new
	read                   func(r *reader, row *measured.Row, s *sample) error
}

// origins lists them in the order in which they are tried. Rows that none takes are read as llama.cpp and MLX print them.
var origins = []origin{
	{"llm", "mlc llm-perf-bench", "MLC", "mlc", 0, readPerfBench},
	{"llm", "mlc llm-perf-bench", "vLLM", "vllm", 2, readPerfBench},
	{"llm", "TensorRT-LLM performance doc", "", "tensorrt-llm", 6, readStatic},
	{"llm", "TensorRT-LLM perf overview", "", "tensorrt-llm", 0, readSaturated},
	{"ml_energy", "ML.ENERGY", "vLLM", "vllm", 5, readEnergy},
	{"openvino", "", "openvino genai", "openvino-genai", 0, readOpenVINO},
	{"aihub", "", "genie", "qnn", 0, readGenie},
	{"aihub", "", "qnn_context_binary", "qnn", 0, readGenie},
	{"edge_misc", "RKLLM", "rkllm", "rkllm", 0, readRockchip},
	{"nvidia_fastertransformer", "", "fastertransformer", "fastertransformer", 0, readFaster},
	{"mlperf_closed", "MLPerf Inference v5.1", "TensorRT", "tensorrt-llm", 0, readOffline},
	{"mlperf_closed", "MLPerf Inference v4.1", "TensorRT", "tensorrt-llm", 0, readOffline},
}

// originOf finds the kind of a row, nil where none takes it.
func originOf(table string, row *measured.Row) *origin {
	for i := range origins {
		o := &origins[i]
		if o.table == table && strings.HasPrefix(row.Source, o.source) && strings.HasPrefix(row.Runtime, o.runtime) {
			return o
		}
	}
	return nil
}

// decoderTables lists the tables of which only the rows of origins are read.
var decoderTables = []string{"ml_energy", "openvino", "aihub", "edge_misc", "nvidia_fastertransformer", "mlperf_closed"}

// sampleOf makes a sample of a row of an origin.
func (r *reader) sampleOf(o *origin, row *measured.Row) (*sample, error) {
	if strings.Contains(row.Notes, "SUSPECT") || strings.Contains(row.Notes, "IMPLAUSIBLE") {
		return nil, fmt.Errorf("suspect")
	}
	if !strings.HasPrefix(row.Task, "llm") && !strings.HasPrefix(row.Task, "LLM") {
		return nil, fmt.Errorf("no language model")
	}
	e, err := llm.Get(o.engine)
	if err != nil {
		return nil, err
	}
	s := &sample{source: row.Source, engine: e.ID, build: o.build, cards: 1, sequences: float64(max(row.Batch, 1))}
	return s, o.read(r, row, s)
}

// place finds the device and the backend of a sample, and the model in a quantisation.
func (r *reader) place(s *sample, device, model, quant string) error {
	if id, ok := deviceNames[device]; ok {
		device = id
	}
	d, err := r.devices.Get(device)
	if err != nil {
		return fmt.Errorf("no profile of %s", device)
	}
	e, err := llm.Get(s.engine)
	if err != nil {
		return err
	}
	b := e.On(d)
	if b == nil {
		return fmt.Errorf("%s does not run on %s", e.ID, d.ID)
	}
	s.device, s.profile, s.backend, s.machine = d.ID, d, b.Name, serve.NewMachine(d, b.OptIn)
	s.machine.Link = serve.Link(d)
	return r.decoder(s, model, quant)
}

// decoder finds the shape of a model and stores it in a quantisation.
func (r *reader) decoder(s *sample, model, quant string) error {
	name, shape := model, decoder.Shape{}
	if g, ok := gpts[model]; ok {
		shape = g
	} else {
		k, err := decoder.Lookup(nameOf(model))
		if err != nil {
			return fmt.Errorf("no shape of %s", model)
		}
		name, shape = k.Name, k.Shape
	}
	q, err := decoder.ParseQuant(quant)
	if err != nil {
		return fmt.Errorf("no quantisation %s", quant)
	}
	s.model, s.quant = name, q
	key := name + " " + q
	if r.models[key] == nil {
		m, err := serve.NewModel(name, "zoo", shape, q)
		if err != nil {
			return err
		}
		r.models[key] = m
	}
	s.m = r.models[key]
	return nil
}

// gpts lists the decoders of FasterTransformer's tables (docs/gpt_guide.md): biases, no gates, learned positions.
var gpts = map[string]decoder.Shape{
	"GPT-350M": gpt(24, 1024, 16), "GPT-1.3B": gpt(24, 2048, 16), "GPT-6.7B": gpt(32, 4096, 32), "GPT-20B": gpt(44, 6144, 64),
	"GPT-89B": gpt(48, 12288, 96), "GPT-175B": gpt(96, 12288, 96), "Megatron-530B": gpt(105, 20480, 128),
}

// gpt returns the shape of a GPT-3 as FasterTransformer runs it.
func gpt(layers, width, heads int64) decoder.Shape {
	return decoder.Shape{Arch: "gpt2", Layers: layers, Width: width, Heads: heads, KV: heads, FFN: 4 * width, Vocabulary: 51200,
		Context: 2048, Tied: true, Ungated: true, QKVBias: true, OutBias: true, FFNBias: true, NormBias: true, Positions: 2048}
}

// tuned lists the ends of names of models that were trained further.
var tuned = regexp.MustCompile(`(?i)(-instruct|-chat|-it|-hf|-v0\.\d|-r$|-alpha1|-4k|-128k|-bf16|-2407|-99\.9|-99|-8b-lx)+`)

// others lists names that tell nothing of the shape.
var others = map[string]string{
	"LLaMA 7B": "llama-7b", "LLaMA 70B": "llama2-70b", "Llama2-70B": "llama2-70b", "Llama 3.3 70B": "llama3.1-70b",
	"Llama-v3-ELYZA-JP-8B": "llama3-8b", "Llama3-TAIDE-LX-8B-Chat-Alpha1": "llama3-8b", "Llama-SEA-LION-v3.5-8B-R": "llama3.1-8b",
	"Llama-v3-8B-Instruct": "llama3-8b", "Llama-v3.1-8B-Instruct": "llama3.1-8b", "Llama-v3.2-1B-Instruct": "llama3.2-1b",
	"Llama-v3.2-3B-Instruct": "llama3.2-3b", "Llama-v2-7B-Chat": "llama2-7b", "Mistral-7B-Instruct-v0.3": "mistral-7b",
	"phi3-4k-mini-instruct": "phi3-mini", "mistral-7b-v0.1": "mistral-7b", "ChatGLM3 6B": "chatglm2-6b", "Phi3 3.8B": "phi3-mini",
	"Phi-3.5-Mini-Instruct": "phi3-mini", "google/gemma-2-27b-it": "gemma2-27b", "google/gemma-2-9b-it": "gemma2-9b",
	"google/gemma-2-2b-it": "gemma2-2b", "mistralai/Mistral-Nemo-Instruct-2407": "mistral-nemo-12b",
	"mistralai/Mixtral-8x22B-Instruct-v0.1": "mixtral-8x22b", "mistralai/Mixtral-8x7B-Instruct-v0.1": "mixtral-8x7b",
	"mistralai/Mistral-7B-Instruct-v0.3": "mistral-7b", "microsoft/Phi-3-mini-4k-instruct": "phi3-mini",
	"microsoft/Phi-3-medium-4k-instruct": "phi3-medium", "meta-llama/Meta-Llama-3.1-8B-Instruct": "llama3.1-8b",
	"meta-llama/Meta-Llama-3.1-70B-Instruct": "llama3.1-70b", "meta-llama/Meta-Llama-3.1-405B-Instruct-FP8": "llama3.1-405b",
	"google/codegemma-7b": "gemma-7b", "codellama/CodeLlama-70b-hf": "llama2-70b", "codellama/CodeLlama-7b-hf": "llama2-7b",
	"codellama/CodeLlama-13b-hf": "llama2-13b", "codellama/CodeLlama-34b-hf": "codellama-34b", "llama3.1-405b": "llama3.1-405b",
	"google/codegemma-1.1-2b": "gemma-2b",
}

// nameOf returns the name of a decoder without its owner and what it was trained further for.
func nameOf(model string) string {
	if n, ok := others[model]; ok {
		return n
	}
	if i := strings.LastIndex(model, "/"); i >= 0 {
		model = model[i+1:]
	}
	return tuned.ReplaceAllString(model, "")
}

// readPerfBench reads one token more at batch 1 over PCIe: 256 tokens behind a prompt of seven words.
func readPerfBench(r *reader, row *measured.Row, s *sample) error {
	device := strings.TrimSuffix(row.Device, " (PCIe)")
	if m := cardsOf.FindStringSubmatch(device); m != nil {
		s.cards, _ = strconv.Atoi(m[1])
		device = strings.TrimSuffix(device, m[0])
	}
	quant := "f16"
	if strings.HasPrefix(row.Precision, "4-bit") {
		quant = "w4g128"
	}
	s.context = 136
	if err := r.place(s, strings.TrimSpace(device), row.Model, quant); err != nil {
		return err
	}
	s.machine.Link = 26e9
	return s.rate(1, row)
}

// rate sets the time of one step, in which each sequence gets a token, of a rate in tokens/s.
func (s *sample) rate(tokens float64, row *measured.Row) error {
	if row.Throughput <= 0 {
		return fmt.Errorf("no rate")
	}
	s.seconds = tokens / row.Throughput
	return nil
}

var (
	lengthsOf = regexp.MustCompile(`^in(\d+)(?:/out(\d+))?$`)
	generate  = regexp.MustCompile(`^prompt=(\d+),generate=(\d+)$`)
	prefixed  = regexp.MustCompile(`^(\d+)x `)
)

// lengths reads the tokens of a prompt and of an answer.
func (s *sample) lengths(of *regexp.Regexp, row *measured.Row) error {
	m := of.FindStringSubmatch(row.InputShape)
	if m == nil {
		return fmt.Errorf("lengths are not stated")
	}
	s.tokens, _ = strconv.ParseInt(m[1], 10, 64)
	s.output, _ = strconv.ParseInt(m[2], 10, 64)
	return nil
}

// split takes the number of devices from behind the name of one.
func (s *sample) split(device string) string {
	if m := cardsOf.FindStringSubmatch(device); m != nil {
		s.cards, _ = strconv.Atoi(m[1])
		device = strings.TrimSuffix(device, m[0])
	}
	if m := prefixed.FindStringSubmatch(device); m != nil {
		s.cards, _ = strconv.Atoi(m[1])
		device = strings.TrimPrefix(device, m[0])
	}
	return strings.TrimSpace(device)
}

// widths lists names of precisions in tables of servers.
var widths = map[string]string{"fp8": "fp8", "fp4": "nvfp4", "fp16": "f16", "bf16": "f16", "w4a16": "w4", "w4": "w4", "w8a8": "w8",
	"w4a16_g128": "w4g128", "int4-weight": "w4g128", "int8-weight": "w8", "": "f16"}

// readStatic reads whole static batches, whose rate is per GPU, and first tokens.
func readStatic(r *reader, row *measured.Row, s *sample) error {
	if err := s.lengths(lengthsOf, row); err != nil {
		return err
	}
	device := s.split(row.Device)
	if device == "NVIDIA A100" { // of a machine with NVLink
		device = "a100-sxm4-80"
	}
	if err := r.place(s, device, row.Model, widths[row.Precision]); err != nil {
		return err
	}
	if s.output == 0 {
		s.reading, s.seconds = true, row.Latency
		return nil
	}
	return s.rate(s.sequences*float64(s.output)/float64(s.cards), row)
}

// readSaturated reads rates at maximum load, of all devices together.
func readSaturated(r *reader, row *measured.Row, s *sample) error {
	if err := s.lengths(lengthsOf, row); err != nil {
		return err
	}
	s.load = true
	if err := r.place(s, s.split(row.Device), row.Model, widths[row.Precision]); err != nil {
		return err
	}
	return s.rate(1, row)
}

var running = regexp.MustCompile(`batch as published: ([\d.]+)`)
var written = regexp.MustCompile(`of ([\d.]+) output tokens`)
var split = regexp.MustCompile(`TP (\d+) PP (\d+)`)

// readEnergy reads the time of one token more while so many requests run. Prompts are those of ShareGPT, whose
// lengths the table does not state: 250 tokens are taken.
func readEnergy(r *reader, row *measured.Row, s *sample) error {
	s.sequences = float64(row.Batch)
	if m := running.FindStringSubmatch(row.Notes); m != nil {
		s.sequences, _ = strconv.ParseFloat(m[1], 64)
	}
	p, o := split.FindStringSubmatch(row.Notes), written.FindStringSubmatch(row.Notes)
	if s.sequences < 1 || p == nil || p[2] != "1" || o == nil {
		return fmt.Errorf("batch, split or lengths are not stated")
	}
	length, _ := strconv.ParseFloat(o[1], 64)
	quant := "f16"
	if strings.HasSuffix(row.Model, "-FP8") {
		quant = "fp8"
	}
	if err := r.place(s, s.split(row.Device), row.Model, quant); err != nil {
		return err
	}
	if s.cards > 8 || strconv.Itoa(s.cards) != p[1] {
		return fmt.Errorf("several machines")
	}
	s.tokens, s.output, s.served = 250, int64(length), true
	s.seconds = row.Latency
	return nil
}

// readOpenVINO reads one token more of one request.
func readOpenVINO(r *reader, row *measured.Row, s *sample) error {
	device := strings.TrimSuffix(strings.TrimSuffix(row.Device, " (2 sockets)"), " CPU")
	s.context = 64
	if err := r.place(s, device, row.Model, widths[row.Precision]); err != nil {
		return err
	}
	s.seconds = row.Latency
	return nil
}

// readGenie reads one token more, and the first one behind a chunk of 128; the cache holds 8-bit values, and all of its
// context is read.
func readGenie(r *reader, row *measured.Row, s *sample) error {
	length, _ := strconv.ParseFloat(strings.TrimPrefix(row.InputShape, "context_length="), 64)
	if length == 0 {
		return fmt.Errorf("lengths are not stated")
	}
	if err := r.place(s, row.Device, row.Model, widths[row.Precision]); err != nil {
		return err
	}
	s.width, s.context = 1, length
	if strings.Contains(row.Task, "ttft") {
		if !strings.Contains(row.Notes, "minimum") {
			return fmt.Errorf("a maximum that was not measured")
		}
		s.reading, s.tokens, s.seconds = true, 128, row.Latency
		return nil
	}
	return s.rate(1, row)
}

// readRockchip reads a row of Rockchip's tables.
func readRockchip(r *reader, row *measured.Row, s *sample) error {
	if err := s.lengths(generate, row); err != nil {
		return err
	}
	if err := r.place(s, row.Device, row.Model, widths[row.Precision]); err != nil {
		return err
	}
	s.context = float64(s.tokens) + float64(s.output)/2
	s.output = 0
	if strings.Contains(row.Task, "ttft") {
		s.reading, s.seconds = true, row.Latency
		return nil
	}
	return s.rate(1, row)
}

var ways = regexp.MustCompile(`(\d+)-way TP|TP-(\d+), PP-(\d+)|tensor parallel (\d+)`)

// readFaster reads whole answers of static batches within one machine.
func readFaster(r *reader, row *measured.Row, s *sample) error {
	if err := s.lengths(generate, row); err != nil {
		return err
	}
	if m := ways.FindStringSubmatch(row.Runtime + " " + row.Notes); m != nil {
		s.cards, _ = strconv.Atoi(m[1] + m[2] + m[4])
		if m[3] != "" && m[3] != "1" {
			return fmt.Errorf("layers are split too")
		}
	}
	if s.cards > 8 {
		return fmt.Errorf("several machines")
	}
	if err := r.place(s, "a100-sxm4-80", row.Model, "f16"); err != nil {
		return err
	}
	s.seconds = row.Latency
	return nil
}

// offline lists the mean lengths of the inputs and outputs of MLPerf's data sets.
var offline = map[string][2]int64{"llama2-70b-99": {300, 293}, "llama2-70b-99.9": {300, 293}, "llama3.1-405b": {9428, 684}}

// readOffline reads the saturated rate of a machine; its devices share the model as is best.
func readOffline(r *reader, row *measured.Row, s *sample) error {
	n, ok := offline[row.Model]
	if !ok || !strings.Contains(row.Notes, "scenario=Offline") {
		return fmt.Errorf("lengths are not stated")
	}
	if strings.Contains(row.Device, "nodes") {
		return fmt.Errorf("several machines")
	}
	device := s.split(row.Device)
	for _, known := range []struct{ part, id string }{{"GB200", "gb200"}, {"B200", "b200"}, {"H200", "h200-sxm"}, {"H100-SXM", "h100-sxm5"},
		{"H100-NVL", "h100-nvl"}} {
		if strings.Contains(device, known.part) {
			device = known.id
			break
		}
	}
	s.load, s.best = true, true
	s.tokens, s.output = n[0], n[1]
	quant := widths[row.Precision]
	if row.Precision == "fp16" { // the form says fp16 where the weights are in fp8, and on B200 in fp4
		quant = "fp8"
		if device == "b200" {
			quant = "nvfp4"
		}
	}
	if !strings.Contains(row.Notes, "unit=tokens/s") {
		return fmt.Errorf("the same row in other units")
	}
	if err := r.place(s, device, row.Model, quant); err != nil {
		return err
	}
	return s.rate(1, row)
}
