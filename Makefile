# Two commands matter: `make demo` and `make test`. Both set up `.venv` first, once; later runs reuse it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test test-textattack lint types unit constraints clean distclean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# TextAttack needs transformers 4, and so an environment of its own.
BRIDGE := .venv-textattack
BRIDGE_STAMP := $(BRIDGE)/.installed
BRIDGE_TOOLS := hypothesis pytest pytest-xdist
BRIDGE_TESTS := $(addprefix tests/perturbations/test_,adapters_alignment.py adapters_function.py \
    adapters_textattack.py edits.py segmentation.py) tests/harness/test_slow_tokenizers.py

# The first of these that is a Python 3.11, 3.12 or 3.13 with venv; `make PYTHON=/path/to/python` names one.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3)
IN_RANGE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

install: $(STAMP) ## set up .venv with the pinned dependencies

demo: $(STAMP) ## train three small checkpoints, score them on the embedded suite, print the report
	@$(BIN)/xrobust demo

test: lint types unit ## lint, types and all tests

lint: $(STAMP) ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP) ## pyright, strict
	@$(BIN)/pyright

unit: $(STAMP) ## the tests alone, on all cores
	@$(BIN)/python -m pytest --quiet --numprocesses=auto --dist=loadfile --no-loadscope-reorder

test-textattack: $(BRIDGE_STAMP) ## the bridge to TextAttack and slow tokenizers, in .venv-textattack with transformers 4
	@$(BRIDGE)/bin/python -m pytest --quiet --numprocesses=auto --dist=loadfile $(BRIDGE_TESTS)

$(BRIDGE_STAMP): pyproject.toml constraints-textattack.txt | $(STAMP)
	@echo "Installing TextAttack with the dependencies pinned for it into $(BRIDGE)"
	@$(BIN)/python -m venv --clear $(BRIDGE)
	@$(BRIDGE)/bin/python -m pip --disable-pip-version-check -qq install --constraint constraints-textattack.txt \
	    --editable '.[textattack]' $(BRIDGE_TOOLS)
	@touch $@

$(STAMP): pyproject.toml constraints.txt
	@if ! $(BIN)/python -c '$(IN_RANGE)' 2>/dev/null; then \
	    found=; \
	    for candidate in $(CANDIDATES); do \
	        if "$$candidate" -c '$(IN_RANGE)' 2>/dev/null; then found="$$candidate"; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "make: none of ($(CANDIDATES)) is a Python 3.11, 3.12 or 3.13 with venv:" \
	            "install one (on Debian also python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
	        exit 2; \
	    fi; \
	    echo "Setting up $(VENV) with $$("$$found" --version)"; \
	    "$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing the pinned dependencies into $(VENV)"
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

# Rebuilds the pins from the ranges of pyproject.toml in an environment of its own. torch stays where it is: a newer one
# may bring several gigabytes of CUDA packages; to move it, edit its line first.
constraints: ## rebuild constraints.txt and constraints-textattack.txt (torch stays as pinned)
	@rm -rf .venv-constraints && $(or $(PYTHON),python3.11) -m venv .venv-constraints
	@.venv-constraints/bin/python -m pip --disable-pip-version-check -qq install "$$(grep '^torch==' constraints.txt)" --editable '.[dev,recipes,benchmarks]'
	@{ grep '^#' constraints.txt; .venv-constraints/bin/python -m pip freeze --all --exclude-editable \
	    | grep -v '^pip==' | sed 's/+[a-z0-9.]*$$//'; } > .venv-constraints/pins
	@mv .venv-constraints/pins constraints.txt && rm -rf .venv-constraints
	@$(or $(PYTHON),python3.11) -m venv .venv-constraints
	@.venv-constraints/bin/python -m pip --disable-pip-version-check -qq install "$$(grep '^torch==' constraints.txt)" --editable '.[textattack]' $(BRIDGE_TOOLS)
	@{ grep '^#' constraints-textattack.txt; .venv-constraints/bin/python -m pip freeze --all --exclude-editable \
	    | grep -v '^pip==' | sed 's/+[a-z0-9.]*$$//'; } > .venv-constraints/pins
	@mv .venv-constraints/pins constraints-textattack.txt && rm -rf .venv-constraints

clean: ## remove caches, builds and the demo's files; .venv stays
	@rm -rf .demo dist .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './$(VENV)*' -prune -exec rm -rf {} +

distclean: clean ## remove .venv and .venv-textattack as well
	@rm -rf $(VENV) $(BRIDGE) .venv-constraints
