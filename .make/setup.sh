#!/usr/bin/env bash
# Prepare .venv for what is named: serve, test, lint, bench (several may be given). Quick when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '→ %s\n' "$*"; }
stop() { printf '\n✗ %s\n' "$1" >&2; [ $# -gt 1 ] && printf '  À taper : %s\n' "$2" >&2; exit 1; }

recent() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=${PYTHON:-python3}
goal=${*: -1}
command -v "$python" >/dev/null 2>&1 || stop "Python n'est pas installé (« $python » introuvable)." "sudo apt install python3 python3-venv"
if ! recent "$python"; then
  found=$("$python" --version 2>&1) || found="rien qui se lance"
  # Another one beside it may do, unless one was asked for by name.
  for other in ${PYTHON:+""} python3.14 python3.13 python3.12 python3.11; do
    [ -z "$other" ] && break
    if recent "$other"; then python=$other; break; fi
  done
  recent "$python" || stop "Python 3.11 ou plus est nécessaire ; trouvé : $found." "PYTHON=/chemin/vers/python3.11 make $goal"
fi
"$python" -c 'import ensurepip, venv' 2>/dev/null \
  || stop "Le module venv (ensurepip) de Python manque." "sudo apt install $(basename "$python")-venv"

groups=()
for wanted in "$@"; do
  case $wanted in
    serve) ;;
    test) groups+=(--group test) ;;
    lint) groups+=(--group lint) ;;
    bench) groups+=(--group bench --group test) ;;
    *) stop "usage : .make/setup.sh serve|test|lint|bench" ;;
  esac
done

stamp=".venv/.prepared-$(printf '%s-' "$@")$(cat uv.lock pyproject.toml | sha256sum | cut -c1-16)"
if [ -e "$stamp" ] && [ -x .venv/bin/mssante ]; then exit 0; fi

if [ ! -x .venv/bin/python ]; then
  say "Création de l'environnement Python dans .venv"
  "$python" -m venv .venv
fi
if [ ! -x .venv/bin/uv ]; then
  say "Installation de l'installateur (uv) dans .venv"
  .venv/bin/python -m ensurepip --upgrade >/dev/null 2>&1 || true
  .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8' \
    || stop "L'installation de uv a échoué : vérifiez l'accès au registre Python (PyPI)."
fi
say "Installation des paquets du projet (versions figées par uv.lock) : $*"
VIRTUAL_ENV= .venv/bin/uv sync --quiet --frozen --inexact --no-default-groups ${groups[@]+"${groups[@]}"} \
  || stop "L'installation des paquets a échoué : vérifiez l'accès au registre Python (PyPI)."
say "Préparation de l'assistant (une fois, une dizaine de secondes)"
.venv/bin/python -m bot.chat || say "L'assistant se préparera au premier lancement."
rm -f .venv/.prepared-"$(printf '%s-' "$@")"*
touch "$stamp"
