# Yorisoi: `make run` starts it, `make test` tests it; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: ack alerts api arch audit bench browser bundles canaries chaos chat check clean console conversations crash \
  files fmt fuzz help image-lint install install-dev journeys lint lock matrix mutants pacing proofs rotation \
  run sbom simulate size summaries test types upgrades zones

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Yorisoi needs Python 3.11 or newer; '$(PYTHON)' is older or not there." >&2; \
	  echo "Name a newer one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "[1/3] making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Could not make a virtual environment here. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.python requirements.lock pyproject.toml
	@echo "[2/3] installing what Yorisoi needs (once, about a minute)"
	@$(BIN)/python tools/install.py requirements.lock
	@echo "[3/3] installing Yorisoi itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@echo "installing the tools for tests and checks (once)"
	@$(BIN)/python tools/install.py requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## make .venv with the command `yorisoi` in it

install-dev: $(VENV)/.installed-dev ## the same, with the tools for tests and checks

run: install ## start Yorisoi with a sample clinic, on this machine only
	@HOST=$(HOST) PORT=$(PORT) $(BIN)/yorisoi demo

chat: install ## talk to Yorisoi in this terminal
	@$(BIN)/yorisoi chat

# One more than there are cores: the journeys wait for processes and databases of their own.
test: install-dev ## all tests but the browser's (N=path::name for some)
	@$(BIN)/python -m pytest -n $$(( $(JOBS) + 1 )) --dist loadgroup -q $(if $(N),$(N),-m "not browser")

fmt: install-dev ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix-only -q .

lint: install-dev
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/python -m tools.ports bot handlers scheduler storage locales

types: install-dev
	@$(BIN)/mypy

arch: install-dev
	@$(BIN)/lint-imports

size: install-dev
	@$(BIN)/python -m tools.measure --gate bot handlers scheduler storage locales

image-lint: install-dev
	@$(BIN)/hadolint Dockerfile

check: lint types arch size image-lint ## lint, types, architecture, size and shape, Dockerfile
	@$(BIN)/yorisoi check handlers/protocols/parkinson-cell-therapy
	@echo "check: all green"

bench: install-dev ## ratios against what users would otherwise pick (N=0.1 for a short run)
	@$(BIN)/python -m benchmarks $(if $(N),--scale $(N))

console: install-dev ## every page of the console with 100 and with 10,000 patients on PostgreSQL (N=1000; N=100: no times)
	@$(BIN)/python -m benchmarks.console --n $(or $(N),10000)

browser: install-dev ## the tests that drive Debian's Chromium; writes docs/pictures
	@$(BIN)/python -m pytest -q -m browser tests

journeys: install-dev ## eight ways through the intake; writes docs/journeys.md
	@YORISOI_JOURNEYS=write $(BIN)/python -m pytest -q tests/journeys/test_eight_people.py

# An hour of it at a time, added up in a folder: make crash KEEP=kills MINUTES=50
crash: install-dev ## processes killed with SIGKILL at every statement and call, on both databases (N=300)
	@$(BIN)/python -m tests.crash --n $(or $(N),10000) $(if $(KEEP),--keep $(KEEP)) $(if $(MINUTES),--minutes $(MINUTES))

pacing: install-dev ## how close to the services' limits the sender gets (N=4 seconds for a short run)
	@$(BIN)/python -m tests.pacing --seconds $(or $(N),60)

audit: install-dev ## a thousand tamperings with the record of acts, all found, on both databases (N=200)
	@YORISOI_TAMPERINGS=$(or $(N),1000) $(BIN)/python -m pytest -q -n 0 tests/storage/test_audit.py

ack: install-dev ## how soon a WhatsApp delivery is acknowledged at 200 a second while a backup runs (N=5 s: short)
	@$(BIN)/python -m tests.ack $(if $(N),--seconds $(N))

alerts: install-dev ## how soon staff hear of RED taps at 50 a second on both databases (N=3 seconds: short)
	@$(BIN)/python -m tests.alerts $(if $(N),--seconds $(N))

rotation: install-dev ## a new master key for 10,000 patients, killed 100 times, on both databases (N=10 kills, fewer patients)
	@$(BIN)/python -m tests.rotation $(if $(N),--kills $(N) --people $(shell expr $(N) \* 100))

simulate: install-dev ## months of life and whole programmes in virtual time, with faults by seed (N=10 small seeds each)
	@$(BIN)/python -m tests.simulation --jobs $(JOBS) $(if $(N),--seeds $(N) --patients 100)
	@$(BIN)/python -m tests.simulation --programme --jobs $(JOBS) $(if $(N),--seeds $(N) --patients 5 --once)

