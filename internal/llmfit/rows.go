package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ridgepoint/ridgepoint/graph/decoder"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/hwprofiles/runtimes/llm"
	"github.com/ridgepoint/ridgepoint/roofline/measured"
	"github.com/ridgepoint/ridgepoint/roofline/serve"
)

// A sample is one measured time of a language model: of a prompt, or of one more token.
type sample struct {
	source, device, model, quant string
	engine, backend              string
	build                        int // 0: not known, taken for new
	reading                      bool
	tokens, past                 int64 // of the prompt; behind so many
	context                      float64
	sequences                    float64
	cards                        int
	chunk                        int64   // tokens of a prompt read at once; 0: the engine's own
	output                       int64   // tokens written, where whole answers are timed
	load                         bool    // seconds of one token of all sequences together, at maximum load
	served                       bool    // seconds of one more token while so many sequences are read and written in turn
	best                         bool    // devices share the model as is best
	width                        float64 // bytes of an element of the cache; 0: 2
	seconds                      float64

	m       *serve.Model
	machine *serve.Machine
	profile *hwprofiles.Device
}

// A reader turns rows of published tables into samples.
type reader struct {
	devices *hwprofiles.Catalog
	models  map[string]*serve.Model
	missed  map[string]int
}

// tables lists the tables with language models, of which latencies of one request or batch are published.
var tables = []string{"llm", "llamacpp_scoreboard", "llm_misc", "mlx_llm_m4pro", "ik_llama_cpu"}

// read reads the tables and counts rows that are left out by their reason.
func (r *reader) read(shared string) ([]*sample, error) {
	var out []*sample
	for _, table := range slices.Concat(tables, decoderTables) {
		rows, err := measured.ReadFile(filepath.Join(shared, "measured", table+".csv.gz"))
		if err != nil {
			return nil, err
		}
		for i := range rows {
			s, err := r.sample(table, &rows[i])
			if err != nil {
				r.missed[err.Error()]++
				continue
			}
			out = append(out, s)
		}
	}
	return medians(out), nil
}

var (
	cardsOf  = regexp.MustCompile(` x(\d+)$`)
	buildOf  = regexp.MustCompile(`(?:build |b)(\d{3,5})\b|\((\d{3,5})\)`)
	coresOf  = regexp.MustCompile(`\((\d+)-core GPU`)
	phaseOf  = regexp.MustCompile(`^(pp|tg)(\d+)(?:@d(\d+))?`)
	mlxOf    = regexp.MustCompile(`^prompt (\d+)(?:, generate ([\d.]+))?$`)
	chunkOf  = regexp.MustCompile(`n_ubatch (?:= )?(\d+)`)
	trailing = regexp.MustCompile(`\s*\(.*?\)`)
)

// sample returns a row as a sample, or why it is none.
func (r *reader) sample(table string, row *measured.Row) (*sample, error) {
	if o := originOf(table, row); o != nil {
		return r.sampleOf(o, row)
	}
	if slices.Contains(decoderTables, table) {
		return nil, fmt.Errorf("no language model")
	}
	if strings.Contains(row.Notes, "SUSPECT") || strings.Contains(row.Notes, "IMPLAUSIBLE") {
		return nil, fmt.Errorf("suspect")
	}
	engine, err := engineOf(row)
	if err != nil {
		return nil, err
	}
	s := &sample{source: row.Source, engine: engine.ID, cards: 1, sequences: float64(max(row.Batch, 1))}
	if err := s.phase(row); err != nil {
		return nil, err
	}
	if b := buildOf.FindStringSubmatch(row.Version); b != nil {
		s.build, _ = strconv.Atoi(b[1] + b[2])
	}
	if c := chunkOf.FindStringSubmatch(row.Notes); c != nil {
		s.chunk, _ = strconv.ParseInt(c[1], 10, 64)
	}
	if strings.Contains(row.Notes, "build 8e672ef (2023-11)") && oldChip(row.Device) {
		s.build = 1500
	}
	if strings.HasPrefix(row.Source, "mlc llm-perf-bench") { // of autumn 2023
		s.build = 1300
	}
	d, err := r.device(row, s)
	if err != nil {
		return nil, err
	}
	b := engine.On(d)
	if b == nil {
		return nil, fmt.Errorf("engine does not run on the device")
	}
	if strings.Contains(row.Runtime, "Vulkan") && d.Vendor == "NVIDIA" {
		b = engine.Backend("vulkan")
	}
	s.backend = b.Name
	s.machine = serve.NewMachine(d, b.OptIn)
	s.bin(row.Device)
	if s.m, err = r.model(row, s); err != nil {
		return nil, err
	}
	return s, s.time(row, d)
}

