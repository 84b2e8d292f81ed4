# Every target works offline once modules are downloaded. "make help" lists them.
GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GORELEASER  := github.com/goreleaser/goreleaser/v2@v2.14.3
OUT         ?= out

export CGO_ENABLED ?= 0

# The tests that try a sample of a long list unless RIDGEPOINT_LAWS=all asks for all of it; of the settings in roofline's
# laws, some hundred thousand, for one in five.
WHOLE       := 'Laws|Bounds|PublishedFigures|OpenIsWrite|WorkType|Matched|TestBatch|TestLimits|StripCorpus|HostileFiles'

.PHONY: help build build-cgo demo quick test race web licences release-check lint golden docs check bench fuzz accuracy shipped joint rows ort beam selfcheck

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

build: ## build bin/ridgepoint, one static binary
	$(GO) build -buildvcs=auto -trimpath -ldflags '-s -w' -o bin/ridgepoint ./cmd/ridgepoint

demo: build ## the main job on built-in models and devices; the files go to out/
	@sh scripts/demo.sh bin/ridgepoint $(OUT)

quick: ## run the tests that take seconds
	@$(GO) run ./internal/tally -short ./...

test: ## run the tests
	@$(GO) run ./internal/tally ./...

race: ## run the tests of packages that start goroutines under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -timeout 30m -count=1 $$(sh scripts/raced.sh)

lint: ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l .)" || { echo "not gofmt'd:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

golden: ## accept the present output as the expected one
	$(GO) test $$(grep -rl '"update"' --include='*_test.go' . | xargs -n1 dirname | sort -u) -update

docs: ## regenerate the index of devices, docs/commands, docs/operators.md, docs/devices.md and the README's examples
	$(GO) test ./hwprofiles -run 'TestIndex' -update
	$(GO) test ./cmd/... -run 'TestDocs' -update

web: ## fetch the chart library of pages anew from its npm package, and hold it to its checksums; needs npm
	@sh scripts/web.sh plots/page/vendored

licences: ## write docs/licences.md and NOTICE anew
	$(GO) test . -run TestLicences -update

release-check: ## check .goreleaser.yaml and build a snapshot, without an upload
	$(GO) run $(GORELEASER) check
	$(GO) run $(GORELEASER) release --snapshot --clean --skip=publish

check: lint ## everything that CI checks
	$(GO) mod verify
	$(GO) mod tidy -diff
	$(GO) run ./internal/tally -timeout 30m -count=1 ./...
	$(MAKE) race
	RIDGEPOINT_LAWS=all $(GO) test -timeout 30m -count=1 -run $(WHOLE) ./roofline/... ./internal/judge ./internal/corpus ./graph/... ./cmd/ridgepoint

bench: ## run the benchmarks of docs/performance.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

accuracy: ## fit the joint model to the published measurements beside the checkout; writes internal/joint/shipped and docs/accuracy.md
	$(GO) run ./internal/scoreboard

shipped: ## fit the joint model as make accuracy does, and judge nothing; writes internal/joint/shipped
	$(GO) run ./internal/scoreboard -ship

joint: ## judge the joint model and write nothing: devices, families and sources left out
	$(GO) run ./internal/scoreboard -by family,source,device,laws

rows: ## count the rows of each published table that are matched, and why the others are not
	$(GO) run ./internal/rowcount

fuzz: ## fuzz every target for FUZZTIME (default 1m) each
	@sh scripts/fuzz.sh $(or $(FUZZTIME),1m)

build-cgo: ## build bin/ridgepoint with cgo, so that it can run models in ONNX Runtime
	CGO_ENABLED=1 $(GO) build -buildvcs=auto -trimpath -ldflags '-s -w' -o bin/ridgepoint ./cmd/ridgepoint

ort: ## put ONNX Runtime's shared library into third_party/onnxruntime, from its npm package
	@sh scripts/ort.sh third_party/onnxruntime

beam: ## build bin/ridgepoint-beam, a module of its own, and hold it to batch; about a quarter of an hour where nothing is cached
	cd cmd/ridgepoint-beam && $(GO) build -trimpath -ldflags '-s -w' -o ../../bin/ridgepoint-beam . && $(GO) test -timeout 30m ./...

selfcheck: build-cgo ## profile this machine, measure ten models, calibrate, and predict twenty others; about ten minutes, after "make ort"
	@sh scripts/selfcheck.sh bin/ridgepoint $(OUT)/selfcheck