mutants: install-dev ## deliberate bugs, each of which an invariant must catch (N=4: four of them, others each day)
	@$(BIN)/python -m tests.mutants --jobs $(JOBS) $(if $(N),--n $(N))

upgrades: install-dev ## migrations killed at every statement on both databases, then run again (N=9: at every 9th)
	@$(BIN)/python -m tests.upgrade $(if $(N),--every $(N))

conversations: install-dev ## whatever is said, in whatever order, searched for long (N=500 conversations)
	@YORISOI_CONVERSATIONS=$(or $(N),5000) $(BIN)/python -m pytest -q tests/conversations

zones: install-dev ## every check-in of every day 2024-2032 in every time zone (N=50 zones)
	@$(BIN)/python -m tests.zones $(if $(N),--n $(N))

fuzz: install-dev ## 200,000 mutated and 10,000 forged webhook bodies against the web application (N=5000)
	@$(BIN)/python -m tests.fuzz --jobs $(JOBS) $(if $(N),--n $(N))

files: install-dev ## some 290 odd files and 5,000 mutated ones, found to be what they are; 500 MB weighed (N=300)
	@$(BIN)/python -m tests.files $(if $(N),--n $(N))

matrix: install-dev ## every route asked by every role about every clinic's records, on both databases (N=1: SQLite)
	@$(BIN)/python -m tests.matrix $(if $(N),--databases sqlite)

canaries: install-dev ## 1,000 canaries through every door, looked for wherever bytes stay: found 0 times (N=150)
	@$(BIN)/python -m tests.canaries $(if $(N),--n $(N))

api: install-dev ## the API's own description, asked everything that can be thought of: 0 errors of the server (N=10)
	@$(BIN)/python -m tests.api $(if $(N),--n $(N))

chaos: install-dev ## databases that stop, disks that fill up, workers that stand still (N=0.4 minutes: the short form)
	@$(BIN)/python -m tests.chaos $(if $(N),--minutes $(N))

proofs: ## the short form of every proof
	@$(MAKE) --no-print-directory bench N=0.02
	@$(MAKE) --no-print-directory simulate N=10
	@$(MAKE) --no-print-directory mutants N=4
	@$(MAKE) --no-print-directory crash N=300
	@$(MAKE) --no-print-directory pacing N=4
	@$(MAKE) --no-print-directory ack N=5
	@$(MAKE) --no-print-directory alerts N=3
	@$(MAKE) --no-print-directory chaos N=0.4
	@$(MAKE) --no-print-directory console N=100
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory upgrades N=9
	@$(MAKE) --no-print-directory zones N=50
	@$(MAKE) --no-print-directory fuzz N=5000
	@$(MAKE) --no-print-directory api N=10
	@$(MAKE) --no-print-directory files N=300
	@$(MAKE) --no-print-directory bundles
	@$(MAKE) --no-print-directory summaries N=300
	@$(MAKE) --no-print-directory audit N=200
	@$(MAKE) --no-print-directory canaries N=150
	@$(MAKE) --no-print-directory rotation N=10
	@$(MAKE) --no-print-directory matrix N=1

tests/bundles/node_modules: tests/bundles/package-lock.json
	@if command -v npm >/dev/null 2>&1; then npm ci --prefix tests/bundles --ignore-scripts --no-audit --no-fund --silent; \
	  else echo "no npm here: Medplum's judge cannot be installed" >&2; fi

bundles: install-dev tests/bundles/node_modules ## FHIR Bundles of generated patients before two validators (N=50)
	@$(BIN)/python -m tests.bundles $(if $(N),--n $(N))

summaries: install-dev ## a summary's first byte among 10,000 patients, a PDF's time and size (N=300 patients)
	@$(BIN)/python -m tests.summaries $(if $(N),--n $(N))

lock: install-dev ## write the lock files anew
	@$(BIN)/uv pip compile -q --universal --no-strip-extras --generate-hashes --no-annotate --no-header pyproject.toml --extra build -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --no-strip-extras --generate-hashes --no-annotate --no-header pyproject.toml --group dev -o requirements-dev.lock

sbom: ## a bill of materials (CycloneDX, JSON) of what the lock file installs, on standard output
	@$(PYTHON) -m tools.sbom

clean: ## remove the virtual environment and caches (your data in var/ stays)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
