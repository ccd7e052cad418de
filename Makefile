# Everything here works in a fresh clone: the environment is made on first use.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: test lint demo playground run screenshots benchmarks browser lock clean

# Three at once keep two cores busy: much of a test is waiting. Neighbours share what they begin with: worksteal.
test: lint browser
	$(BIN)/pytest -n 3 --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

demo: $(READY)
	$(BIN)/duet demo

playground: $(READY)
	$(BIN)/duet playground $(ARGS)

run: $(READY)
	$(BIN)/duet run

screenshots: $(READY) browser
	$(BIN)/python -m tests.page.screenshots

# Small ones: BENCHMARK_ROUNDS and BENCHMARK_MESSAGES make them longer.
benchmarks: $(READY) browser
	BENCHMARK_ROUNDS=$${BENCHMARK_ROUNDS:-5} $(BIN)/python -m benchmarks.acks
	BENCHMARK_MESSAGES=$${BENCHMARK_MESSAGES:-20} $(BIN)/python -m benchmarks.page_latency

# The page is tested in a real browser: Debian's, which brings no emoji of its own.
EMOJI := /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
browser:
	@{ command -v chromium >/dev/null && test -e $(EMOJI); } \
	  || { apt-get update -q && apt-get install -qy --no-install-recommends chromium fonts-noto-color-emoji; }

# Debian ships Python without ensurepip; python3-venv brings it.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV) || { apt-get update -q && apt-get install -qy python3-venv && $(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# After changing the dependencies in pyproject.toml. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	  --extra postgres --extra http --extra dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
