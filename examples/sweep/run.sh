#!/bin/sh
# Vary the batch and write base units that another program can read.
set -eu
ridgepoint sweep zoo:resnet50 --device t4 --precision fp16 --runtime none --batch 1..32 --format csv
