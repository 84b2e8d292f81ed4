#!/usr/bin/env python3
"""Measure an NVIDIA GPU with PyTorch: kernels over grids of sizes, and whole models.

    python3 bench/gpu/measure.py --out data/gpu                 # everything, 20 to 60 minutes
    python3 bench/gpu/measure.py --out data/gpu --only copy,gemm,launch --quick

Needs PyTorch with CUDA; torchvision, timm and transformers for their models (a library that is not
there leaves its models out, and the script says so). Weights are random: nothing is downloaded.

Two tables are written, each row as soon as it is measured, so that an interrupt loses nothing:

  kernels.csv  source,source_ref,device,device_class,framework,precision,op,batch,m,n,k,groups,in_h,in_w,
               kernel_h,kernel_w,stride,elements_in,elements_out,bytes_moved_min,flops,latency_us,notes
  models.csv   the measurement schema of ridgepoint: source,source_ref,model,...,latency_ms,...,notes

What the columns of kernels.csv mean, by op:
  copy         n elements are read and written; bytes are both
  gemm         C[m,n] = A[m,k] B[k,n]; flops = 2 m n k (a multiply-add is 2)
  conv2d, dwconv  m output channels, n = output pixels of an image, k input channels, batch images
  elementwise, softmax, layernorm  m rows of n elements; flops nominal: 1, 5 and 8 an element
  attention    batch x heads (groups) of m queries and n keys of k values each; flops = 4 m n k each
  launch       latency_us is the time of one empty kernel, back to back; notes say whether from a graph
bytes_moved_min counts each distinct input, weight and output once. fp8 products write bf16, int8 ones int32.
tf32 tensors are 32 bits wide.

How it is timed: each case is captured in a CUDA graph of as many repeats as take about 2 ms, warmed up, and
replayed; a replay is timed with CUDA events, and latency_us is the median of 15 replays over the number of
repeats. notes give the 10 % and 90 % quantiles. Working sets under the L2 cache stay in it: such rows are warm.
Cases that cannot be captured are timed eagerly, and notes say timing=eager. Models are timed one
inference at a time between two events: 'eager' and, with torch.compile(mode="max-autotune-no-cudagraphs" under
--autotune, else the default mode), 'compiled'. amp-fp16 is autocast over fp32 weights, fp16 weights in fp16.
With --jobs N, N processes build and compile models side by side; when all are done, or --compile-limit seconds
are over, they time theirs one process after the other, so that nothing else runs meanwhile. The clock is not
locked: notes give the SM clock after each model. A precision that the GPU or this PyTorch does not have is
skipped and named on standard error.
"""
import argparse
import csv
import datetime
import multiprocessing
import os
import statistics
import subprocess
import sys
import threading
import time

import torch
import torch.nn.functional as F

KERNEL_COLUMNS = ("source,source_ref,device,device_class,framework,precision,op,batch,m,n,k,groups,in_h,in_w,kernel_h,kernel_w,"
                  "stride,elements_in,elements_out,bytes_moved_min,flops,latency_us,notes").split(",")
MODEL_COLUMNS = ("source,source_ref,model,graph,family,task,device,device_class,runtime,runtime_version,precision,batch,input_shape,"
                 "latency_ms,throughput_per_s,params_m,gmacs_or_gflops_as_published,flops_convention,accuracy_metric,accuracy,notes").split(",")