// oldChip reports whether a row of the scoreboard is of the build of 2023 that it names for older chips.
func oldChip(device string) bool {
	for _, chip := range []string{"M1", "M2", "M3 (", "M3 Pro", "M3 Max"} {
		if strings.Contains(device, chip) {
			return true
		}
	}
	return false
}

// engineOf returns the engine of a row. A row that does not state what was run is an error.
func engineOf(row *measured.Row) (*llm.Engine, error) {
	name := row.Runtime
	switch {
	case strings.HasPrefix(strings.ToLower(name), "llama.cpp"):
		name = "llama-cpp"
	case strings.HasPrefix(name, "ollama or llama.cpp") && strings.Contains(row.Notes, "ran on CPU"):
		name = "llama-cpp"
	case strings.HasPrefix(name, "LM Studio (llama"), strings.HasPrefix(name, "Ollama"):
		return nil, fmt.Errorf("type of the GGUF file is not stated")
	}
	if strings.Contains(row.Runtime, "ROCm") || strings.Contains(row.Runtime, "HIP") || strings.Contains(row.Runtime, "OpenBLAS") {
		return nil, fmt.Errorf("backend is not modelled")
	}
	e, err := llm.Get(name)
	if err != nil {
		return nil, fmt.Errorf("engine is not modelled")
	}
	return e, nil
}

// phase reads what was timed from the shape of the input.
func (s *sample) phase(row *measured.Row) error {
	shape := row.InputShape
	num := func(t string) int64 { n, _ := strconv.ParseFloat(t, 64); return int64(n) }
	switch m, x := phaseOf.FindStringSubmatch(shape), mlxOf.FindStringSubmatch(shape); {
	case strings.Contains(shape, "+"):
		return fmt.Errorf("prompt and output in one figure")
	case m != nil && m[1] == "pp":
		s.reading, s.tokens, s.past = true, num(m[2]), num(m[3])
	case m != nil:
		s.context = float64(num(m[3])) + float64(num(m[2]))/2
		if strings.Contains(row.Source, "main timings") { // a window of 512 tokens, which is shifted
			s.context = min(494+s.context, 384)
		}
	case x != nil && x[2] == "":
		s.reading, s.tokens = true, num(x[1])
	case x != nil:
		s.context = float64(num(x[1])) + float64(num(x[2]))/2
	case shape == "decode, short prompt":
		s.context = 200
	case strings.HasPrefix(shape, "decode 256 tokens"):
		s.context = 136
	case strings.HasPrefix(shape, "prompt 5 tokens"):
		s.context = 105
	default:
		return fmt.Errorf("input shape is not a phase")
	}
	return nil
}

