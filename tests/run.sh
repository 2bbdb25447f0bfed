#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the packages, builds with sanitizers, and runs every test but the long ones with the labels brokers-all and
# packages. Arguments go to ctest: tests/run.sh -L unit, tests/run.sh -L brokers-all, tests/run.sh -L packages
set -eu
cd "$(dirname "$0")/.."

apps/install-packages.sh
cmake --preset dev
cmake --build --preset dev
build/dev/tests/brokers/brokers-matrix --versions

preset=dev
case " $* " in
    *' brokers-all '*) preset=brokers-all ;;
    *' packages '*) preset=packages ;;
esac
exec ctest --preset "$preset" --parallel $(($(nproc) + 1)) "$@"  # most of them wait for the other end most of the time
