# Everything a newcomer needs. Each target sets itself up; nothing is installed outside this folder.
#
#   make chaos                      play every scenario on the embedded network
#   make chaos SCENARIO=handoff     one of them (NETWORK=…, CLIENT=…, SEED=…, TARGET=http://… likewise)
#   make test                       the harness's own tests
#   make check                      format, lint, types, layers
#   make bench                      how exact and how fast the faulty network is, measured on this machine
#   make nightly                    100,000 schedules searched, and 1,000 played twice: are their histories identical?

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

NETWORK ?= embedded
CLIENT ?= reference
SEED ?= 1
SCENARIO ?=
TARGET ?=
REPORTS ?= reports

.DEFAULT_GOAL := help
.PHONY: help setup chaos test check format bench nightly clean

help:
	@sed -n '2,9s/^# \{0,1\}//p' Makefile

setup: $(VENV)/ready

$(VENV)/ready: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not installed; install Python 3.11 or newer, or say make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $$($(PYTHON) --version) is too old; ssechaos needs Python 3.11 or newer (make PYTHON=…)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "make: $(PYTHON) has no venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

chaos: setup
	$(BIN)/ssechaos run $(SCENARIO) $(if $(TARGET),--target '$(TARGET)') --network $(NETWORK) --client $(CLIENT) --seed $(SEED) --reports $(REPORTS)

test: export PYTHONDONTWRITEBYTECODE = # a hundred tests start a Python: what they import is compiled once
test: setup
	$(BIN)/pytest tests -n 2 -q

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_layers.py -q

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m bench

nightly: setup
	$(BIN)/python -m bench.determinism --runs 1000
	$(BIN)/ssechaos search --runs 100000 --seed $(SEED) --reports $(REPORTS)

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