var deviceNames = map[string]string{
	"Apple M4 Pro GPU": "apple-m4-pro", "A100-80GB": "a100-sxm4-80", "A100": "a100-pcie-80", "NVIDIA A100": "a100-pcie-80",
	"NVIDIA A100-80GB": "a100-sxm4-80", "H100 80GB": "h100-sxm5", "NVIDIA H100": "h100-pcie", "A10G": "a10g",
	"NVIDIA A100-SXM4-80GB": "a100-sxm4-80", "NVIDIA A100 80GB PCIe": "a100-pcie-80", "NVIDIA H100 PCIe": "h100-pcie",
	"AMD Ryzen 9 7950X CPU": "ryzen-7950x", "DGX Spark": "dgx-spark", "AMD Ryzen AI Max+ 395": "strix-halo",
	"NVIDIA RTX 3060": "rtx3060", "NVIDIA GeForce RTX 3080": "rtx3080", "Radeon RX 7900 XTX": "rx7900xtx",
	"NVIDIA H100-HBM3-80GB": "h100-sxm5", "NVIDIA B200 180GB": "b200", "NVIDIA H100 SXM 80GB": "h100-sxm5",
	"NVIDIA H200 141GB": "h200-sxm", "NVIDIA A100-SXM4-40GB": "a100-sxm4-40", "NVIDIA H100 80GB HBM3": "h100-sxm5",
	"RTX 4090": "rtx4090", "RTX 3090 Ti": "rtx3090ti", "7900 XTX": "rx7900xtx",
	"Intel Data Center GPU Flex 170": "flex-170", "Intel Xeon Platinum 8380": "xeon-8380", "Intel Xeon Platinum 8480+": "xeon-8480plus",
	"Intel Core i9-13900K": "core-i9-13900k", "Intel Arc A770M": "arc-a770m", "Intel Core i7-1360P iGPU": "core-i7-1360p-igpu",
	"Snapdragon 8 Elite QRD": "snapdragon-8elite-npu", "Snapdragon 8 Elite Gen 5 QRD": "snapdragon-8elite-gen5-npu",
	"Snapdragon X Elite CRD": "snapdragon-x-elite", "SA8295P ADP": "sa8295p-npu", "Rockchip RK3576 NPU": "rk3576-npu",
	"Rockchip RK3562 NPU": "rk3562-npu", "Rockchip RV1126B NPU": "rv1126b-npu",
	"host CPU of Apple M1 Max": "apple-m1-max-cpu", "host CPU of Apple M3": "apple-m3-cpu", "Pi 400 - 4GB": "rpi-400",
	"Pi 5 - 8GB": "rpi-5", "Pi 5 - 16GB": "rpi-5", "Pi 500+ - 16GB": "rpi-5",
	"Intel Arc B580": "arc-b580", "Intel Arc A770": "arc-a770", "NVIDIA A40": "a40", "NVIDIA RTX A6000": "rtx-a6000",
}

// device finds the profile of a row's device, and how many of it there were.
func (r *reader) device(row *measured.Row, s *sample) (*hwprofiles.Device, error) {
	name := row.Device
	if strings.Contains(name, "Custom PC") || strings.Contains(name, "CM5") || strings.Contains(name, "Cluster") {
		return nil, fmt.Errorf("system is not one device")
	}
	if strings.Contains(row.Notes, "ran on GPU") { // a card behind a board, which takes up to 60 % of its rate
		return nil, fmt.Errorf("a card in another computer")
	}
	if m := cardsOf.FindStringSubmatch(name); m != nil {
		s.cards, _ = strconv.Atoi(m[1])
		name = strings.TrimSuffix(name, m[0])
	}
	name = strings.TrimSpace(trailing.ReplaceAllString(name, ""))
	if id, ok := deviceNames[name]; ok {
		name = id
	}
	if strings.HasPrefix(name, "Apple M") && !strings.Contains(name, "CPU") {
		name = strings.ToLower(strings.ReplaceAll(name, " ", "-"))
	}
	if name == "Apple M2 Max CPU" {
		name = "apple-m2-max-cpu"
	}
	d, err := r.devices.Get(name)
	if err != nil {
		return nil, fmt.Errorf("no profile of %s", name)
	}
	s.device, s.profile = d.ID, d
	return d, nil
}

