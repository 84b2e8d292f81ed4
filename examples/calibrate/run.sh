#!/bin/sh
# Write the profile of a board, fit a calibration to measurements of it, and see that estimates rest on them.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export XDG_CONFIG_HOME="$dir"
mkdir -p "$dir/ridgepoint/devices" "$dir/ridgepoint/calibrations"
ridgepoint devices new --like jetson-orin-nano-8-super --bandwidth 68GB/s -o "$dir/ridgepoint/devices/my-board.yaml" 2>/dev/null
ridgepoint devices validate "$dir/ridgepoint/devices/my-board.yaml" | sed 's/^.*: //'

basis() { ridgepoint estimate zoo:yolo11n --device my-board --precision fp16 | sed -n 's/^  basis *//; s/, ±[0-9]* %//; /^[●◐○·]/p'; }
echo "before:"
basis
ridgepoint calibrate --device my-board --runtime tensorrt --precision fp16 --measurements measured.csv \
  -o "$dir/ridgepoint/calibrations/my-board.yaml" >/dev/null 2>&1
echo "after:"
basis
