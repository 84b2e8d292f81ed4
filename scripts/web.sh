#!/bin/sh
# Fetches the chart library of pages from its npm package into a folder, at the pinned version, and holds it to the
# checksums in that folder. The page's own style and scripts need no build.
set -eu
to=$1
version=1.6.32
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$tmp" && npm pack --silent "uplot@$version" >/dev/null && tar xzf "uplot-$version.tgz")
cp "$tmp/package/dist/uPlot.iife.min.js" "$tmp/package/dist/uPlot.min.css" "$to/"
cp "$tmp/package/LICENSE" "$to/uPlot.LICENSE"
cd "$to"
sha256sum -c SHA256SUMS
