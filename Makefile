# make run   the demo gym and its chat page, from nothing
# make test  everything that is checked
# make check the quick part of it: style, types, arrows, generated pages
# make bench measured ratios
# make docs  the generated pages

PYTHON ?= python3
BIN := .venv/bin
CONFIG := $(if $(wildcard config.toml),--config config.toml)
# What pyproject.toml asks for, without building the project itself: it runs from this folder.
NEEDS := import sys, tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*p["dependencies"], *(d for e in sys.argv[1:] for d in p["optional-dependencies"][e]), sep="\n")
# What Python compiles is kept out of the tree and compiled once, also where PYTHONDONTWRITEBYTECODE is set: a start takes
# three times as long without.
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.venv/pycache
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

# Databases of tests lie in memory where there is room: they sync as they always do, without a disk to wait for.
MEMORY := /dev/shm
ROOM := $(shell test -w $(MEMORY) && df -Pk $(MEMORY) | awk 'NR == 2 && $$4 > 2000000 {print "TMPDIR=$(MEMORY)"}')

.PHONY: run test check bench docs

run: .venv/run.stamp
	@exec $(BIN)/python -m bot run $(CONFIG)

test: check
	$(ROOM) $(BIN)/python -m pytest -q -n auto --dist worksteal

check: .venv/dev.stamp
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_architecture.py tests/test_docs.py

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks

docs: .venv/run.stamp
	$(BIN)/python -m bot docs
	$(BIN)/python -m tests.behaviours

.venv/bin/python:
	@$(PYTHON) -m venv .venv

.venv/run.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing what Whistle needs into .venv; this happens once."
	@$(BIN)/python -c '$(NEEDS)' > .venv/needs.txt
	@$(PIP) -r .venv/needs.txt
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing what Whistle's tests need into .venv; this happens once."
	@$(BIN)/python -c '$(NEEDS)' dev > .venv/needs-dev.txt
	@$(PIP) -r .venv/needs-dev.txt
	@touch $@ .venv/run.stamp
