#!/usr/bin/env bash
# Compiles and runs the program of docs/library.md with the library as it was built, found by pkg-config as users do.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

# What configure found.
configured() {
    sed -n "s/^$1 = //p" "$builddir/Makefile"
}
mkdir -p "$scratch/tools"
cat >"$scratch/tools/muster.pc" <<END_OF_FILE
Name: muster
Description: the library as it was built
Version: 0
Cflags: -I$srcdir/runtime/lib
Libs: $builddir/.libs/libmustercore.a $(configured JANSSON_LIBS) -pthread
END_OF_FILE
cat >"$scratch/tools/cc" <<END_OF_FILE
#!/bin/sh
exec $(configured CC) $(configured SANITIZER_FLAGS) -Werror "\$@"
END_OF_FILE
chmod +x "$scratch/tools/cc"
unset MAKEFLAGS MFLAGS MAKELEVEL # of the make that runs the tests
export PKG_CONFIG_PATH=$scratch/tools PATH=$scratch/tools:$PATH XDG_CACHE_HOME=$scratch/cache

run_page "$srcdir/docs/library.md"
check_equal "all of the page was tried" 5 "$n_blocks"

# Every status of the header has its line on the page.
while read -r status; do
    if grep -q "^| \`$status\` |" "$srcdir/docs/library.md"; then
        ok "$status is explained"
    else
        not_ok "$status is explained" "docs/library.md has no line for it"
    fi
done < <(sed -n 's/^    \(MUSTER_OK\|MUSTER_E_[A-Z]*\)\b.*/\1/p' "$srcdir/runtime/lib/muster.h")
finish
