# Two commands matter: `make run` and `make test`. Both do all set-up they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: run stop test crash check setup setup-dev browser lock format clean bench messy again train vulnerabilities

run: setup ## the console with the demo tenants, on an embedded database
	$(BIN)/python -m core.entry.cli serve --demo

stop: setup ## stop the console, its worker and the embedded database of this data folder
	@$(BIN)/python -m core.entry.cli stop

test: setup-dev browser ## every test, the browser journeys included; three files at a time, each on a server of its own: two cores, and a third of the time is waiting
	$(BIN)/python -m pytest tests -n 3 --dist loadfile --no-loadscope-reorder -W error -p no:cacheprovider

crash: setup-dev ## the nightly: an import under 200 + 50 crashes of the server, 100 kills of the worker, 30 of the postmaster; 20 first starts of eight processes; every upgrade
	$(BIN)/python -m tests.crash $(CRASH)
	$(BIN)/python -m pytest tests/entry/test_first_start.py --rounds 20 -q -s -p no:cacheprovider
	$(BIN)/python -m pytest tests/db/upgrades --all-revisions -q -p no:cacheprovider

check: setup-dev ## style, types, direction of imports, documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/docs -q

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(STAMP)
	@$(BIN)/python -m compileall -q core adapters pages mock_data # else where nothing may be cached each start compiles
setup-dev: setup $(DEV_STAMP)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

browser: setup-dev ## a browser for the journeys: the system's, or Playwright's own
	@$(BIN)/python tests/e2e/install_browser.py

lock: setup-dev ## compile requirements.in and requirements-dev.in with hashes
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --universal requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --universal requirements-dev.in -o requirements-dev.txt

train: setup-dev ## fit the field matcher on data/corpus and print how it does on unseen systems
	mkdir -p data/local
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/train.py --predictions data/local/predictions.json
	$(BIN)/python benchmarks/calibration.py data/local/predictions.json

bench: setup-dev $(VENV)/bench/.installed $(VENV)/bench-mapping/.installed ## import and matcher against their peers
	$(BIN)/python benchmarks/import.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/mapping.py

again: setup-dev ## import real-life exports a second time in four ways: only what changed may change
	$(BIN)/python benchmarks/again.py

messy: setup-dev ## judge real-life exports from file to target: right, held, asked or silently wrong
	$(BIN)/python benchmarks/messy.py

$(VENV)/bench/.installed: requirements-bench.in
	$(PYTHON) -m venv $(VENV)/bench
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.in
	$(VENV)/bench/bin/python -m compileall -q $(VENV)/bench/lib || true  # a peer's start is not to be compiled each time
	touch $@

$(VENV)/bench-mapping/.installed: requirements-bench-mapping.in
	$(PYTHON) -m venv $(VENV)/bench-mapping
	$(VENV)/bench-mapping/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench-mapping.in
	touch $@

vulnerabilities: $(VENV)/audit/.installed ## look up known vulnerabilities of every pinned package; needs the network, exit code 2 without
	$(BIN)/python scripts/vulnerabilities.py $(VENV)/audit/bin/pip-audit

$(VENV)/audit/.installed: requirements-audit.in | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.in
	touch $@

clean:
	rm -rf $(VENV) data/local .mypy_cache .ruff_cache .import_linter_cache
