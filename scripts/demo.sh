#!/bin/sh
# The main job on built-in models and devices: nothing is downloaded, nothing outside OUT is written.
set -eu
bin=$1
out=$2
mkdir -p "$out"
step() { printf '\n$ ridgepoint'; printf ' %s' "$@"; printf '\n'; "$bin" "$@"; }
step estimate zoo:yolo11n --device rpi-5 --top 8
step estimate zoo:resnet50 zoo:mobilenetv2 --device jetson-orin-nano-8-super --device rtx4090 --precision fp16
step plot zoo:yolo11n --device jetson-orin-nano-8-super --precision fp16 -o "$out/roofline.png"
step sweep zoo:resnet50 --device rtx4090 --precision fp16 --batch 1..256 --plot "$out/sweep.png"
step pick --task detection --device jetson-orin-nano-8-super --precision fp16 --fps 60 --top 10 --plot "$out/pick.png"
printf '\nThe files are in %s:\n' "$out"
ls -1 "$out"
