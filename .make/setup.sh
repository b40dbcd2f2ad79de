#!/usr/bin/env bash
# Prepare .venv for what is named: serve, test, lint, bench (several may be given). Quick when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '→ %s\n' "$*"; }
stop() { printf '\n✗ %s\n' "$1" >&2; [ $# -gt 1 ] && printf '  À taper : %s\n' "$2" >&2; exit 1; }

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || stop "Python n'est pas installé." "sudo apt install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || stop "Python 3.11 ou plus est nécessaire ; trouvé : $("$python" --version 2>&1)." "PYTHON=/chemin/vers/python3.11 make $1"
"$python" -c 'import ensurepip, venv' 2>/dev/null \
  || stop "Le module venv (ensurepip) de Python manque." "sudo apt install python3-venv"

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
rm -f .venv/.prepared-"$(printf '%s-' "$@")"*
touch "$stamp"
