#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests, installing one when there is none. Messages go to stderr.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '→ %s\n' "$*" >&2; }

find_one() {
  local name
  for name in "${MSSANTE_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" 2>/dev/null && return 0
  done
  return 1
}
find_one && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
  say "Chromium absent : installation du paquet du système"
  { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >&2 || true
  find_one && exit 0
fi

say "Chromium absent du système : téléchargement par Playwright"
if .venv/bin/python -m playwright install chromium >&2; then
  .venv/bin/python - <<'PY' && exit 0
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    print(p.chromium.executable_path)
PY
fi
printf '\n✗ Aucun Chromium pour les essais dans un navigateur.\n  À taper : sudo apt install chromium\n  ou, pour les laisser de côté : BROWSER=0 make test\n' >&2
exit 1
