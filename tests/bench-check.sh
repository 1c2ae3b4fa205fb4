#!/usr/bin/env bash
# make bench-check: how long overlaps and completeness of wide tables take, beside comparing all pairs of rows.
# usage: bench-check.sh [SEED], with the build folder in the environment variable builddir
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

builddir=${builddir:-$(cd "$(dirname "$0")/.." && pwd)/build}
exec "$builddir/tests/bench_check" "$@"
