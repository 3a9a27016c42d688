#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. Exit status 0 means
# that all of them passed.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/dev/install-deps.sh
cmake --preset release >/dev/null
cmake --build --preset release
cmake --build --preset release --target check-kalmir
