#!/bin/sh
# The loop on this machine: profile it, measure ten built-in models, calibrate on them, and predict twenty others, of families that the
# ten do not have, with one thread and with all. It takes about ten minutes and writes to OUT only. BIN is a build with cgo ("make build-cgo");
# ONNX Runtime's shared library must be there ("make ort").
set -eu
bin=$1
out=$2
limit=${LIMIT:-2s}
fit="resnet50 vgg11 mobilenetv2 efficientnet-b0 densenet121 vit-b-32 yolov8n bert-base squeezenet1.1 convnext-tiny"
test="alexnet googlenet inception-v3 mnasnet-1.0 shufflenetv2-x1.0 regnety-400mf ghostnet proxylessnas-mobile repvgg-a0 swin-t levit-128
	mobilevit-s yolox-tiny yolov6n nanodet-plus-m segformer-b0 gpt2 t5-small-encoder whisper-tiny-encoder clip-vit-b-32-text"
devices=$out/devices
mkdir -p "$devices"
rm -f "$out"/*.csv
step() { printf '\n$ ridgepoint'; printf ' %s' "$@"; printf '\n'; "$bin" "$@"; }
measure() { # table, models
	for model in $2; do
		printf '%s ' "$model"
		"$bin" measure "zoo:$model" --threads "$threads" --limit "$limit" --shared --device-dir "$devices" --csv "$1" >/dev/null 2>&1 || {
			printf '\n'
			"$bin" measure "zoo:$model" --threads "$threads" --limit "$limit" --device-dir "$devices" # again, to say why
		}
	done
}
step host --write "$devices/host.yaml" --plot "$out/host.png"
all=$(getconf _NPROCESSORS_ONLN)
for threads in 1 "$all"; do
	printf '\n== %s threads: measuring ten models to calibrate on, then twenty others\n' "$threads"
	for round in 1 2 3; do # of a shared machine the fastest of three counts
		printf '\nround %s: ' "$round"
		measure "$out/fit.csv" "$fit"
		measure "$out/others.csv" "$test"
	done
	printf '\n'
	some="--threads $threads"
	if [ "$threads" = "$all" ]; then some=; fi
	# shellcheck disable=SC2086 # an option and its value, or nothing
	step calibrate --device host --device-dir "$devices" --runtime onnxruntime-cpu --precision fp32 $some --measurements "$out/fit.csv" -o "$out/cal-$threads.yaml"
done
step validate --measurements "$out/others.csv" --device-dir "$devices" --calibration "$out/cal-1.yaml" --calibration "$out/cal-$all.yaml" --no-evidence --plot "$out/validation.png"
printf '\nThe files are in %s:\n' "$out"
ls -1 "$out"
