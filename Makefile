# Two commands matter: `make demo` and `make test`. Neither needs root, accounts or tokens,
# and nothing is written outside this folder (caches and tools included).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Caches on another file system cannot be hard-linked; copying is silent and as right.
export UV_LINK_MODE := copy
# Compiled at once: starting without it costs seconds, at every start where Python may not write caches.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE
UV := PYTHONPATH=$(TOOLS) $(PYTHON) -m uv

.PHONY: demo test test-fast test-deep mutate lint format bench flood chaos drill fuzz locks clean

demo: $(VENV)/.demo  ## the whole product on embedded parts, at http://127.0.0.1:8000
	$(BIN)/orderbot demo

test: $(VENV)/.dev lint  ## everything that must hold
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-fast: $(VENV)/.dev  ## without the browser and without killing processes
	$(BIN)/python -m pytest -n 2 -m "not browser and not kill"

test-deep: $(VENV)/.dev  ## 100,000 random sequences of links, roles, removals, questions and presses: hours
	ORDERBOT_TEST_SEQUENCES=100000 $(BIN)/python -m pytest -n 2 tests/machine

mutate: $(VENV)/.dev  ## which changes of linking and of the scope check no test notices (docs/mutation.md): hours
	PATH="$(CURDIR)/$(BIN):$$PATH" python -m tests.support.mutants make
	PATH="$(CURDIR)/$(BIN):$$PATH" python -m tests.support.mutants run -j 2
	PATH="$(CURDIR)/$(BIN):$$PATH" python -m tests.support.mutants report

kit: $(VENV)/.dev  ## which ERP adapter obeys which rule, as a table
	$(BIN)/python -m tests.erp.kit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/ops/test_locks.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

chaos: $(VENV)/.dev  ## kills, crashes, outages and wrong clocks, by a seed: nothing lost, nothing out of order
	$(BIN)/python -m bench.chaos

REF ?= HEAD~50
drill: $(VENV)/.dev  ## an upgrade from the release REF while people ask: nothing lost
	$(BIN)/python -m bench.drill $(REF)

bench: $(VENV)/.dev  ## speed, as ratios to bare Bolt and bare python-telegram-bot
	$(BIN)/python -m bench
	$(BIN)/python -m bench.access
	$(BIN)/python -m bench.acknowledging
	$(BIN)/python -m bench.erp
	$(BIN)/python -m bench.erp_calls
	$(BIN)/python -m bench.near
	$(BIN)/python -m bench.understanding
	$(BIN)/python -m bench.reading
	$(BIN)/python -m bench.transport
	$(BIN)/python -m bench.watching

flood: $(VENV)/.dev  ## 5,000 updates, a Telegram in a bad mood and a bot that is killed: minutes
	$(BIN)/python -m bench.flood

fuzz: $(VENV)/.dev  ## ten minutes of any text: no crash, no stall
	$(BIN)/python -m bench.understanding --seconds 600

locks: $(TOOLS)/bin/uv  ## after changing dependencies in pyproject.toml
	$(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra demo --group build pyproject.toml -o requirements-demo.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra demo --extra traces --group build --group dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) $(TOOLS) .cache .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache mutants dist

# A bare Debian has neither ensurepip nor a pip that may touch the system; `--target` is allowed there.
$(TOOLS)/bin/uv:
	$(PYTHON) -m pip install --quiet --target $(TOOLS) --require-hashes -r requirements-uv.txt

$(VENV)/bin/python: | $(TOOLS)/bin/uv
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)

$(VENV)/.demo: requirements-demo.txt pyproject.toml | $(VENV)/bin/python
	test -e $(VENV)/.dev || $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-demo.txt
	$(MAKE) --no-print-directory $(VENV)/.self
	touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	$(MAKE) --no-print-directory $(VENV)/.self
	touch $@

# The project itself, without resolving or downloading anything.
$(VENV)/.self: pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@
