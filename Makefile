# Safar: the commands of every day. `make` alone lists them.
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?=
ARGS ?=
FULL ?=
CASES ?= 10000
export PYTHON

with_data = $(if $(DATA),SAFAR_DATA="$(DATA)")

.DEFAULT_GOAL := help
.PHONY: pictures help run test lint check bench fresh base development drill kills crawl fuzz

help:
	@echo 'make run [PORT=8000] [DATA=folder]  start everything; prints addresses and demo log-ins; Ctrl-C stops it'
	@echo 'make test [ARGS="path -k word"]     every test'
	@echo 'make lint                           format, lint, types, import contracts'
	@echo 'make check                          format, lint, types, import contracts, migrations, settings, tests'
	@echo 'make bench [FULL=1]                 every workload beside what one would pick instead'
	@echo 'make drill                          lose a throw-away installation and get it back from its backup'
	@echo 'make kills [ARGS="--kills 200 --database 100 --seed 1"]  kill server, worker and database under load'
	@echo 'make crawl                          look for other people'"'"'s data on every page, as every role'
	@echo 'make fuzz [CASES=10000]             made-up requests to the API from every kind of caller, judged by its description'
	@echo 'make pictures [PORT=8000] [DATA=…]  take the pictures of docs/pictures from a running demo'
	@echo 'make fresh [DATA=folder]            delete the database, keys and files, to begin anew'

base:
	@scripts/environment.sh base

development:
	@scripts/environment.sh development

run: base
	@exec env $(with_data) .venv/bin/safar run --host "$(HOST)" --port "$(PORT)"

test: development
	@exec .venv/bin/pytest -n 2 --dist loadgroup $(ARGS)

lint: development
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	find safar -name "*.html" -print0 | xargs -0 .venv/bin/djade --check --target-version 5.2
	.venv/bin/mypy safar
	.venv/bin/lint-imports

check: lint
	.venv/bin/safar manage makemigrations --check --dry-run
	$(with_data) .venv/bin/safar migrate
	$(with_data) .venv/bin/safar check
	.venv/bin/pytest -n 2 --dist loadgroup $(ARGS)

fuzz: development
	@exec .venv/bin/python -m tests.fuzz --cases $(CASES)

bench: development
	@exec .venv/bin/python -m benchmarks $(if $(FULL),--full)

drill: development
	@exec .venv/bin/python -m tests.reach.drill $(ARGS)

kills: development
	@exec .venv/bin/python -m tests.kills $(ARGS)

crawl: development
	@exec .venv/bin/python -m tests.crawl

pictures: development
	@exec env $(with_data) .venv/bin/python -W ignore scripts/take_pictures.py --address "http://localhost:$(PORT)"

fresh: base
	@exec env $(with_data) .venv/bin/safar fresh --yes
