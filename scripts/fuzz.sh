#!/bin/sh
# Fuzz every native target of the module for the given time each, one after the other.
set -eu
time=${1:-1m}
go list ./... | while read -r pkg; do
	dir=$(go list -f '{{.Dir}}' "$pkg")
	grep -hoE 'func (Fuzz[A-Za-z0-9_]+)' "$dir"/*_test.go 2>/dev/null | sed 's/func //' | sort -u | while read -r target; do
		echo "== $pkg $target for $time"
		go test "$pkg" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -parallel "${PARALLEL:-2}"
	done
done
