# make demo: the main job on real parts. make test: every check; make check: those without a wiki, in a minute. make sandbox: the wikis and the bot, to try things on.

SHELL := /bin/bash
PYTHON ?= python3
# Tests wait half their time, for a wiki, a queue, a child: two for each of two processors keep those busy.
WORKERS ?= 4
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# What sets of texts are gone through by is the same in every run, so that a test which fails once fails again.
export PYTHONHASHSEED := 0
# Python is started a hundred times: where images say that nothing compiled is kept, each time compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check coverage fire sandbox screenshots docs lint lock audit clean prepare

demo: prepare
	.venv/bin/python -m deploy.sandbox demo

# Much of a test is waiting for a wiki: lint meanwhile.
test: prepare .venv-toolforge/ready
	@$(MAKE) --no-print-directory -j2 lint tests

# What a change is checked with while it is made: no wiki.
check: .venv/ready
	@$(MAKE) --no-print-directory -j2 lint quick

.PHONY: quick
quick:
	.venv/bin/pytest -q -n 3 --dist worksteal -m "not wiki and not long"

# Whole lives on a wiki in memory; a seed that breaks a promise is told, made smaller.
SEEDS ?= 10000
.PHONY: fuzz
fuzz: .venv/ready
	.venv/bin/python -m tests.simulation --seeds 1:$(or $(SEEDS),1000) --jobs 2

.PHONY: tests chromium
tests: chromium
	.venv/bin/pytest -n $(WORKERS) --dist worksteal

# Slower by a quarter.
coverage: prepare .venv-toolforge/ready chromium
	.venv/bin/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term

# Kills processes, queue and database while they work: KILLS=500 FILES=200 PAGES=500 take a quarter of an hour.
fire: prepare
	.venv/bin/python -m tests.hub.fire --kills $(or $(KILLS),500) --files $(or $(FILES),200) --pages $(or $(PAGES),500)

# How fast it is, beside others that do the same; nothing else is to run meanwhile. FULL=1: all of it, in hours;
# WRITE=1: BENCHMARKS.md too; LINES="edits uploads": only these.
.PHONY: bench
bench: prepare
	.venv/bin/python -m tests.bench $(if $(FULL),--full) $(if $(WRITE),--write) $(LINES)

# Kills each of these, too, at each step of each action.
.PHONY: matrix
matrix: prepare
	.venv/bin/python -m tests.hub.kill_matrix

sandbox: prepare
	.venv/bin/python -m deploy.sandbox up

screenshots: prepare chromium
	.venv/bin/python -m deploy.sandbox screenshots

chromium:
	@command -v chromium >/dev/null || { $(SUDO) apt-get update -qq && \
		$(SUDO) apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends chromium; }

# A web site of docs/, in .site.
docs: .venv/ready
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build -f deploy/mkdocs.yml

lint: .venv/ready
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

# Python's packages and the wikis' parts come from different places: both at once.
prepare:
	@$(MAKE) --no-print-directory -j2 .venv/ready wikis

.PHONY: wikis
wikis:
	@$(PYTHON) -m deploy.sandbox prepare

.venv/ready: tests/requirements.txt pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ $(SUDO) apt-get update -qq && $(SUDO) apt-get -o DPkg::Lock::Timeout=300 install -y -qq python3-venv; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install -qq --no-compile --disable-pip-version-check --require-hashes -r tests/requirements.txt
	.venv/bin/pip install -qq --no-compile --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Toolforge's own clients, which read deploy/toolforge in a test: they want an older urllib3 than the bot has.
.venv-toolforge/ready: tests/toolforge/requirements.txt
	$(PYTHON) -m venv .venv-toolforge
	.venv-toolforge/bin/pip install -qq --no-compile --disable-pip-version-check --require-hashes -r $<
	@touch $@

# requirements.txt is what a build on Toolforge installs, where the ledger is in MariaDB.
LOCK := .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header
lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	$(LOCK) pyproject.toml --extra mariadb -o requirements.txt
	$(LOCK) pyproject.toml --extra test -c requirements.txt -o tests/requirements.txt
	$(LOCK) tests/toolforge/requirements.in -o tests/toolforge/requirements.txt
	rm -rf .venv-lock

# Whether anything in the locked requirements has a known flaw. It asks a database on the internet,
# and fails where that does not answer for each package: no part of `make test`, which needs no internet.
audit:
	$(PYTHON) -m venv .venv-audit && .venv-audit/bin/pip install --quiet pip-audit
	.venv-audit/bin/pip-audit -r requirements.txt -r tests/requirements.txt --require-hashes --disable-pip --strict
	rm -rf .venv-audit

clean:
	rm -rf .venv .venv-toolforge .venv-lock .venv-audit .sandbox .site .coverage .hypothesis .*_cache *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
