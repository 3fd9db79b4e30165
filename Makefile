# Needs nothing but make and Python 3.11 or later. Each target sets up what it uses, in .venv.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
INSTALL := -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
PIP := $(BIN)/python $(INSTALL)

.PHONY: demo test test-sqlite test-postgres test-lts test-newest coverage lint types bench chaos constraints clean

demo: .venv/demo
	@exec $(BIN)/python -m project.demo --port $(PORT) $(if $(DATA),--data "$(DATA)")

# Each test once, on the database that says more; test-sqlite runs all of them on SQLite.
test: .venv/dev lint types
	$(MAKE) test-sqlite ONCE=--once
	$(MAKE) test-postgres

test-sqlite: .venv/dev
	$(BIN)/pytest -n 2 --dist loadgroup $(ONCE) -m "not postgres"

test-postgres: .venv/dev
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n 2 --dist loadgroup

# The adapters with the oldest django CMS and Wagtail that they run on.
test-lts: .venv-lts/made
	.venv-lts/bin/python -m pytest tests/test_adapters.py

# The wheel in an empty project, with the newest Python here and the newest Django that pip takes.
test-newest: .venv/dev
	$(BIN)/python -m tests.newest

# By itself, because it doubles the time of what it measures.
coverage: .venv/dev
	@rm -f .coverage .coverage.*
	$(BIN)/pytest -n 2 --dist loadgroup -m "not (postgres or browser)" --cov --cov-report=
	$(BIN)/coverage report --fail-under=95

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files '*.html')
	$(BIN)/python manage.py makemigrations --check --dry-run

types: .venv/dev
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m benchmarks $(NAME)

chaos: .venv/dev
	$(BIN)/python -m tests.chaos $(CHAOS)

constraints: .venv/made
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(COMPILE) --upgrade --group dev --all-extras -o constraints/dev.txt
	$(BIN)/uv pip compile $(COMPILE) --group demo -c constraints/dev.txt -o constraints/demo.txt
	cp constraints/dev.txt constraints/lts.txt  # stay on its versions where nothing else is asked
	$(BIN)/uv pip compile $(COMPILE) --group lts -o constraints/lts.txt

COMPILE := pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-annotate --no-header

clean:
	rm -rf .venv .venv-lts .venv-newest build dist

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "This needs Python 3.11 or later; name one: make PYTHON=python3.12 ...")'
	@echo "Setting up .venv"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/demo: constraints/demo.txt | .venv/made
	$(PIP) -r $<
	@touch $@

.venv/dev: constraints/dev.txt | .venv/made
	$(PIP) -r $<
	@touch $@

.venv-lts/made: constraints/lts.txt | .venv/made
	$(BIN)/python -m venv --clear .venv-lts
	.venv-lts/bin/python $(INSTALL) -r $<
	@touch $@