// bin scales a machine to the number of cores that a row states; binned chips also have slower memory.
func (s *sample) bin(device string) {
	m := coresOf.FindStringSubmatch(device)
	if m == nil {
		return
	}
	full := map[string]float64{"apple-m1": 8, "apple-m1-pro": 16, "apple-m1-max": 32, "apple-m1-ultra": 64, "apple-m2": 10,
		"apple-m2-pro": 19, "apple-m2-max": 38, "apple-m2-ultra": 76, "apple-m3": 10, "apple-m3-pro": 18, "apple-m3-max": 40,
		"apple-m3-ultra": 80, "apple-m4": 10, "apple-m4-pro": 20, "apple-m4-max": 40}[s.device]
	n, _ := strconv.ParseFloat(m[1], 64)
	if full == 0 || n >= full {
		return
	}
	s.machine.Clocks *= n / full
	s.machine.Peak *= n / full
	if memory := map[string]float64{"apple-m3-max": 0.75, "apple-m4-max": 410. / 546}[s.device]; memory > 0 {
		s.machine.Bandwidth *= memory
	}
}

var modelWords = strings.NewReplacer("(MoE)", "", " MoE", "", "MXFP4", "", "-Instruct", "", "-Coder", "", "-coder", "", "-Q8_0", "", " Q8_0", "", " Q4_0", "",
	"-it", "", "-2507", "", "Deepseek-R1-Distill-7B", "qwen2.5-7b", "Distill-Qwen", "")

var quantNames = map[string]string{"q4_k_medium": "q4_k_m", "4-bit weight, fp16 activation": "q4_0", "mxfp4_moe": "mxfp4", "bf16": "f16", "fp16": "f16",
	"not printed (see thread)": "q4_k_m", "int8-weight": "w8", "int4-weight g32": "w4g32", "q4 (group 64)": "w4g64"}

// model returns the decoder that a row names, in the quantisation that it names.
func (r *reader) model(row *measured.Row, s *sample) (*serve.Model, error) {
	name := strings.TrimSpace(modelWords.Replace(row.Model))
	k, err := decoder.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("no shape of %s", row.Model)
	}
	quant := strings.ToLower(strings.Split(row.Precision, " - ")[0])
	if q, ok := quantNames[quant]; ok {
		quant = q
	}
	if strings.HasPrefix(quant, "gguf") && strings.Contains(row.Model, "Q8_0") {
		quant = "q8_0"
	}
	switch s.engine {
	case "mlx":
		quant = map[string]string{"int4": "w4g64", "int8": "w8g64", "q4": "w4g64", "q8": "w8g64"}[quant]
		if quant == "" {
			quant = "f16"
		}
	case "llama-cpp":
		quant = map[string]string{"int4": "q4_k_m", "int8": "q8_0"}[quant] + map[bool]string{true: quant}[quant != "int4" && quant != "int8"]
	}
	q, err := decoder.ParseQuant(quant)
	if err != nil {
		return nil, fmt.Errorf("no quantisation %s", quant)
	}
	s.model, s.quant = k.Name, q
	key := k.Name + " " + q
	if r.models[key] == nil {
		m, err := serve.NewModel(k.Name, "zoo", k.Shape, q)
		if err != nil {
			return nil, err
		}
		r.models[key] = m
	}
	return r.models[key], nil
}

// time reads the time: of a whole prompt, or of one step of all sequences.
func (s *sample) time(row *measured.Row, d *hwprofiles.Device) error {
	rate := row.Throughput
	if rate == 0 {
		return fmt.Errorf("no rate")
	}
	if s.reading {
		s.seconds = s.sequences * float64(s.tokens) / rate
	} else {
		s.seconds = s.sequences / rate
	}
	if strings.Contains(row.Source, "main timings") && s.cards > 1 {
		return fmt.Errorf("rows were split over cards")
	}
	if s.cards > 1 && s.reading {
		return fmt.Errorf("chunks of a prompt overlap on several cards")
	}
	if usable := d.UsableMemory().Value * float64(s.cards); usable > 0 && float64(s.m.Bytes()) > usable {
		return fmt.Errorf("weights do not fit: it paged")
	}
	return nil
}
