#!/usr/bin/env bash
# Tables of PostgreSQL and MariaDB against the same rows as CSV (databases.py). Installs Debian's servers where they are missing and that is possible.
# tests/foreign/databases.sh [PROVOST]: a program built with `--features databases`; 77 where a server cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."
if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
  ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 && command -v psql mariadb mariadb-install-db > /dev/null && [ -x /usr/sbin/mariadbd ] || {
    apt-get update -qq > /dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql mariadb-server > /dev/null 2>&1 || true
  }
fi
exec python3 tests/foreign/databases.py "${1:-target/release/provost}"
