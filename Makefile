# `make` lists what there is. Everything runs in .venv, which bin/bootstrap makes when needed.
.DEFAULT_GOAL := help
.PHONY: help run demo train test test-dialogues test-nlu eval screenshot bench bench-delivery bench-faults check format lock full clean

export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
PYTHON := .venv/bin/python
UV := $(or $(shell command -v uv),.uv/bin/uv)
EXPORT := $(UV) export --quiet --frozen --no-header --no-annotate --no-emit-local

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start Clara: prepare what is missing, train if needed, serve the web chat
	@bin/bootstrap run
	@$(PYTHON) -m bot run

demo: ## fill the demo distributor and list its customers to try
	@bin/bootstrap run
	@$(PYTHON) -m bot demo

train: ## train the model, if what it is trained from has changed
	@bin/bootstrap run
	@$(PYTHON) -m bot train

test: ## run all tests, with the browser and servers that they need
	@bin/bootstrap dev
	@bin/test-servers
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest

test-dialogues: ## play the written dialogues of tests/dialogues
	@bin/bootstrap dev
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest tests/test_dialogues.py

test-nlu: ## measure the understanding with the utterances of tests/nlu
	@bin/bootstrap dev
	@$(PYTHON) -m bot train
	@$(PYTHON) -m rasa test nlu --nlu tests/nlu --model models --out results

eval: ## measure the understanding and write results/eval/index.html
	@bin/bootstrap dev
	@$(PYTHON) -m bot train
	@$(PYTHON) -m tests.evaluation

screenshot: ## take the README's picture anew, by the browser test
	@bin/bootstrap dev
	@mkdir -p docs/images
	@CLARA_SCREENSHOT=docs/images/webchat.png $(PYTHON) -m pytest -q tests/e2e

bench: ## measure our engine beside stock Rasa, in short (results/engine.png has the picture)
	@bin/bootstrap dev
	@$(PYTHON) -m bot train
	@$(PYTHON) -m benchmarks.engine --short

bench-delivery: ## play many customers over all channels against both shapes and stock Rasa
	@bin/bootstrap dev
	@bin/test-servers
	@$(PYTHON) -m bot train
	@$(PYTHON) -m benchmarks.delivery --conversations 10 100

bench-faults: ## kill, hang, fill and unsettle everything under load, and count what became of it
	@bin/bootstrap dev
	@bin/test-servers
	@$(PYTHON) -m benchmarks.faults

check: ## check style, types, and the assistant's data
	@bin/bootstrap dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m rasa data validate --fail-on-warnings

format: ## put the code into its standard form
	@bin/bootstrap dev
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

lock: ## pin the dependencies of pyproject.toml anew, in requirements/
	$(UV) lock
	$(EXPORT) --no-dev --prune matplotlib --output-file requirements/run.lock
	$(EXPORT) --output-file requirements/dev.lock
	$(UV) pip compile --quiet --no-config --no-header --no-annotate --generate-hashes \
		--python-version 3.10 --extra full --group dev \
		--override requirements/full-overrides.txt --no-emit-package rasa-lean \
		--output-file requirements/full.lock pyproject.toml

full: ## train in an environment with all that Rasa can use, TensorFlow included (2.4 GB)
	@bin/bootstrap run
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv-full
	$(UV) pip install --no-config --python .venv-full/bin/python --no-deps --require-hashes \
		--requirement requirements/full.lock
	$(UV) pip install --quiet --python .venv-full/bin/python --no-deps ./lean
	.venv-full/bin/python -m bot train --force
	.venv-full/bin/rasa train --config tests/full/config.yml --out results/full
	.venv-full/bin/rasa test nlu --nlu tests/nlu --model results/full --out results/full --no-plot

clean: ## remove models, caches and environments; the records in var/ stay
	rm -rf .venv .venv-full .uv .rasa models results .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
