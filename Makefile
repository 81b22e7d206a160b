# Two commands matter: `make run` and `make test`. Both set themselves up.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test gates check fix lock

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml deploy/setup.sh
	@PYTHON="$(PYTHON)" sh deploy/setup.sh

run: setup
	@exec $(BIN)/sportello serve --demo

test: setup
	@sh tests/e2e/setup.sh
	$(BIN)/python -m pytest tests/domain tests/service --cov=bot.domain --cov=bot.service \
		--cov-report=term:skip-covered --cov-fail-under=100
	$(BIN)/python -m pytest tests/e2e tests --ignore=tests/domain --ignore=tests/service --cov --cov-append \
		--cov-report=term:skip-covered --cov-fail-under=90 \
		--numprocesses=4 --dist=loadfile --no-loadscope-reorder  # What takes longest begins first.

gates: setup
	@sh tests/e2e/setup.sh
	$(BIN)/python -m pytest tests/gates tests/bench tests/e2e/test_fight.py -m gate

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry .

fix: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-emit-index-url --no-header --upgrade \
		--output-file requirements.lock deploy/build.in
