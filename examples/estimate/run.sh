#!/bin/sh
# Print the lower bound of ResNet-50 on a Jetson in fp16, with its five heaviest layers.
set -eu
ridgepoint estimate zoo:resnet50 --device jetson-orin-nano-8-super --precision fp16 --runtime none --top 5
