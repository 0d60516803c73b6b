# Everything that a newcomer needs; the workflow itself is run with `snakemake` (README.md).

PYTHON ?= python3
# processes that tests run in
WORKERS ?= 2
BIN := .venv/bin
ENVIRONMENTS := $(patsubst envs/%.yaml,environments/%.ready,$(filter-out envs/workflow.yaml,$(wildcard envs/*.yaml)))
UV := $(shell sed -n 's/.*"\(uv==[^"]*\)".*/\1/p' pyproject.toml)
# uv does not read pip's settings
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)

.PHONY: help check-config demo test test-full test-slurm format lock documents score score-real bench-workflow bench-translation faults hostile kills bench-asr bench-real bench-busy clean

help:
	@echo "make demo             subtitles for the demo movie, with nothing but Python on the machine"
	@echo "make test             all tests, the demo with its scores among them"
	@echo "make test-full        ... and the slow half of the matrix of movie files, and the whole demo over a storage"
	@echo "make test-slurm       the demo on a SLURM of one node, started and stopped for it (Debian, root)"
	@echo "make check-subtitles FILES='a.srt b.vtt' [PRESET=bbc]   hold any subtitle files against a preset"
	@echo "make check-config CONFIG='my.yaml'   what is wrong with config files, and in which line"
	@echo "make bench-cues       what our cues and those of others break, on the same words and times"
	@echo "make score            how good every stage is, on movies whose every word is known"
	@echo "make score-real       recognition with a real Whisper on real recordings, from the package index"
	@echo "make bench-workflow   time and memory of the workflow itself"
	@echo "make bench-translation  speed, memory and text of the translation backends"
	@echo "make bench-asr        speech recognition held against whisperx commands and a plain MLX loop"
	@echo "make bench-real       from a file to SRT with a real Whisper, held against faster-whisper and whisperx"
	@echo "make bench-busy       processor time of every stage beside busy processes, held against that of an idle machine"
	@echo "make faults           recognition and alignment that crash, hang and raise: subtitles all the same"
	@echo "make hostile          names and files that hurt, through the whole workflow"
	@echo "make kills            runs that are killed at random moments (KILLS=50: the full campaign)"
	@echo "make format           put the sources into the project's form"
	@echo "make lock             write into envs/*.yaml what the pinned packages bring along (UPGRADE=1: the newest)"
	@echo "make documents        write the config's schema and the table of config/README.md from its keys"
	@echo "make clean            remove what was made, but for environments and models"

# The tools of the workflow; made once, and again when their pins change.
.venv/ready: pyproject.toml envs/workflow.yaml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	sed -n 's/^ *- \(.*==.*\)/\1/p' envs/workflow.yaml >.venv/constraints.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement pyproject.toml --constraint .venv/constraints.txt
	@touch $@

.venv/ready-for-tests: .venv/ready
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group test
	@touch $@

demo: .venv/ready
	$(BIN)/snakemake --workflow-profile demo
	@echo && echo "The demo is subtitled:" && ls -1 results/demo/demo.* results/demo/transcript.txt results/demo/report.html

test: .venv/ready-for-tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/snakefmt --check Snakefile workflow rules benchmarks resources/demo
	$(BIN)/mypy
	$(BIN)/snakemake --workflow-profile none --lint
	$(BIN)/snakemake --workflow-profile none --cores 2 --rerun-triggers mtime --quiet all -- $(ENVIRONMENTS)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

test-full: .venv/ready-for-tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile -m "slow or not slow"

test-slurm: .venv/ready
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group slurm
	bash tests/slurm/run.sh

# FILES holds names without spaces; for others call scripts/check_subtitles.py, as printed here
check-subtitles: .venv/ready
	@$(BIN)/snakemake environments/common.ready --workflow-profile none --cores 1 --rerun-triggers mtime --quiet all
	environments/common/bin/python scripts/check_subtitles.py $(FILES) --preset $(or $(PRESET),netflix)

check-config: .venv/ready
	@$(BIN)/python scripts/check_config.py $(or $(CONFIG),config/config.yaml)

bench-cues: .venv/ready-for-tests
	$(BIN)/python benchmarks/bench_cues.py

score: .venv/ready-for-tests
	$(BIN)/python resources/demo/score.py

score-real: .venv/ready-for-tests
	$(BIN)/python resources/demo/score_real.py

bench-workflow: .venv/ready-for-tests
	$(BIN)/python benchmarks/bench_workflow.py

bench-translation: .venv/ready-for-tests
	$(BIN)/python benchmarks/bench_translation.py

bench-asr: .venv/ready-for-tests
	$(BIN)/python benchmarks/bench_asr.py
	$(BIN)/python benchmarks/bench_real.py

bench-real: .venv/ready-for-tests
	$(BIN)/python benchmarks/bench_real.py

bench-busy: .venv/ready-for-tests
	$(BIN)/python benchmarks/bench_busy.py

faults: .venv/ready-for-tests
	$(BIN)/python tests/faults/run.py
	$(BIN)/python tests/faults/hostile.py
	$(BIN)/python tests/faults/kills.py --kills $(or $(KILLS),3)

hostile: .venv/ready-for-tests
	$(BIN)/python tests/faults/hostile.py

kills: .venv/ready-for-tests
	$(BIN)/python tests/faults/kills.py --kills $(or $(KILLS),3)

format: .venv/ready-for-tests
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/snakefmt Snakefile workflow rules benchmarks resources/demo

lock: .venv/ready
	$(BIN)/python scripts/lock_environments.py envs/*.yaml $(if $(UPGRADE),--upgrade)

documents: .venv/ready
	PYTHONPATH=scripts $(BIN)/python -m moviesubs.workflow.config_documents

clean:
	rm -rf results logs .snakemake