REF = "bench/gpu/measure.py"
FLOATS = ("fp32", "tf32", "fp16", "bf16")
DTYPES = {"fp32": torch.float32, "tf32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
WIDTH = {"fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2, "fp8": 1, "int8": 1}


class Table:
    """A CSV file whose rows are flushed one by one."""

    def __init__(self, path, columns):
        self.columns, self.file = columns, open(path, "w", newline="")
        self.out = csv.DictWriter(self.file, columns, restval="")
        self.out.writeheader()

    def add(self, **row):
        self.out.writerow(row)
        self.file.flush()


def precision(name):
    """Set TF32 on or off for the precision and return its dtype."""
    on = name == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = on
    torch.backends.cudnn.allow_tf32 = on
    return DTYPES[name]


def events(run, repeats):
    """Median, p10 and p90 of the microseconds of run() between two events."""
    times = []
    for _ in range(repeats):
        a, b = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        a.record()
        run()
        b.record()
        b.synchronize()
        times.append(1e3 * a.elapsed_time(b))
    times.sort()
    at = lambda q: times[min(int(q * len(times)), len(times) - 1)]
    return statistics.median(times), at(0.1), at(0.9)


def capture(run, repeats):
    """A CUDA graph of run() repeated."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(repeats):
            run()
    return graph


def kernel_time(run, replays=15):
    """Microseconds of one run(): (median, note)."""
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    guess, _, _ = events(run, 3)
    repeats = max(1, min(500, int(2000 / max(guess, 1))))
    try:
        graph = capture(run, repeats)
    except RuntimeError as err:  # what cannot be captured is timed as it is
        torch.cuda.synchronize()
        median, lo, hi = events(run, replays)
        return median, f"timing=eager ({str(err).splitlines()[0][:60]}); p10_us={lo:.6g}; p90_us={hi:.6g}"
    graph.replay()
    torch.cuda.synchronize()
    median, lo, hi = events(graph.replay, replays)
    return median / repeats, f"timing=graph; repeats={repeats}; p10_us={lo / repeats:.6g}; p90_us={hi / repeats:.6g}"


class Bench:
    def __init__(self, args):
        p = torch.cuda.get_device_properties(0)
        self.args, self.device, self.memory = args, p.name, p.total_memory
        self.source = f"{args.source}, {datetime.date.today().isoformat()}"
        self.framework = f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, driver {smi('driver_version')}"
        self.skipped = set()
        os.makedirs(args.out, exist_ok=True)
        self.kernels = self.models = None

    def kernel(self, prec, op, run, **row):
        """Time one case and write its row; a case that fails is named and skipped."""
        if self.kernels is None:
            self.kernels = Table(os.path.join(self.args.out, "kernels.csv"), KERNEL_COLUMNS)
        try:
            latency, note = kernel_time(run)
        except (RuntimeError, NotImplementedError, ValueError) as err:
            key = (op, prec, str(err).splitlines()[0][:100])
            if key not in self.skipped:
                self.skipped.add(key)
                print(f"skipped: {op} in {prec}: {key[2]}", file=sys.stderr)
            torch.cuda.empty_cache()
            return
        self.kernels.add(source=self.source, source_ref=REF, device=self.device, device_class="gpu", framework=self.framework,
                         precision=prec, op=op, latency_us=f"{latency:.6g}", notes=note, **row)


def smi(field):
    """One field of nvidia-smi, 'unknown' where there is none."""
    try:
        out = subprocess.run(["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader", "-i", "0"], capture_output=True, text=True, timeout=20)
        return out.stdout.strip() or "unknown"
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"


def grid(b, full, few):
    return few if b.args.quick else full


def copy(b):
    top = min(4 << 30, b.memory // 4)
    size = 16 << 10
    while size <= top:
        x = torch.zeros(size, dtype=torch.uint8, device="cuda")
        y = torch.empty_like(x)
        b.kernel("int8", "copy", lambda: y.copy_(x), batch=1, m=1, n=size, elements_in=size, elements_out=size, bytes_moved_min=2 * size, flops=0)
        size *= 4 if b.args.quick else 2


def gemm_operands(prec, m, n, k):
    """A function that does the product once, and the bytes of an output element."""
    if prec in DTYPES:
        t = precision(prec)
        a, w = torch.randn(m, k, device="cuda", dtype=t), torch.randn(k, n, device="cuda", dtype=t)
        out = torch.empty(m, n, device="cuda", dtype=t)
        return (lambda: torch.mm(a, w, out=out)), WIDTH[prec]
    if prec == "int8":
        a = torch.randint(-8, 8, (m, k), device="cuda", dtype=torch.int8)
        w = torch.randint(-8, 8, (n, k), device="cuda", dtype=torch.int8).t()  # column-major, as the tensor cores want it
        return (lambda: torch._int_mm(a, w)), 4
    a = torch.randn(m, k, device="cuda").to(torch.float8_e4m3fn)
    w = torch.randn(n, k, device="cuda").to(torch.float8_e4m3fn).t()
    one = torch.ones((), device="cuda")
    return (lambda: torch._scaled_mm(a, w, scale_a=one, scale_b=one, out_dtype=torch.bfloat16)), 2


def gemm(b):
    ms = grid(b, (1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192), (1, 64, 1024, 4096))
    nks = grid(b, ((256, 256), (768, 768), (1024, 1024), (3072, 768), (768, 3072), (2048, 2048), (4096, 4096), (11008, 4096), (4096, 11008), (8192, 8192)),
               ((1024, 1024), (4096, 4096)))
    for prec in FLOATS + ("fp8", "int8"):
        for n, k in nks:
            for m in ms:
                try:
                    run, wide = gemm_operands(prec, m, n, k)
                except (RuntimeError, AttributeError, TypeError) as err:
                    print(f"skipped: gemm in {prec}: {str(err).splitlines()[0][:100]}", file=sys.stderr)
                    break
                w = WIDTH[prec]
                b.kernel(prec, "gemm", run, batch=1, m=m, n=n, k=k, elements_in=m * k + k * n, elements_out=m * n,
                         bytes_moved_min=w * (m * k + k * n) + wide * m * n, flops=2 * m * n * k)


CONVS = ((3, 64, 224, 7, 2), (64, 64, 56, 1, 1), (64, 64, 56, 3, 1), (128, 128, 28, 3, 1), (256, 256, 14, 3, 1), (512, 512, 7, 3, 1),
         (256, 1024, 14, 1, 1), (1024, 256, 14, 1, 1), (512, 2048, 7, 1, 1), (3, 16, 640, 3, 2), (16, 32, 320, 3, 2), (64, 64, 80, 3, 1), (128, 128, 40, 3, 1),
         (256, 256, 20, 3, 1))


def convolution(b, op, prec, cin, cout, size, kernel, stride, batch, groups):
    t = precision(prec)
    x = torch.randn(batch, cin, size, size, device="cuda", dtype=t).to(memory_format=torch.channels_last)
    w = torch.randn(cout, cin // groups, kernel, kernel, device="cuda", dtype=t).to(memory_format=torch.channels_last)
    out = (size + 2 * (kernel // 2) - kernel) // stride + 1
    ins, outs = x.numel() + w.numel(), batch * cout * out * out
    b.kernel(prec, op, lambda: F.conv2d(x, w, stride=stride, padding=kernel // 2, groups=groups), batch=batch, m=cout, n=out * out, k=cin, groups=groups,
             in_h=size, in_w=size, kernel_h=kernel, kernel_w=kernel, stride=stride, elements_in=ins, elements_out=outs,
             bytes_moved_min=WIDTH[prec] * (ins + outs), flops=2 * outs * (cin // groups) * kernel * kernel)


def conv(b):
    for prec in FLOATS:
        for batch in grid(b, (1, 8, 32), (1,)):
            for cin, cout, size, kernel, stride in CONVS:
                convolution(b, "conv2d", prec, cin, cout, size, kernel, stride, batch, 1)


def depthwise(b):
    for prec in FLOATS:
        for batch in grid(b, (1, 8, 32), (1,)):
            for c, size, kernel, stride in ((32, 112, 3, 1), (96, 112, 3, 2), (144, 56, 3, 1), (240, 28, 5, 1), (384, 14, 3, 1), (672, 14, 5, 1), (960, 7, 3, 1), (96, 56, 7, 1)):
                convolution(b, "dwconv", prec, c, c, size, kernel, stride, batch, c)


def rows(b, op, flops, make):
    """Operations on m rows of n elements; make(x) gives the function, its inputs and its note."""
    for prec in ("fp32", "fp16", "bf16"):
        t = precision(prec)
        for m in grid(b, (1, 16, 128, 1024, 8192, 65536), (128, 8192)):
            for n in grid(b, (64, 256, 768, 1024, 4096, 16384), (768, 4096)):
                if m * n * 12 > b.memory // 4:
                    continue
                x = torch.randn(m, n, device="cuda", dtype=t)
                for run, extra in make(x):
                    ins = m * n + extra
                    b.kernel(prec, op, run, batch=1, m=m, n=n, elements_in=ins, elements_out=m * n, bytes_moved_min=WIDTH[prec] * (ins + m * n), flops=flops * m * n)


def elementwise(b):
    def make(x):
        y, out = torch.randn_like(x), torch.empty_like(x)
        return [(lambda: torch.add(x, y, out=out), x.numel()), (lambda: torch.relu(x), 0)]
    rows(b, "elementwise", 1, make)


def softmax(b):
    rows(b, "softmax", 5, lambda x: [(lambda: torch.softmax(x, -1), 0)])


def norm(b):
    def make(x):
        w = torch.ones(x.shape[-1], device="cuda", dtype=x.dtype)
        return [(lambda: F.layer_norm(x, w.shape, w, w), 2 * w.numel())]
    rows(b, "layernorm", 8, make)


def attention(b):
    for prec in ("fp32", "fp16", "bf16"):
        t = precision(prec)
        for batch in grid(b, (1, 8, 32), (1, 8)):
            for heads, width in grid(b, ((12, 64), (16, 64), (32, 128)), ((12, 64),)):
                for queries, keys in ((128, 128), (197, 197), (512, 512), (1024, 1024), (2048, 2048), (4096, 4096), (1, 1024), (1, 4096), (1, 16384)):
                    q = torch.randn(batch, heads, queries, width, device="cuda", dtype=t)
                    k, v = (torch.randn(batch, heads, keys, width, device="cuda", dtype=t) for _ in range(2))
                    ins = q.numel() + k.numel() + v.numel()
                    b.kernel(prec, "attention", lambda: F.scaled_dot_product_attention(q, k, v), batch=batch, m=queries, n=keys, k=width, groups=heads,
                             elements_in=ins, elements_out=q.numel(), bytes_moved_min=WIDTH[prec] * (ins + q.numel()), flops=4 * batch * heads * queries * keys * width)


def launch(b):
    """The time of one tiny kernel: launched one after the other by the host, and replayed from a graph."""
    x = torch.zeros(1, device="cuda")
    n = 1000
    run = lambda: x.add_(1)

    def many():
        for _ in range(n):
            run()
    many()
    torch.cuda.synchronize()
    if b.kernels is None:
        b.kernels = Table(os.path.join(b.args.out, "kernels.csv"), KERNEL_COLUMNS)
    for kind, each in (("eager", many), ("graph", capture(run, n).replay)):
        each()
        median, lo, hi = events(each, 15)
        b.kernels.add(source=b.source, source_ref=REF, device=b.device, device_class="gpu", framework=b.framework, precision="fp32", op="launch", batch=1, m=1, n=1,
                      elements_in=1, elements_out=1, bytes_moved_min=8, flops=1, latency_us=f"{median / n:.6g}",
                      notes=f"timing={kind}; repeats={n}; p10_us={lo / n:.6g}; p90_us={hi / n:.6g}")


TORCHVISION = ("resnet18", "resnet50", "resnet152", "resnext50_32x4d", "wide_resnet50_2", "vgg16", "densenet121", "mobilenet_v2", "mobilenet_v3_large", "shufflenet_v2_x1_0",
               "efficientnet_b0", "efficientnet_b4", "regnet_y_800mf", "convnext_tiny", "vit_b_16", "swin_t")
TIMM = ("deit_tiny_patch16_224", "deit_small_patch16_224", "mobilevit_s", "efficientformer_l1", "convnextv2_nano", "fastvit_t8", "maxvit_tiny_tf_224", "tf_efficientnet_lite0")
TRANSFORMERS = (("bert", dict(), 128), ("bert", dict(), 512), ("distilbert", dict(), 128), ("roberta", dict(), 128), ("gpt2", dict(), 128), ("gpt2", dict(n_layer=24, n_embd=1024, n_head=16), 128),
                ("llama", dict(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32, num_key_value_heads=4), 128))


def library(name):
    try:
        return __import__(name)
    except ImportError as err:
        print(f"skipped: the models of {name}: {err}", file=sys.stderr)
        return None


def zoo():
    """Yields (name, family, task, function making the model, function making its input, shape)."""
    vision = library("torchvision")
    image = lambda size: (lambda batch: torch.randn(batch, 3, size, size, device="cuda"))
    for name in TORCHVISION if vision else ():
        yield name, name.split("_")[0], "classification", lambda name=name: vision.models.get_model(name, weights=None), image(224), "3x224x224"
    timm = library("timm")
    for name in TIMM if timm else ():
        def make(name=name):
            return timm.create_model(name, pretrained=False)
        size = timm.get_pretrained_cfg(name).input_size[-1] if timm.is_model(name) else 224
        yield name, name.split("_")[0], "classification", make, image(size), f"3x{size}x{size}"
    hf = library("transformers")
    for kind, options, length in TRANSFORMERS if hf else ():
        def make(kind=kind, options=options):
            return hf.AutoModel.from_config(hf.AutoConfig.for_model(kind, **options))
        tokens = lambda batch, length=length: torch.ones(batch, length, dtype=torch.int64, device="cuda")
        size = "-".join([kind] + [f"{v}" for v in list(options.values())[:2]])
        yield size, kind, "language", make, tokens, f"seq={length}"


def cases(b):
    """Yields what is timed: (model of zoo(), precision, batch, mode), what tells most first."""
    chosen = [m for m in zoo() if not b.args.models or m[0] in b.args.models.split(",")]
    for prec in b.args.precisions.split(","):
        for batch in (int(n) for n in b.args.batches.split(",")):
            for model in chosen:
                for mode in ("eager", "compiled"):
                    yield model, prec, batch, mode


def models(b):
    b.models = Table(os.path.join(b.args.out, "models.csv"), MODEL_COLUMNS)
    if b.args.jobs < 2:
        for case in cases(b):
            run = attempt(case, lambda: prepared(b, case))
            if run:
                attempt(case, lambda: b.models.add(**model_row(b, case, run)))
            torch.cuda.empty_cache()
        return
    side = multiprocessing.get_context("spawn")
    ready, turn, rows = side.Barrier(b.args.jobs), side.Lock(), side.Queue()
    parts = [side.Process(target=part, args=(b.args, i, time.time() + b.args.compile_limit, ready, turn, rows)) for i in range(b.args.jobs)]
    for p in parts:
        p.start()
    running = len(parts)
    while running:
        row = rows.get()
        if row is None:
            running -= 1
        else:
            b.models.add(**row)


def part(args, i, limit, ready, turn, rows):
    """One process's models: built and compiled beside the others', timed alone."""
    torch.backends.cudnn.benchmark = True
    b, runs, built = Bench(args), [], {}
    mine = {(m[0], m[5]) for n, m in enumerate(zoo()) if n % args.jobs == i}
    try:
        for case in cases(b):
            if (case[0][0], case[0][5]) in mine and time.time() < limit:
                run = attempt(case, lambda: prepared(b, case, built))
                if run:
                    runs.append((case, run))
            elif (case[0][0], case[0][5]) in mine:
                print(f"skipped: {named(case)}: no time to build it", file=sys.stderr)
        torch.cuda.synchronize()
        try:
            ready.wait(limit + 90 - time.time())
        except threading.BrokenBarrierError:  # one of the others died, or hangs: those left time theirs
            print("a process that builds models does not answer; its models are missing", file=sys.stderr)
        with turn:
            for case, run in runs:
                row = attempt(case, lambda: model_row(b, case, run))
                if row:
                    rows.put(row)
    finally:
        rows.put(None)


def named(case):
    return f"{case[0][0]} in {case[1]}, batch {case[2]}, {case[3]}"


def attempt(case, do):
    """do(), or None where it fails: a model that one library version lacks must not end an hour's run."""
    try:
        return do()
    except Exception as err:
        print(f"skipped: {named(case)}: {type(err).__name__}: {str(err).splitlines()[0][:100] if str(err) else ''}", file=sys.stderr)


@torch.inference_mode()
def prepared(b, case, built=None):
    """A function that runs the model once, ran already; models in built are built once for each dtype."""
    (name, _, _, make, data, _), prec, batch, mode = case
    amp = prec.startswith("amp-")
    t = precision(prec.removeprefix("amp-"))
    key = (name, torch.float32 if amp else t)
    built = {} if built is None else built
    if key not in built:
        torch.manual_seed(1)
        built[key] = make().eval().to("cuda", key[1])
    model = built[key]
    x = data(batch)
    x = x.to(key[1]) if x.is_floating_point() else x
    run = model
    if mode == "compiled":
        run = torch.compile(model, mode="max-autotune-no-cudagraphs" if b.args.autotune else "default", dynamic=False)

    def once():
        with torch.autocast("cuda", t, enabled=amp):
            return run(x)
    for _ in range(3):
        once()
    torch.cuda.synchronize()
    once.params = sum(p.numel() for p in model.parameters())
    return once


@torch.inference_mode()
def model_row(b, case, run):
    (name, family, task, _, _, shape), prec, batch, mode = case
    precision(prec.removeprefix("amp-"))
    begin, warm = time.time(), 0
    while time.time() - begin < 0.2 or warm < 5:
        run()
        torch.cuda.synchronize()
        warm += 1
    median, lo, hi = events(run, min(100, max(20, int(warm * 2.5))))
    return dict(source=b.source, source_ref=REF, model=name, family=family, task=task, device=b.device, device_class="gpu", runtime=f"PyTorch {mode}",
                runtime_version=b.framework, precision=prec, batch=batch, input_shape=shape, latency_ms=f"{median / 1e3:.6g}", params_m=f"{run.params / 1e6:.6g}",
                flops_convention="unknown", notes=f"p10_ms={lo / 1e3:.6g}; p90_ms={hi / 1e3:.6g}; weights=random; sm_clock={smi('clocks.sm')}")


GROUPS = {"copy": copy, "launch": launch, "gemm": gemm, "conv": conv, "depthwise": depthwise, "elementwise": elementwise, "softmax": softmax, "norm": norm,
          "attention": attention, "models": models}


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--out", required=True, help="folder for kernels.csv and models.csv; files there are replaced")
    p.add_argument("--only", default=",".join(GROUPS), help="comma-separated groups: " + ", ".join(GROUPS))
    p.add_argument("--quick", action="store_true", help="a few sizes of each grid, to try it out")
    p.add_argument("--autotune", action="store_true", help="compile models with max-autotune (slow to compile)")
    p.add_argument("--models", default="", help="comma-separated names of models; all where it is not given")
    p.add_argument("--precisions", default="fp32,tf32,fp16", help="comma-separated, of models: fp32, tf32, fp16, bf16, amp-fp16, amp-bf16")
    p.add_argument("--batches", default="1,8", help="comma-separated batch sizes of models")
    p.add_argument("--jobs", type=int, default=1, help="processes that build and compile models side by side")
    p.add_argument("--compile-limit", type=float, default=3600, help="seconds after which no process with --jobs builds another model")
    p.add_argument("--source", default="own measurement", help="what the tables name as the source")
    args = p.parse_args()
    unknown = [g for g in args.only.split(",") if g not in GROUPS]
    if unknown:
        p.error(f"--only: found {', '.join(unknown)}, expected some of {', '.join(GROUPS)}")
    if not torch.cuda.is_available():
        sys.exit("measure.py: PyTorch finds no CUDA device; check the driver and that this PyTorch is built with CUDA")
    torch.backends.cudnn.benchmark = True
    b = Bench(args)
    for name in args.only.split(","):
        print(f"measuring {name}", file=sys.stderr)
        with torch.inference_mode():
            GROUPS[name](b)
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
