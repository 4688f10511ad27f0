# Two commands do all: `make app` and `make test`. The environment is made on the way and remade when it changes.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: app test check clean

app: .venv/ready
	$(BIN)/streamlit run app.py

test: check
	$(BIN)/pytest -n auto

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf .venv build *.egg-info

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@
