# The same commands for a person and for continuous integration.  They need make, a POSIX shell and
# Python 3.10 to 3.13 (PYTHON=... names one); everything else goes into .venv.
.DEFAULT_GOAL := help
.PHONY: help run check test test-pythons lint format benchmark pretrained messages screenshots words clean install install-dev

PY := .venv/bin/python
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/npm
# Where an image forbids Python to keep what it compiled, the tests are compiled anew each time: half of their collection.
export PYTHONDONTWRITEBYTECODE :=
TOPICS ?= training drawing pictures certainty teaching latency exploring scale class
ARCHITECTURES ?= linear hidden convolutional
READY_EPOCHS_linear := 10
READY_EPOCHS_hidden := 12
READY_EPOCHS_convolutional := 6

help:  ## this list
	@echo "Digit Lab: train, draw and explore mistakes."
	@awk -F ':.*## *' '/^[a-z-]+:.*##/ {printf "  make %-12s%s\n", $$1, $$2}' Makefile

install:
	@PYTHON='$(PYTHON)' sh scripts/install.sh requirements.txt

install-dev:
	@PYTHON='$(PYTHON)' sh scripts/install.sh requirements-dev.txt
	@cmp -s package-lock.json node_modules/installed || { \
	    echo "Installing what checks the JavaScript into node_modules"; \
	    $(NPM) ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/installed; }

run: install  ## open the app (OPTIONS=... go to Streamlit, for example OPTIONS=--server.port=8080)
	@echo "Starting Digit Lab; Ctrl-C ends it. Where a port is taken: make run OPTIONS=--server.port=8502"
	@exec $(PY) -m streamlit run app.py $(OPTIONS)

test: install-dev  ## run all tests (ARGS=... go to pytest, for example ARGS="-k canvas")
	@echo "Looking for Chromium for the browser tests"
	@CHROMIUM="$$($(PY) tests/browser/chromium.py)" || exit 1; export CHROMIUM; \
	echo "Looking for PostgreSQL for the tests of a database server"; PYTHONPATH=tests/support $(PY) tests/servers/postgresql.py; \
	echo "Looking for nginx for the tests of two servers"; PYTHONPATH=tests/support $(PY) tests/servers/balancer.py; \
	echo "Running the tests"; exec $(PY) -m pytest -n 3 --no-loadscope-reorder $(ARGS)

check: lint  ## what is worth running at every change: lint, and the tests that start no browser, server or worker
	@echo "Running the tests that start nothing"
	@exec $(PY) -m pytest -q -n 2 -m "not browser and not server and not worker" $(ARGS)

test-pythons: install-dev  ## those, and training, with each other Python from 3.10 to 3.13 that is found
	@sh scripts/test_pythons.sh

lint: install-dev  ## check style, formatting, layers and types
	@echo "Checking style (ruff check), formatting (ruff format), layers (import-linter) and types (mypy)"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports --no-cache --no-logo
	@$(PY) -m mypy
	@echo "Checking JavaScript: types (tsc), style and formatting (biome)"
	@$(NPM) run --silent lint

format: install-dev  ## mend style and formatting
	@echo "Mending style and formatting"
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@$(NPM) run --silent format

benchmark: install-dev  ## measure the figures of the README (TOPICS="training drawing pictures certainty teaching latency exploring scale class", ARGS=--json)
	@CHROMIUM="$$($(PY) tests/browser/chromium.py)" || exit 1; export CHROMIUM; \
	for topic in $(TOPICS); do \
	    echo "Measuring $$topic" >&2; \
	    $(PY) -m mnist_core benchmark $$topic $(ARGS) || failed="$$failed $$topic"; \
	done; \
	if [ -n "$$failed" ]; then echo "Not all figures hold:$$failed" >&2; exit 1; fi

pretrained: install  ## train the networks that the app brings along anew, on the real MNIST
	@$(PY) -m mnist_core data --json | grep -q '"verified": true' || { \
	    echo "This needs the real MNIST: name it with DIGITLAB_MNIST=/path/to/mnist.npz" >&2; exit 1; }
	@for architecture in $(ARCHITECTURES); do \
	    echo "Training $$architecture"; \
	    $(PY) -m mnist_core train --architecture $$architecture --epochs 5 --seed 0 \
	        --save mnist_core/network/weights/$$architecture.npz || exit 1; \
	done
	@test -n "$(DIGITLAB_PEN_DRAWINGS)" || { \
	    echo "The draw-ready ones need pen drawings: name them with DIGITLAB_PEN_DRAWINGS=/path/to/pen.npz" >&2; exit 1; }
	@$(foreach architecture,$(ARCHITECTURES),echo "Training $(architecture), draw-ready" && \
	    $(PY) -m mnist_core train --architecture $(architecture) --straighten --pen-styles \
	        --pen-drawings '$(DIGITLAB_PEN_DRAWINGS)' --epochs $(READY_EPOCHS_$(architecture)) --seed 0 \
	        --save mnist_core/network/weights/$(architecture)-draw-ready.npz &&) true
	@echo "Calibrating"; $(PY) -m benchmarks.temperatures > temperatures.json && \
	    mv temperatures.json mnist_core/network/weights/temperatures.json

words: install-dev  ## write all words of all pages to docs/words.md, to be read with fresh eyes
	@$(PY) tests/support/all_words.py 2>/dev/null > docs/words.md

messages: install-dev  ## bring the files of all languages to what the code of the class says (ARGS=sv begins another)
	@$(PY) tests/support/all_messages.py $(ARGS)

screenshots: install-dev  ## take the pictures of the README from the running app (ARGS=FOLDER keeps all of them)
	@CHROMIUM="$$($(PY) tests/browser/chromium.py)" || exit 1; export CHROMIUM; \
	echo "Taking pictures"; exec $(PY) docs/screenshots.py $(ARGS)

clean:  ## remove .venv and everything that tools left behind; data and runs stay
	@echo "Removing .venv, caches and pictures of failed tests"
	@rm -rf .venv .venv-3.* node_modules build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis tests/browser/failures
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
