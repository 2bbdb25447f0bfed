#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the programs as packages have them, and measures them against OpenSSL alone and against mosquitto's programs,
# where they are installed.
# Arguments go to mqtts-bench: tests/bench/run.sh --case sub --json figures.json
set -eu
cd "$(dirname "$0")/../.."

apps/install-packages.sh
cmake --preset bench
cmake --build --preset bench --target mqtts-bench
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
trap 'rmdir "$XDG_CONFIG_HOME"' EXIT
build/bench/tests/bench/mqtts-bench "$@"
