#!/bin/sh
# Fail a build if a network does not fit its budget: pick exits with 1 where nothing fits.
set -u
ridgepoint pick zoo:mobilenetv2 --device rpi-5 --runtime none --max-latency 20ms --format csv >/dev/null
echo "mobilenetv2 within 20 ms: exit code $?"
ridgepoint pick zoo:resnet50 --device rpi-5 --runtime none --max-latency 20ms --format csv >/dev/null
echo "resnet50 within 20 ms: exit code $?"
