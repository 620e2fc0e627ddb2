# Every verb of a developer. `make` lists them.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DIST := web/static/dist/.vite-done
TRANSLATIONS := $(patsubst %.po,%.mo,$(shell find web/translations -name '*.po'))
# Quoted, because the path of a clone may hold blanks.
SETTINGS = set -a && . "$$($(BIN)/python -m api.development)" && set +a
.DEFAULT_GOAL := help
RUNS ?= 20000
.PHONY: help setup run test browser fuzz test-fast lint format types rules story bench clean lock console

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.locked $(DIST) $(TRANSLATIONS) ## everything a fresh machine needs: Python and front-end packages, assets, translations

.venv/.locked: requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit("Signalbox needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(DIST): web/frontend/package.json web/frontend/package-lock.json web/frontend/vite.config.js $(shell find web/frontend/src -type f)
	npm --prefix web/frontend ci --no-audit --no-fund
	npm --prefix web/frontend run build
	@touch $@

web/translations/%.mo: web/translations/%.po | .venv/.locked
	$(BIN)/pybabel -q compile -i $< -o $@

run: setup ## demo city on http://127.0.0.1:8000; prints the address and the demo accounts
	@$(SETTINGS) && \
	$(BIN)/flask db upgrade >/dev/null && $(BIN)/flask demo ensure && \
	echo "Signalbox: http://127.0.0.1:$(PORT)" && \
	exec $(BIN)/gunicorn --no-control-socket --workers 1 --threads 8 --bind 127.0.0.1:$(PORT) --access-logfile /dev/null 'app:serve()'

test: setup browser ## lint, types, import rules and all tests, on SQLite, PostgreSQL and in a browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal

browser: .venv/.locked ## find a browser for the tests, or install one
	@$(BIN)/python -m tests.browser.install

fuzz: .venv/.locked ## instances against the oracle, on both databases: make fuzz RUNS=2000 MINUTES=10 SEED=1 ON=sqlite
	$(BIN)/python -m tests.oracle.fuzz --runs $(RUNS) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ON),--on $(ON))

test-fast: .venv/.locked ## the tests of one folder: make test-fast AT=tests/engine
	$(BIN)/python -m pytest -q $(AT)

lint: .venv/.locked ## ruff and import rules
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

format: .venv/.locked ## let ruff lay out and mend the code
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

types: .venv/.locked ## mypy --strict
	$(BIN)/mypy

rules: .venv/.locked ## how many rules of the rulebook are proved by tests, and which are not
	@$(BIN)/python -m tests.rules

story: .venv/.locked ## play one fault over HTTP against the running server and print each step
	@$(BIN)/python -m tests.story http://127.0.0.1:$(PORT)

bench: setup ## CPU a completed task as a ratio to a floor, timers, lists, bytes; QUICK=1 for a look, ROUNDS=5 for less noise
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS))

console: .venv/.locked ## a Python shell with engine, clock and queries bound
	@$(SETTINGS) && $(BIN)/flask db upgrade >/dev/null && $(BIN)/flask console

lock: .venv/.locked ## rewrite the dependency locks from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 -q pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 -q --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove what was built, and the demo database
	rm -rf .venv web/static/dist web/frontend/node_modules instance $(TRANSLATIONS)
