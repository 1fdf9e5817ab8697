# `make brief` runs the main job, `make test` the gate. Both set everything up first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: brief test format soak benchmark lock clean

brief: $(VENV)/.ready
	$(BIN)/kilosat brief pakistan --blueprint surplus-2000mw --out out

test: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --fail-under=85

soak: $(VENV)/.ready
	$(BIN)/python -m pytest -m soak

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/.ready
	$(PYTHON) -m venv $(VENV)-benchmark
	$(VENV)-benchmark/bin/python -m pip install --quiet --require-hashes -r requirements-benchmark.lock
	$(VENV)-benchmark/bin/python -m pip install --quiet --no-deps .
	$(VENV)-benchmark/bin/python benchmarks/dispatch.py --write benchmarks/results.json
	$(VENV)-benchmark/bin/python benchmarks/outlook.py --quantlib $(VENV)-benchmark/bin/python
	$(VENV)-benchmark/bin/python benchmarks/walks.py --quantlib $(VENV)-benchmark/bin/python
	$(BIN)/python benchmarks/blocks.py --peers $(VENV)-benchmark/bin/python
	$(BIN)/python benchmarks/chain.py

# The lock files pin every package with its hash; `uv` is needed only here.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --upgrade -o requirements.lock
	uv pip compile pyproject.toml --extra benchmark --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --upgrade -o requirements-benchmark.lock

clean:
	rm -rf $(VENV) $(VENV)-benchmark out

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
