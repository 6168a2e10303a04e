# Polder's commands; `make help` lists them.
#
# Variables of `make run`: API_PORT (8080), PROJECTOR_PORT (8081), PG_PORT (any free one);
# ARGS=--detach returns when all is ready. Paths are relative on purpose: a checkout may
# lie in a folder with spaces.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Programs are built with the same settings everywhere (CGO_ENABLED=0, -trimpath), also for the tests: other
# settings, or another folder, would compile every package again.

# A checkout that git refuses to read (another user's) is built without version control facts.
VCS := $(shell git status >/dev/null 2>&1 && echo auto || echo false)

export API_PORT PROJECTOR_PORT PG_PORT ACCOUNTS MINUTES RATE SEED FUZZTIME

.PHONY: help build run stop clean test fuzz vulnerabilities lint generate generate-check bench scale drill upgrade-drill helm-drill pictures

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

build: ## Build bin/api, bin/projector, bin/admin and bin/dev
	@mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS) -o bin/ ./cmd/api ./cmd/projector ./cmd/admin ./cmd/dev

run: build ## Start everything on this machine with the Northwind data (ARGS=--detach: in the background)
	@./bin/dev up $(ARGS)

stop: ## Stop what `make run ARGS=--detach` started
	@CGO_ENABLED=0 go run -trimpath ./cmd/dev down

clean: ## Stop everything, remove its data and what was built
	@CGO_ENABLED=0 go run -trimpath ./cmd/dev clean
	@rm -rf bin .polder

test: ## Run all tests on a real PostgreSQL, with the race detector
	@go run ./test/run $(ARGS)

fuzz: ## Feed every parser with what nobody thought of (FUZZTIME=60s each)
	@./.ci/fuzz

vulnerabilities: bin/govulncheck ## Look for known vulnerabilities in what is used of the dependencies
	@./.ci/vulnerabilities

lint: bin/golangci-lint ## Check format, import direction and house rules
	@./bin/golangci-lint run --allow-parallel-runners $(ARGS)
	@cd test/helm && ../../bin/golangci-lint run --allow-parallel-runners --config ../../.golangci.yaml $(ARGS)

generate: ## Regenerate generated files
	go generate ./...

generate-check: ## Fail when regenerating changes a file
	@./.ci/generated

bench: build ## Measure; writes bench/out/latest.json and the table in docs/performance.md
	@go run ./bench $(ARGS)

scale: build ## Measure 1,150 projections x 500 accounts, fairness, and several projectors (some minutes)
	@go run ./bench crowd fair team

pictures: ## Draw the dashboards of docs/monitoring.md anew, with a real Prometheus and Chromium (some minutes)
	@go test ./test/monitoring -count=1 -run TestPictures -pictures "$(CURDIR)/docs/pictures"

drill: build ## Break parts at random under load, and prove that nothing promised was broken (MINUTES=10 ACCOUNTS=20 RATE=50 SEED=any)
	@go run ./bench drill

upgrade-drill: build ## Take accounts to another release and back under load, and kill parts meanwhile (ACCOUNTS=500 RATE=50 SEED=1)
	@go run ./bench upgrade-drill

bin/govulncheck: tools/go.mod tools/go.sum
	@mkdir -p bin
	@cd tools && CGO_ENABLED=0 go build -o ../bin/govulncheck golang.org/x/vuln/cmd/govulncheck

helm-drill: ## Install and upgrade the chart on a real control plane of Kubernetes, built once (ARGS=-cached: only if it was)
	@cd test/helm && go run ./drill $(ARGS)

# The linter has a module of its own, so that its many dependencies are not ours.
bin/golangci-lint: tools/go.mod tools/go.sum
	@mkdir -p bin
	@echo "Building the linter (some minutes, once)"
	@cd tools && CGO_ENABLED=0 go build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
