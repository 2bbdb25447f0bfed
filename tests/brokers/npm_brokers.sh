#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the brokers that come from npm, in fixed versions, into a build folder:
#
#     tests/brokers/npm_brokers.sh build/dev/tests/brokers/npm
#
# `ctest --preset brokers-all` calls it first. Does nothing, and needs no network, when they are there; 77 without npm.
set -eu
source=$(dirname "$(realpath "$0")")/npm
mkdir -p "$1"
cd "$1"

if cmp -s "$source/package.json" installed.json; then
    exit 0
fi
if ! command -v npm > /dev/null; then
    echo 'skipped: npm is not installed, so neither are aedes, aedes-cli and mosca'
    exit 77
fi
cp "$source/package.json" package.json
# Optional packages are databases and drivers for them, which would have to be compiled.
npm install --omit=optional --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error
cp package.json installed.json
