#!/bin/sh
# Check a profile, then estimate on the device it describes.
set -eu
ridgepoint devices validate my-board.yaml
ridgepoint estimate zoo:mobilenetv2 --device my-board.yaml --precision fp16 --runtime none --top 3
