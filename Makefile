PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test lint build verify attack crash fuzz bench clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

setup: .venv/.ready  ## make .venv from the lock file

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -qy python3-venv; } || { echo "The module venv is missing: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q autograder
	touch .venv/.ready

demo: setup  ## build the course, make a sample class in demo/, train LeNet, grade
	$(BIN)/python -W ignore -m autograder.demo

test: setup  ## all tests
	$(BIN)/python -m pytest -n 2

lint: setup  ## style and types
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check autograder tests source
	$(BIN)/mypy --strict autograder

build: setup  ## assignments/ and solutions/ from source/
	$(BIN)/autograder build

verify: setup  ## prove every check by its mutants
	$(BIN)/autograder verify

attack: setup  ## grade every hostile submission of tests/attacks/, print the table
	$(BIN)/python -W ignore -m tests.attacks

crash: setup  ## kill grader, workers and boxes 200 times over a class of 60, then compare
	$(BIN)/python -W ignore -m tests.crash

fuzz: setup  ## ten minutes of coverage-guided fuzzing of what the box sends
	mkdir -p .autograder/fuzz
	$(BIN)/python -W ignore -m tests.fuzz.wire -max_total_time=600 -artifact_prefix=.autograder/fuzz- .autograder/fuzz

bench: setup  ## measure everything beside nbgrader, otter and plain loops, renew the tables of docs/; some hours, as root
	for part in commands grading growth floor accuracy chapters; do \
		$(BIN)/python -W ignore benchmarks/$$part.py --write-docs || exit 1; \
	done

clean:  ## remove what was made here, keep the course
	rm -rf .venv demo .autograder .mypy_cache .ruff_cache .hypothesis
