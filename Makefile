# The environment lies in .venv. A PYTHON that is named and is not the one that .venv was made with gets another folder beside it.
made_with = $(shell sed -n 's/^executable = //p' $(1)/pyvenv.cfg 2>/dev/null)
ifdef PYTHON
  NAMED := $(shell $(PYTHON) -c 'import os, sys; print(os.path.realpath(sys.executable))')
  VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
  VENV := $(if $(filter-out $(NAMED),$(call made_with,.venv)),.venv-$(VERSION),.venv)
  ifneq ($(filter-out $(NAMED),$(call made_with,$(VENV))),)
    $(error $(VENV) was made with $(call made_with,$(VENV)), not with $(NAMED): remove or rename it)
  endif
else
  VENV := .venv
  PYTHON := $(shell [ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)
endif
BIN := $(VENV)/bin
# Three workers for two cores: a third of a test's time is waiting for processes, for limits to strike and for the disk.
PYTEST := $(BIN)/python -m pytest -n 3 --dist worksteal

.PHONY: help setup demo test test-all lint build verify attack crash fuzz bench dist clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

setup: $(VENV)/.ready  ## make .venv from the lock file

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -qy python3-venv; } || { echo "The module venv is missing: apt-get install python3-venv"; exit 1; }
	@echo "The packages of the lock file go to $(VENV), which takes one to two minutes."
	@[ -x $(BIN)/python ] || rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q autograder
	touch $(VENV)/.ready

demo: setup  ## build the course, make a sample class in demo/, train LeNet, grade
	$(BIN)/python -W ignore -m autograder.demo

# Where the environment forbids bytecode, every worker would compile the tests and every command of theirs the package anew.
test test-all: export PYTHONDONTWRITEBYTECODE =

test: setup  ## the tests, about five minutes on two cores
	$(PYTEST) -m "not long"

test-all: setup  ## those and the long ones: as another user, the second language, long campaigns; LONG=1/4 takes a quarter of the long ones
	$(PYTEST) $(if $(LONG),--long $(LONG))

lint: setup  ## style and types
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check autograder tests source
	$(BIN)/mypy --strict autograder
	for name in source/datasets/*/ source/records/*.py; do $(BIN)/mypy --strict $$name || exit 1; done

build: setup  ## assignments/ and solutions/ from source/
	$(BIN)/autograder build

verify: setup  ## prove every check by the known mistakes
	$(BIN)/autograder verify

attack: setup  ## grade every hostile submission of tests/attacks/, as root and as an ordinary user, print the table; DATABASE=postgresql for a class there
	$(BIN)/python -W ignore -m tests.attacks --database $(or $(DATABASE),sqlite)

crash: setup  ## kill grader, workers and boxes 200 times over a class of 60, then compare
	$(BIN)/python -W ignore -m tests.crash

fuzz: setup  ## ten minutes of coverage-guided fuzzing of what the box sends
	mkdir -p .autograder/fuzz
	$(BIN)/python -W ignore -m tests.fuzz.wire -max_total_time=600 -artifact_prefix=.autograder/fuzz- .autograder/fuzz

bench: setup  ## measure everything beside nbgrader, otter and plain loops, renew the tables of docs/; some hours, as root
	for part in commands grading growth floor accuracy chapters; do \
		$(BIN)/python -W ignore benchmarks/$$part.py --write-docs || exit 1; \
	done

dist: setup  ## the kit's wheel, for students and staff, and the PALM course's, for teachers, to dist/
	$(BIN)/python -m autograder.authoring.course_wheel dist palm

clean:  ## remove what was made here, keep the course
	rm -rf .venv .venv-* demo dist .autograder .mypy_cache .ruff_cache .hypothesis
