# Tocsin. Every target sets up what it needs: on a fresh clone `make demo` is enough.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
export SAM_CLI_TELEMETRY := 0

# The newest Python that really runs: a pyenv shim of a version that is not active is found, but fails.
PYENV_ROOT ?= $(HOME)/.pyenv
PYTHONS := $(foreach v,3.13 3.12 3.11,python$v $(wildcard $(PYENV_ROOT)/versions/$v.*/bin/python$v))
PYTHON ?= $(shell for p in $(PYTHONS); do $$p -c 'import ensurepip' 2>/dev/null && echo $$p && break; done)

BIN := .venv/bin
UV := $(BIN)/uv --quiet
SAM := PATH="$(CURDIR)/.tools/sam/bin:$$PATH" sam
quiet = @out=$$($(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }

help: setup ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.stamp ## create .venv with the locked dependencies and the tocsin command

demo: setup .tools/sam/.stamp .tools/ministack/.stamp ## play a crisis of an invented brand through the whole local stack
	@$(BIN)/tocsin demo $(ARGS)

run: setup .tools/sam/.stamp .tools/ministack/.stamp ## watch a real client: make run CLIENT=infra/clients/acme.yaml
	@$(BIN)/tocsin run $(or $(CLIENT),$(error say which client: make run CLIENT=infra/clients/<slug>.yaml)) $(ARGS)

bench: setup .tools/sam/.stamp .tools/ministack/.stamp ## run the benchmarks, or one: make bench NAME=...
	@$(BIN)/tocsin bench $(NAME) $(ARGS)

test: setup .tools/sam/.stamp .tools/ministack/.stamp ## run all tests with branch coverage, or some: make test ARGS=tests/unit
	$(BIN)/pytest -n 2 $(if $(ARGS),$(ARGS),--cov)

lint: setup .tools/sam/.stamp .tools/checkov/.stamp ## check style, types, imports and the template; silent when all is well
	$(call quiet,$(BIN)/ruff check)
	$(call quiet,$(BIN)/ruff format --check)
	$(call quiet,$(BIN)/mypy)
	$(call quiet,$(BIN)/lint-imports)
	$(call quiet,$(SAM) validate --lint)
	$(call quiet,$(BIN)/cfn-lint --template template.yaml --regions eu-central-1 --append-rules cfn_lint_serverless.rules)
	$(call quiet,.tools/checkov/bin/checkov --config-file .checkov.yaml)

format: setup ## let ruff put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

build: setup .tools/sam/.stamp ## build the artefact that is deployed (arm64) into .aws-sam/build
	$(call quiet,$(SAM) build --parameter-overrides PythonRuntime=$(notdir $(firstword $(wildcard .tools/sam/bin/python3.1?))))

golden: setup ## rewrite the golden template after reading what changed
	$(BIN)/python -m tests.template.transform

translations: setup ## bring the catalogues up to date with the texts; what is new in them is then empty
	cd layers/core/tocsin/web && babel=$(CURDIR)/$(BIN)/pybabel && \
	$$babel --quiet extract -F babel.cfg -k mark -c NOTE: -s --sort-output --no-wrap --add-location=file \
	    --project=tocsin --version=1 --copyright-holder="the Tocsin authors" -o locale/tocsin.pot . && \
	$$babel --quiet update -D tocsin -i locale/tocsin.pot -d locale --no-fuzzy-matching --ignore-obsolete --no-wrap && \
	$$babel --quiet compile -D tocsin -d locale

train: setup .tools/training/.stamp ## train the sentiment model anew: make train DATA=../shared/bench/sentiment
	nice -n 15 env PYTHONPATH=layers/core .tools/training/bin/python infra/training/train.py \
	    $(or $(DATA),$(error say where the texts are: make train DATA=../shared/bench/sentiment)) \
	    layers/core/tocsin/domain/sentiment.bin --date "$${DATE:-$$(date -u +%F)}"

train-severity: setup .tools/training/.stamp ## train the severity head anew: make train-severity DATA=../shared/bench/sentiment
	nice -n 15 env PYTHONPATH=layers/core .tools/training/bin/python infra/training/severity.py \
	    $(or $(DATA),$(error say where the texts are: make train-severity DATA=../shared/bench/sentiment)) \
	    tests/data/severity layers/core/tocsin/domain/severity.bin --date "$${DATE:-$$(date -u +%F)}"

train-linter: setup .tools/training/.stamp ## train the linter's head anew, on tests/data/linter
	nice -n 15 env PYTHONPATH=layers/core .tools/training/bin/python infra/training/linter.py \
	    tests/data/linter layers/core/tocsin/domain --date "$${DATE:-$$(date -u +%F)}"

holidays: setup .tools/holidays/.stamp ## count the public holidays of the coming years anew, into infra/legal/holidays
	.tools/holidays/bin/python infra/tools/public_holidays.py

clean: ## remove all that make creates
	rm -rf .venv .tools .tocsin .aws-sam .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* build *.egg-info

lock: setup ## lock the newest versions that the .in files and pyproject.toml allow
	@$(call compile,layers/core/requirements.in,layers/core/requirements.txt)
	@$(call compile,pyproject.toml --extra cli --extra dev -c layers/core/requirements.txt,requirements-dev.txt)
	@$(foreach t,uv sam ministack checkov training holidays,$(call compile,infra/tools/$t.in,infra/tools/$t.txt) &&) true

compile = $(UV) pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' $(1) -o $(2) >/dev/null

.venv/.stamp: requirements-dev.txt infra/tools/uv.txt layers/core/requirements.in pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 with venv was found" >&2; exit 1; }
	$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r infra/tools/uv.txt
	$(UV) pip sync --require-hashes requirements-dev.txt
	$(UV) pip install --no-deps --no-build-isolation --offline -e .
	@touch $@

# SAM CLI, MiniStack and checkov pin what they like: each has an environment of its own.
.tools/%/.stamp: infra/tools/%.txt | .venv/.stamp
	$(PYTHON) -m venv --clear .tools/$*
	$(UV) pip sync --require-hashes --python .tools/$* $<
	@touch $@

.PHONY: help setup demo run bench test lint format build golden translations train train-severity train-linter holidays clean lock
.PRECIOUS: .tools/%/.stamp
