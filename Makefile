# Everyday commands. `make` alone lists them. Everything lives in .venv; nothing else is changed on the machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.setup-done
UI_SOURCES := $(shell find ui -type f -not -path 'ui/node_modules/*' 2>/dev/null)

# The tests start programs by the thousand, which shall not compile the same modules each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup browser check fix test unit e2e e2e-jaeger live faults bench bench-ui screenshots demo serve build types clean ui-built

help: ## list these commands
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(SETUP) ## .venv with the package, the UI, the dev tools and Node if it is absent

$(SETUP): pyproject.toml ui/package-lock.json ui/hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "Python 3.10 or newer is needed: set PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv."; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade pip uv
	PATH="$(CURDIR)/$(BIN):$$PATH" .ci/node $(BIN)
	cd ui && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	PATH="$(CURDIR)/$(BIN):$$PATH" VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip install --quiet --editable '.[dev,langchain,mcp,instrumentations]'
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true # uv does not; a package's templates may not compile
	@touch $@

browser: ## a Chromium for the browser tests
	@.ci/browser

# The files that the server serves follow the UI's sources.
agent_inspector/server/static/index.html: $(UI_SOURCES) | setup
	cd ui && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build
	@touch $@

ui-built: setup agent_inspector/server/static/index.html

check: setup ## ruff, format, mypy, import rules, dependencies, spelling, svelte-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/codespell
	cd ui && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check

fix: setup ## ruff --fix, format, regenerate the API types of the UI
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(MAKE) types
	cd ui && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent format

types: setup ## OpenAPI document and the UI's types from it
	$(BIN)/python -m agent_inspector.server.openapi > ui/openapi.json
	cd ui && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent types

test: unit e2e ## all tests, the browser's included

unit: ui-built ## unit and contract tests, and the UI's own
	$(BIN)/python -m pytest --ignore=tests/e2e --ignore=tests/live -m "not slow"
	cd ui && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent test

e2e: ui-built browser ## browser tests on Chromium
	$(BIN)/python -m pytest tests/e2e

e2e-jaeger: setup ## a run through a real Jaeger, which Go builds at the first time (some minutes)
	@.ci/jaeger $(BIN)
	$(BIN)/python -m pytest tests/jaeger -m jaeger

live: ui-built browser ## current releases of other SDKs, recorded without code, in environments of their own
	@.ci/live $(BIN)

faults: ui-built ## the faults that take long: kill -9 by the hundred, a locked or full disk, many processes
	$(BIN)/python -m pytest tests -m slow

bench: setup ## instructions and CPU a step costs, against plain OpenTelemetry in the same run
	$(BIN)/python -m tests.bench

bench-ui: ui-built browser ## what a person waits for in the web UI, in headless Chromium
	$(BIN)/python -m tests.bench.ui $(if $(ORIGINAL),--original $(ORIGINAL))

screenshots: ui-built browser ## every state of the UI as a picture, in .screenshots/
	$(BIN)/python -m tests.e2e.screenshots

demo: ui-built ## run a real agent, record it, and serve the UI with its run
	@$(BIN)/python -m examples.demo

serve: ui-built ## serve the UI and API on the user's own store
	$(BIN)/agent-inspector server

build: setup ## sdist and wheel in dist/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m build

clean: ## remove what make made
	rm -rf $(VENV) .venv-live .venv-beside .live-node dist ui/node_modules agent_inspector/server/static
