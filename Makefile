# Everything a person does with the repository; `make` alone lists it.
# Needs Python 3.11+, git and make; the rest is fetched into .venv and .tools.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Node comes with the Python environment; the machine's own is not used.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help
help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: setup setup-dev
setup:  ## Make the Python environment for running
	@tools/setup runtime

setup-dev:  ## Make the Python environment for developing
	@tools/setup dev

.PHONY: frontend
frontend: setup  ## Build the console and the chat widget, if their source changed
	@tools/frontend build

.PHONY: run
run: frontend  ## Serve the demo: people, queues, a handset to text from
	@contactcenter run --demo

# What tries every branch of the core; measured by themselves, because measuring slows everything down.
CORE_TESTS := tests/domain tests/queues tests/routing tests/config tests/runtime/test_statistics.py

# A module's tests stay together: they share servers that take seconds to start. Many tests wait for a server, so there
# is one worker more than there are cores. tests/conftest.py puts the modules in order.
WORKERS := $(shell cores=$$(nproc); echo $$((cores < 4 ? cores + 1 : 4)))
PARALLEL := --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

# Tests kill processes, never the machine: what is written outlives those without a flush to the disk, and workers
# that flush all the time make a slow disk stall for seconds.
PYTEST := eatmydata pytest --hypothesis-profile=ci $(PARALLEL)

.PHONY: test
test: setup-dev  ## Everything that must hold before a change is shared
	@tools/system-packages
	@$(MAKE) check
	@tools/frontend test
	@tools/frontend build
	@$(PYTEST) --cov --cov-report=term $(CORE_TESTS)
	@$(PYTEST) $(addprefix --ignore=,$(CORE_TESTS))

.PHONY: cover-core
cover-core: setup-dev  ## The core's own tests, and which of its branches they miss
	@pytest --cov --cov-report=term-missing $(CORE_TESTS)

.PHONY: check
check: setup-dev  ## The checks that run nothing: format, lint, types, layers, dead code
	@tools/check

.PHONY: format
format: setup-dev  ## Put the source into its format, and mend what the linter can mend
	@ruff format
	@ruff check --fix-only --quiet

.PHONY: lock
lock:  ## Write requirements/*.txt from pyproject.toml (`make lock UPGRADE=1`: newest versions)
	@tools/lock $(if $(UPGRADE),--upgrade)

.PHONY: bench
bench: setup-dev  ## Measure, and print the tables of docs/performance.md
	@for bench in bench/[a-z]*.py; do echo "== $$bench"; PYTHONPATH=. python "$$bench"; done

.PHONY: screenshots
screenshots: setup-dev  ## Take the pictures of docs/tour.md again, from a demo
	@tools/system-packages
	@tools/frontend build
	@python -m tools.screenshots

.PHONY: clean
clean:  ## Remove what was built and fetched; the next command makes it again
	@rm -rf .venv .tools build dist contactcenter/console/dist frontend/node_modules frontend/dist \
	  .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
