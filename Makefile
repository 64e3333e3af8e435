PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	--generate-hashes --custom-compile-command "make requirements"

.PHONY: help run test check messages requirements fresh

help: ## print the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

# Plain HTTP, so for this machine only; README.md says how an office serves it.
run: export INSECURE_HTTP = 1
run: .venv/installed ## serve the demonstration, with its background service, on http://127.0.0.1:8000/ (PORT=…, HOST=…)
	@umask 027; $(BIN)/python manage.py migrate --no-input --verbosity 0
	@$(BIN)/python manage.py createcachetable
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(BIN)/python manage.py seed_demo --if-empty
	@echo
	@echo "http://$(HOST):$(PORT)/   (Ctrl-C ends it)"
	@$(BIN)/python manage.py worker --verbosity 0 & worker=$$!; \
	trap 'kill $$worker 2> /dev/null; wait $$worker' EXIT; trap 'exit 0' INT TERM; \
	$(BIN)/gunicorn tracker.wsgi --bind $(HOST):$(PORT) --worker-class gthread --workers 2 \
		--threads 4 --no-control-socket --log-level warning

test: .venv/installed-dev ## check, then the tests on SQLite and, where one answers, PostgreSQL
	@export NOT_TESTED=$$(mktemp); status=0; \
	.ci/check.sh || status=1; \
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python .ci/tests.py || status=1; \
	test -s $$NOT_TESTED && echo "This run did not test: $$(paste -sd ';' $$NOT_TESTED)"; \
	rm -f $$NOT_TESTED; exit $$status

check: .venv/installed-dev ## lint, import direction, types, deploy settings, migrations, translations, pins
	@.ci/check.sh

messages: .venv/installed-dev ## renew and compile the Chinese catalogue (needs gettext)
	@INSECURE_HTTP=1 $(BIN)/python .ci/translations.py --write

requirements: .venv/installed-dev ## compile the pinned requirements from the .in files
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt

fresh: ## set the local database and its files aside in var/set-aside (the one before is deleted)
	rm -rf var/set-aside
	mkdir -p var/set-aside
	for kept in var/tracker.sqlite3 var/tracker.sqlite3-wal var/tracker.sqlite3-shm var/evidence \
		var/exports; do \
		if [ -e $$kept ]; then mv $$kept var/set-aside/; fi; done

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "Installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
