#!/bin/sh
# Installs the packages, builds with sanitizers, and runs every test but the long ones with the label brokers-all.
# Arguments go to ctest: tests/run.sh -L unit, tests/run.sh -L brokers-all
set -eu
cd "$(dirname "$0")/.."

apps/install-packages.sh
cmake --preset dev
cmake --build --preset dev
build/dev/tests/brokers/brokers-matrix --versions

preset=dev
case " $* " in
    *' brokers-all '*) preset=brokers-all ;;
esac
exec ctest --preset "$preset" --parallel "$(nproc)" "$@"
