#!/bin/sh
# Installs the packages, builds with sanitizers, and runs every test. Arguments go to ctest: tests/run.sh -L unit
set -eu
cd "$(dirname "$0")/.."

apps/install-packages.sh
cmake --preset dev
cmake --build --preset dev
exec ctest --preset dev --parallel "$(nproc)" "$@"
