# Every command makes what it needs: a virtual environment from the committed lock.
# The machine needs Python >= 3.11, git and make; uv is fetched from PyPI if absent.

PYTHON ?= python3
# Importing without byte code is several times slower; warm caches are part of the speed.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONHASHSEED = 0
# uv takes the Python that is there; it must not go and fetch another.
export UV_PYTHON_DOWNLOADS = never
export MPLBACKEND = Agg
# One thread a process: the two cores serve processes, and sums keep their order.
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1

UV = $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN = .venv/run/bin
DEV = .venv/test/bin
NOTE = .venv/notebook/bin

.PHONY: demo test test-slow bench notebook docs lint lock figures coverage-tables clean
.DELETE_ON_ERROR:

## main job: a report on the bundled data
demo: .venv/run/done
	$(RUN)/conflictstats demo --out build/demo

## what CI runs: lint, tests with coverage, doctests, notebooks, figures, documentation
test: lint .venv/test/done
	$(DEV)/python -m pytest -n 2 --cov --cov-report=term -m "not slow" -q
	$(DEV)/python -m pytest --nbmake notebooks -q -p no:randomly --no-cov --nbmake-timeout=120
	$(DEV)/python figures/build.py --check
	$(DEV)/sphinx-build -W --keep-going -q -b html docs build/docs

lint: .venv/test/done
	$(DEV)/ruff check .
	$(DEV)/ruff format --check .
	$(DEV)/mypy
	$(DEV)/lint-imports
	$(DEV)/codespell

## simulations that take minutes to hours
test-slow: .venv/test/done
	HYPOTHESIS_PROFILE=thorough $(DEV)/python -m pytest -q tests/tidy tests/measures tests/sources --no-cov
	$(DEV)/python -m pytest -m slow -q --no-cov

bench: .venv/peers/done
	.venv/peers/bin/python benchmarks/run.py

notebook: .venv/notebook/done
	$(NOTE)/conflictstats notebook

figures: .venv/test/done
	$(DEV)/python figures/build.py

docs: .venv/docs/done
	.venv/docs/bin/sphinx-build -W --keep-going -b html docs build/docs

## tables of the documentation that take hours of simulation
coverage-tables: .venv/test/done
	$(DEV)/python docs/coverage_trend.py 5000
	$(DEV)/python benchmarks/coverage_trends.py 5000
	$(DEV)/python benchmarks/coverage_escalation.py 1000
	$(DEV)/python benchmarks/coverage_retaliation.py 1000

lock: | .tools/ready
	sh requirements/lock.sh $(UV)

clean:
	rm -rf build .venv .tools .mypy_cache .ruff_cache .pytest_cache .coverage

.venv/%/done: requirements/%.txt pyproject.toml | .tools/ready
	rm -rf .venv/$*
	$(UV) venv -q --python $(PYTHON) .venv/$*
	$(UV) pip install -q --python .venv/$* --require-hashes -r requirements/$*.txt
	$(UV) pip install -q --python .venv/$* --no-deps --no-build-isolation -e .
	touch $@

.tools/ready:
	@mkdir -p .tools
	@command -v uv >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv .tools || { echo "python3 -m venv does not work here; on Debian install python3-venv" >&2; exit 1; }; \
	  .tools/bin/python -m pip install -q --disable-pip-version-check uv; }
	@touch $@
