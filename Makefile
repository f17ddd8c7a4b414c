# make run     set up, run the workflow, build the report, print where everything is
# make test    set up, then the tests
# make test-fast   those of them that take less than about a second and run no workflow
# make check   linters and types
# make test-slurm  the workflow on a SLURM cluster of one node, this machine (as root)
# make test-browser   results/explore.html in a headless Chromium (apt-get install chromium chromium-driver)
# make docs    the documentation as a site, site/index.html; a warning is an error
# make gpu     measures all claims about GPUs on this machine, without the set-up (MINUTES=8, GPU_ARGS="...")
# make results   render docs/results from the committed rows in docs/measured
# make reproduce   compares the results of two runs of the smoke preset (or of PRESET, STUDY)
# PRESET=name uses config/presets/name.yaml; STUDY=name also builds a study (certificate, charts, collapse,
# adversarial, autoencoders, geometry, largescale, polygons, distance, one of yours, or everything); CORES=n; SNAKEMAKE_ARGS="..." goes to snakemake.

PYTHON ?= python3
CORES ?= all
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PRESET_ARGS := $(if $(PRESET),--configfile config/presets/$(PRESET).yaml)
SNAKEMAKE := snakemake $(if $(STUDY),all $(STUDY)) --cores $(CORES) $(PRESET_ARGS) $(SNAKEMAKE_ARGS)
REPORT := results/report.html

.PHONY: run setup test test-fast test-slow test-slurm test-browser docs gpu results reproduce check schema format clean

run: setup
	$(SNAKEMAKE)
	@$(MAKE) --no-print-directory $(REPORT)
	@echo; echo "Tables:  $$(ls results/tables/*/*.md | tr '\n' ' ')"
	@echo "Figures: $$(find results/figures -name '*.png' | sort | tr '\n' ' ')"
	@echo "Scores:  $$(ls results/*/scores.csv | tr '\n' ' ')"
	@echo "Report:  $(REPORT)"
	@echo "Explore: results/explore.html"

# The report is built again if a table, a figure or a caption is newer.
$(REPORT): $(shell find results/tables results/figures workflow/report -type f 2>/dev/null)
	$(SNAKEMAKE) --report $@

setup: .venv/.installed

.venv/.installed: envs/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("error: Python 3.11.5 or newer is needed (3.11 is tested); set PYTHON=/path/to/python3.11" if sys.version_info < (3, 11, 5) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r envs/requirements.lock
	@touch $@

# One thread per process: more threads wait for each other if two processes share two cores.
TEST = OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= pytest --numprocesses 2 --dist worksteal

test: setup
	$(TEST) $(PYTEST_ARGS)

test-fast: setup
	$(TEST) -m 'not long and not workflow and not slow and not slurm' $(PYTEST_ARGS)

test-slow: setup
	pytest -m slow $(PYTEST_ARGS)

test-slurm: setup
	@command -v slurmctld >/dev/null || { echo "error: SLURM is needed: apt-get install --no-install-recommends slurm-wlm munge" >&2; exit 1; }
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --upgrade --target .slurm -r envs/slurm.lock -r envs/cluster-generic.lock
	PYTHONPATH=$(CURDIR)/.slurm pytest -m slurm $(PYTEST_ARGS)

test-browser: setup .browser/.installed
	@command -v chromium chromedriver >/dev/null || { echo "error: Chromium is needed: apt-get install chromium chromium-driver" >&2; exit 1; }
	PYTHONPATH=$(CURDIR)/.browser/packages pytest -m browser $(PYTEST_ARGS)

.browser/.installed: envs/browser.lock
	rm -rf .browser
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --target .browser/packages -r envs/browser.lock
	@touch $@

# Only the installation of packages needs the network, once for each envs/docs.lock.
docs: setup .docs/.installed
	rm -rf site
	PYTHONPATH=$(CURDIR)/.docs/packages $(BIN)/python -m sphinx --quiet --fail-on-warning --fresh-env \
		--conf-dir docs --doctree-dir .docs/doctrees . site
	@echo "Site: site/index.html"

.docs/.installed: envs/docs.lock
	rm -rf .docs
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --target .docs/packages -r envs/docs.lock
	@touch $@

# There is no set-up, which needs the network: a Python with a few wheels is enough; missing ones are reported.
gpu:
	$(PYTHON) -m benchmarks.gpu --minutes $(or $(MINUTES),8) $(GPU_ARGS)

# One core and two cores; a job has one thread in both, because more threads add numbers in another order.
TWICE = snakemake $(if $(STUDY),all $(STUDY)) --max-threads 1 $(SNAKEMAKE_ARGS) \
	--configfile $(CURDIR)/config/presets/$(or $(PRESET),smoke).yaml

reproduce: setup
	rm -rf .reproduce
	$(TWICE) --cores 1 --directory .reproduce/first
	$(TWICE) --cores 2 --directory .reproduce/second
	python scripts/compare_results.py --first .reproduce/first/results --second .reproduce/second/results

results: setup
	python scripts/render_results.py --measured docs/measured --published config/published.csv --matrix docs/results/matrix.yaml \
		--readme README.md

check: setup
	ruff check .
	ruff format --check .
	mypy
	snakefmt --check Snakefile workflow
	snakemake --lint

format: setup
	ruff check --fix .
	ruff format .
	snakefmt Snakefile workflow

schema: setup
	PYTHONPATH=scripts python -c 'from aeot import config, files; files.save_json("config/schema.json", config.Config.model_json_schema())'

clean:
	rm -rf results .snakemake .reproduce .slurm .docs .browser site
