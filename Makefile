# Two commands do everything on a fresh machine: `make demo` and `make test`.
# `make site` and `make test-site` are the same for a real Frappe site.

PYTHON ?= python3
VENV := .venv
RUN := PYTHONPATH=. $(VENV)/bin/python
ARGS ?=

.PHONY: demo test readings site test-site check docs bench probe reliability audit clean

demo: $(VENV)/.demo
	@$(RUN) -m demo $(ARGS)

test: $(VENV)/.test
	$(RUN) -m pytest --ignore=tests/site --ignore=tests/browser $(ARGS)
	$(RUN) scripts/test_site.py --if-found

# The whole-sync tests once for each other reading of a row of docs/xero.md; `make test` runs a part.
readings: $(VENV)/.test
	$(RUN) scripts/try_readings.py $(ARGS)

# Half an hour of faults, kills and odd input, and the figures of it in docs/reliability.md.
reliability: $(VENV)/.test
	$(RUN) scripts/reliability.py $(ARGS)

# Known weaknesses of everything that is installed: by PyPI where it can be reached, and by the dated
# list in the repository. What the service was not asked about, or does not know, fails the audit.
audit: $(VENV)/.demo
	-@$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[audit]'
	@$(RUN) scripts/audit.py $(ARGS)

# Xero's own client for Node, which then drives the simulator in the tests (some 20 MB, never committed).
.PHONY: xero-node
xero-node:
	npm install --prefix .xero-node --no-audit --no-fund --no-save --loglevel=error xero-node@20

site: $(VENV)/.demo
	$(RUN) scripts/make_site.py $(ARGS)

test-site: $(VENV)/.demo
	$(RUN) scripts/test_site.py $(ARGS)

# Figures beside their targets, some minutes; ARGS="--full --write" for those of docs/performance.md.
bench: $(VENV)/.bench
	@$(RUN) -m benchmarks $(ARGS)

# What the app assumes of Xero, tried on the simulator; ARGS="--demo-company" for a real one.
probe: $(VENV)/.demo
	@$(RUN) scripts/probe.py $(ARGS)

# docs/mapping.md, limits.md and doctor.md, from the code.
docs: $(VENV)/.demo
	$(RUN) scripts/print_docs.py

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 10) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: install the package python3-venv."; rm -rf $(VENV); exit 2; }

$(VENV)/.demo $(VENV)/.test $(VENV)/.dev $(VENV)/.bench: $(VENV)/bin/python pyproject.toml
	@$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[$(subst .,,$(notdir $@))]'
	@touch $@

clean:
	rm -rf $(VENV) .demo .xero-node .pytest_cache .mypy_cache .ruff_cache .hypothesis .reliability .probe
