#!/usr/bin/env bash
# `make check-sanitizers`: a second build, in build/sanitizers, with AddressSanitizer and UndefinedBehaviorSanitizer and
# with every warning an error, and the whole of `make check` in it. Made with clang where clang has them, else with gcc:
# so the other compiler than the first build's gets its say, too.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

has_sanitizers() {
    command -v "$1" >/dev/null &&
        printf 'int main(void) { return 0; }\n' |
        "$1" -fsanitize=address,undefined -x c -o "$scratch/probe" - 2>/dev/null && "$scratch/probe"
}

if has_sanitizers clang; then
    compiler=clang
elif has_sanitizers gcc; then
    compiler=gcc
else
    skip "tests under sanitizers" "neither clang nor gcc has them here"
    finish
fi
echo "compiler: $compiler"

build=$builddir/sanitizers
mkdir -p "$build" && cd "$build" || exit 2
if [ ! -e Makefile ] || ! grep -q "^CC = $compiler\$" Makefile; then
    "$srcdir/configure" -q CC="$compiler" CFLAGS="-O1 -g" --enable-sanitizers --enable-werror --disable-shared ||
        { not_ok "configure" "see above"; finish; }
fi
make -j"$(nproc)" || { not_ok "a build with $compiler and sanitizers, warnings as errors" "see above"; finish; }
ok "a build with $compiler and sanitizers, warnings as errors"

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
read -ra logs < <(make -s print-test-logs)
rm -f "${logs[@]}"
make -k -j"$(nproc)" check VERBOSE=1

# One closing line over the build and all of these tests.
lib_finished=1
(finish) >"$build/build-itself.log"
bash "$srcdir/tests/summary" build-itself.log "${logs[@]}"
exit
