# Deux commandes pour commencer : make serve (le produit), make test (tous les essais).
.PHONY: serve test lint format bench accept guide canary screenshots help

BROWSER ?= 1
PYTEST = .venv/bin/python -m pytest

help:
	@echo "make serve   prépare tout et ouvre le guide sur http://127.0.0.1:8000/"
	@echo "make test    prépare ce qu'il faut et joue tous les essais (BROWSER=0 : sans navigateur)"
	@echo "make lint | format | bench | accept | guide | canary | screenshots"

serve:
	@.make/setup.sh serve
	@.venv/bin/mssante serve $(if $(PORT),--port $(PORT)) $(ARGS)

test:
	@.make/setup.sh serve test
ifeq ($(BROWSER),0)
	@echo "Essais laissés de côté (BROWSER=0) :"
	@$(PYTEST) --collect-only -q -m "browser and not accept" -p no:randomly | grep '::' || true
	@$(PYTEST) -n 2 -m "not browser and not accept" $(ARGS)
else
	@MSSANTE_CHROMIUM="$$(.make/chromium.sh)" && export MSSANTE_CHROMIUM && $(PYTEST) -n 2 -m "not accept" $(ARGS)
endif

lint:
	@.make/setup.sh serve test lint
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format:
	@.make/setup.sh serve test lint
	@.venv/bin/ruff check --fix --select I .
	@.venv/bin/ruff format .

bench:
	@.make/setup.sh serve bench
	@.venv/bin/python -m tests.bench
	@.venv/bin/python -m tests.load --p95 300

accept:
	@.make/setup.sh serve test bench
	@.make/mail-clients.sh
	@MSSANTE_CHROMIUM="$$(.make/chromium.sh)" && export MSSANTE_CHROMIUM && MSSANTE_ACCEPT=1 $(PYTEST) -n 2 $(ARGS)

guide:
	@.make/setup.sh serve
	@.venv/bin/mssante guide build

# Material for MkDocs s'arrête en mai 2027 : le même arbre de pages, construit par son successeur. N'échoue jamais.
canary: guide
	@$(if $(wildcard .venv/bin/uv),.venv/bin/uv,uv) run --quiet --no-project --with 'zensical>=0.0.73' \
	  python tests/guide/zensical_canary.py || echo "Zensical n'a pas pu être essayé ; le guide n'en dépend pas."

screenshots: guide
	@.make/setup.sh serve test
	@MSSANTE_CHROMIUM="$$(.make/chromium.sh)" .venv/bin/python tests/guide/screenshots.py
