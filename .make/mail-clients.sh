#!/usr/bin/env bash
# Make sure that the mail clients (and the IMAP server taken as oracle) of the long tests are there; Debian packages.
set -euo pipefail
say() { printf '→ %s\n' "$*" >&2; }
PATH="$PATH:/usr/sbin:/sbin"

missing=()
for pair in curl:curl swaks:swaks mbsync:isync mutt:mutt dovecot:dovecot-imapd; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair##*:}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
  say "Clients de messagerie absents : installation des paquets du système (${missing[*]})"
  { "${as_root[@]}" apt-get update -qq \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2 || true
  case " ${missing[*]} " in
    *" dovecot-imapd "*)
      # Only its program is wanted: the service that the package starts must not stay.
      { "${as_root[@]}" systemctl disable --now dovecot.service dovecot.socket \
        || "${as_root[@]}" service dovecot stop; } >/dev/null 2>&1 || true ;;
  esac
  still=()
  for pair in curl:curl swaks:swaks mbsync:isync mutt:mutt dovecot:dovecot-imapd; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || still+=("${pair##*:}")
  done
  [ ${#still[@]} -eq 0 ] && exit 0
  missing=("${still[@]}")
fi
printf '\n✗ Il manque des clients de messagerie pour les essais longs.\n  À taper : sudo apt install %s\n' "${missing[*]}" >&2
exit 1
