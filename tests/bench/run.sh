#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the release and measures it against OpenSSL alone and against mosquitto's programs, where they are installed.
# Arguments go to mqtts-bench: tests/bench/run.sh --case sub --json figures.json
set -eu
cd "$(dirname "$0")/../.."

apps/install-packages.sh
cmake --preset release
cmake --build --preset release --target mqtts-bench
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
trap 'rmdir "$XDG_CONFIG_HOME"' EXIT
build/release/tests/bench/mqtts-bench "$@"
