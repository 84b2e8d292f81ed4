#!/bin/sh
# List the packages in which the race detector can find something: they, or their tests, start goroutines or lock.
# TestRaced holds that a package that starts a goroutine imports one of the three.
set -eu
CGO_ENABLED=1 go list -f '{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} {{join .XTestImports " "}} ' ./... |
	grep -E ' (sync|sync/atomic|github\.com/ridgepoint/ridgepoint/internal/parallel) ' | cut -d' ' -f1
