#!/usr/bin/env bash
# `make check-dist`: what packagers do. The tarball builds, passes its tests and cleans up behind itself; what is
# installed can be linked with; the library shows its public names only; and a build without flex and bison works with
# an installed musterc.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2317 # functions that `try` is given by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

# try NAME COMMAND…: passes if the command succeeds; else shows the end of its output.
try() {
    local name=$1
    shift
    if "$@" >"$scratch/output" 2>&1 </dev/null; then
        ok "$name"
    else
        not_ok "$name" "$(tail -n 40 "$scratch/output")"
        return 1
    fi
}

cd "$builddir" || exit 2
if command -v xz >/dev/null; then
    try "make distcheck" make -j"$(nproc)" distcheck DISTCHECK_CONFIGURE_FLAGS=--enable-werror
else
    skip "make distcheck" "there is no xz here"
fi

stage=$scratch/stage
try "make install DESTDIR=" make install DESTDIR="$stage"

cat >"$scratch/user.c" <<'END'
#include <muster.h>
#include <muster_probe.h>
#include <stdio.h>
int main(void) {
    struct muster_error error = {0};
    char text[512];
    muster_error_text(NULL, &error, text, sizeof text);
    return printf("%s\n", MUSTER_VERSION_STRING) < 0;
}
END
# Where configure was told to install, below the stage.
libdir=$(dirname "$(find "$stage" -name libmuster.a)")
bindir=$(dirname "$(find "$stage" -name musterc)")
export PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_PATH=$libdir/pkgconfig
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
read -ra cflags < <(pkg-config --cflags muster)
read -ra libs < <(pkg-config --libs muster)
user_shared() {
    "${CC:-cc}" "${cflags[@]}" "$scratch/user.c" -o "$scratch/user" "${libs[@]}" &&
        LD_LIBRARY_PATH=$libdir "$scratch/user"
}
user_static() {
    "${CC:-cc}" "$scratch/user.c" -o "$scratch/user" "${cflags[@]}" "$libdir/libmuster.a" -pthread &&
        "$scratch/user"
}
try "a program links with the installed shared library, by pkg-config" user_shared
try "a program links with the installed static library" user_static
check_equal "the shared library shows nothing but muster_ names" "" \
    "$(nm -D --defined-only "$libdir/libmuster.so" | awk '{ print $3 }' | grep -v '^muster_')"

without_compiler() {
    mkdir -p "$scratch/runtime" && cd "$scratch/runtime" &&
        "$srcdir/configure" -q --disable-compiler MUSTERC="$bindir/musterc" LEX=false YACC=false &&
        make -j"$(nproc)" && [ ! -e musterc ] && cmp rules/baseline.c "$builddir/rules/baseline.c"
}
try "a build without the compiler, by an installed musterc, has the same tables" without_compiler
finish
