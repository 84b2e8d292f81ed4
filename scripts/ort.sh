#!/bin/sh
# Put the shared library of ONNX Runtime into a folder, from the npm package onnxruntime-node. npm is all that is needed; nothing is installed.
set -eu
version=1.30.0
out=$1
case "$(uname -s)-$(uname -m)" in
Linux-x86_64) from=linux/x64 ;;
Linux-aarch64) from=linux/arm64 ;;
Darwin-arm64) from=darwin/arm64 ;;
*)
	echo "ort.sh: the package onnxruntime-node has no library for $(uname -s) on $(uname -m); get one from an ONNX Runtime release and name it with --ort FILE" >&2
	exit 1
	;;
esac
command -v npm >/dev/null || { echo "ort.sh: npm is not installed; install it, or get an ONNX Runtime release and name its library with --ort FILE" >&2; exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$tmp" && npm pack --silent "onnxruntime-node@$version" >/dev/null && tar xzf onnxruntime-node-*.tgz)
mkdir -p "$out"
cp "$tmp"/package/bin/napi-v*/"$from"/libonnxruntime*.so* "$out"/ 2>/dev/null || cp "$tmp"/package/bin/napi-v*/"$from"/libonnxruntime*.dylib "$out"/
cp "$tmp"/package/LICENSE* "$out"/ 2>/dev/null || true
ls "$out"
