# Nida. `make` alone lists what there is to do.

.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
CATALOGUES := $(wildcard locales/*/LC_MESSAGES/nida.po)

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready .venv/compiled .venv/fonts ## Make the environment and install what running needs
	@echo "Ready: $(BIN)/nida --help"

demo: .venv/ready .venv/compiled .venv/fonts ## Try it: a stand-in for Telegram, the bot and a chat page; Ctrl-C stops all
	@exec $(BIN)/nida demo

test: check browser ## Everything continuous integration runs: check, then the rest of the suite
	$(BIN)/pytest -n 2 --dist worksteal --ignore=tests/docs

prove: .venv/ready-to-develop .venv/compiled ## The long proofs of delivery: a million simulated worlds, hundreds of kills, a million people; prints its figures
	$(BIN)/python -m tests.simulation --seeds 1000000 --first 10000
	$(BIN)/pytest -n 2 -m prove --hypothesis-profile=prove
	$(MAKE) coverage

coverage: .venv/ready-to-develop .venv/compiled ## Whether tests reach every line and branch of delivery and intake, on both databases
	rm -rf build/coverage
	mkdir -p build/coverage
	$(BIN)/coverage run -m pytest -q -n 2 --dist loadfile $(COVERING)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

COVERING := $(addprefix tests/,delivery announcements telegram runner supporters metrics campaigns/test_asking.py) \
	--deselect tests/delivery/test_mutants.py --deselect tests/delivery/test_fault_25.py

check: .venv/ready-to-develop .venv/compiled ## Format, lint, types, import contracts, catalogues, migrations, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nida locales check
	$(BIN)/nida db check --models
	$(BIN)/pytest -q tests/docs

bench: .venv/ready-to-develop .venv/compiled ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m bench

screenshots: .venv/ready-to-develop .venv/compiled .venv/fonts browser ## Take the pictures of docs/screens.md anew
	$(BIN)/python -m tools.screenshots

browser: .venv/ready-to-develop # A browser for the tests of the chat page
	@tools/browser.sh

lock: .venv/ready ## Take the newest releases the project allows into the lock files
	$(BIN)/python -m pip install --quiet --upgrade --target build/uv uv
	build/uv/bin/uv pip compile $(LOCK) --group build pyproject.toml -o requirements.lock
	build/uv/bin/uv pip compile $(LOCK) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

format: .venv/ready-to-develop ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/ready-to-develop .venv/compiled ## Write docs/reference.md from the code, docs/reliability.md from the tests
	@$(BIN)/python tools/reference.py
	@$(BIN)/python tools/reliability.py

clean: ## Remove what was made here: environment, builds, caches, the demo's data
	rm -rf .venv build dist var/demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . \( -name __pycache__ -o -path './locales/*.mo' \) -prune -exec rm -rf {} +

# An environment is made anew when what it is made from changes; otherwise the stamps make a second call instant.
.venv/ready: requirements.lock pyproject.toml tools/setup.sh
	@tools/setup.sh requirements.lock
	@touch $@

.venv/ready-to-develop: requirements-dev.lock pyproject.toml tools/setup.sh
	@tools/setup.sh requirements-dev.lock
	@touch .venv/ready $@

.venv/compiled: $(CATALOGUES)
	@$(BIN)/nida locales compile
	@touch $@

# Tried once for each environment: the page works without.
.venv/fonts: .venv/ready tools/fonts.py bot/fonts.py
	@$(BIN)/python -m tools.fonts
	@touch $@

.PHONY: help setup demo test prove coverage check bench screenshots browser lock format docs clean
