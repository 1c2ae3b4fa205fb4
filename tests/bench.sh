#!/usr/bin/env bash
# make bench: times (the program bench), then the sizes of the baseline's tables and of the evaluator's code.
# usage: bench.sh [SEED], with the build folder in the environment variable builddir
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
shopt -s inherit_errexit

builddir=${builddir:-$(cd "$(dirname "$0")/.." && pwd)/build}
program=$builddir/tests/bench
limit=$((40 * 1024))

"$program" "$@"
echo

# The evaluator, and what it needs of runtime/base; a program that is given its facts needs nothing else. A .lo file is
# libtool's note of where the object is.
objects=()
for note in "$builddir"/runtime/lib/*.lo "$builddir"/runtime/base/{nearest,utf8}.lo; do
    object=$(sed -n "s/^\(non_\)\{0,1\}pic_object='\{0,1\}\([^']*[.]o\)'\{0,1\}$/\2/p" "$note" | head -n 1)
    objects+=("$(dirname "$note")/$object")
done
if [ "${#objects[@]}" = 0 ] || [ ! -e "${objects[0]}" ]; then
    echo "bench.sh: no objects of the library in $builddir/runtime" >&2
    exit 1
fi

tables=$("$program" tables)
echo "Sizes in bytes, code with its constants:"
printf '%8d  tables of the baseline\n' "$tables"
size "${objects[@]}" | awk -v tables="$tables" -v limit="$limit" '
    NR > 1 {
        bytes = $1 + $2 + $3
        name = $6
        sub(/.*\//, "", name)
        printf "%8d  %s\n", bytes, name
        code += bytes
    }
    END {
        printf "%8d  tables and code (of at most %d; code alone %d)\n", tables + code, limit, code
    }'
