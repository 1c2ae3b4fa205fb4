#!/usr/bin/env bash
# A program is never linked from objects of other rules: the makefile of docs/library.md builds again what has to be, and
# only that; and an object that was compiled with another header does not link.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL # of the make that runs the tests
configured() {
    sed -n "s/^$1 = //p" "$builddir/Makefile"
}
if ! command -v make >/dev/null; then
    skip "builds" "there is no make here"
    finish
fi

# --- a program whose rules include a library; programs that count their runs ---

mkdir -p "$scratch/tools" "$scratch/start"
cd "$scratch/start" || exit 2
cat >"$scratch/tools/musterc" <<TOOL
#!/bin/sh
echo run >>"$scratch/runs"
exec "$builddir/musterc" "\$@"
TOOL
cat >"$scratch/tools/cc" <<TOOL
#!/bin/sh
echo run >>"$scratch/compiled"
exec $(configured CC) $(configured SANITIZER_FLAGS) "\$@"
TOOL
cat >"$scratch/tools/pkg-config" <<TOOL
#!/bin/sh
case "\$1" in
--cflags) echo "-I$srcdir/runtime/lib" ;;
*) echo "$builddir/.libs/libmustercore.a $(configured JANSSON_LIBS) -pthread" ;;
esac
TOOL
chmod +x "$scratch"/tools/*
PATH=$scratch/tools:$PATH
awk '/^```make file Makefile/ { inside = 1; next } /^```/ { inside = 0 } inside' "$srcdir/docs/library.md" >Makefile
cat >login.muster <<'RULES'
library login;
param pass : text max 20;
param user : text max 20;
RULES
cat >greet.muster <<'RULES'
ruleset greet "A login";
include "login.muster";
enum Kind { plain, shown "title" }
fact kind  "what it is" : Kind  default plain  from caller;
fact number             : int 1..9 default 1;
fact extra              : { a, b }  default a  from caller;
decide size : { small, large }
by  kind {
    plain => small because "It fits";
    shown => large;
}
let many = number > 4;
argv { login --user $user --pass $pass; $size when many; $extra when many; }
RULES
cat >main.c <<'C'
#include <muster.h>
#include <stdio.h>

#include "greet.h"

int main(void) {
    static _Alignas(16) char memory[GREET_PARAMS_SIZE];
    static const char *arguments[GREET_ARGV_SLOTS];
    static char buffer[GREET_ARGV_SIZE];
    struct muster_params *params = muster_params_init(memory, sizeof memory, greet_ruleset);
    struct greet_facts facts;
    struct muster_error error;
    greet_facts_init(&facts);
    muster_set_text(params, GREET_PARAM_USER, "alice", 5, &error);
    muster_set_text(params, GREET_PARAM_PASS, "secret", 6, &error);
    if (greet_argv(&facts, params, arguments, GREET_ARGV_SLOTS, buffer, sizeof buffer, NULL, &error) != MUSTER_OK)
        return 1;
    for (int i = 0; arguments[i]; i++)
        printf("%s ", arguments[i]);
    puts("");
    return 0;
}
C

# fresh NAME: a copy of the program in a folder of its own, and no run is counted.
fresh() {
    cp -r "$scratch/start" "$scratch/$1"
    cd "$scratch/$1" || exit 2
    rm -f "$scratch/runs" "$scratch/compiled"
}
runs() {
    touch "$scratch/$1"
    wc -l <"$scratch/$1"
    rm "$scratch/$1"
}
# build NAME ARGUMENT…: one make, which succeeds.
build() {
    local name=$1 output
    shift
    if output=$(make CC=cc "$@" 2>&1); then
        ok "$name"
    else
        not_ok "$name" "$output"
    fi
}
# later FILE COMMAND…: FILE becomes what the command makes of it, and is newer than all that was built.
later() {
    local file=$1
    shift
    "$@" <"$file" >changed && cat changed >"$file" && rm changed
    find . -newermt '@1' ! -name "$file" ! -name . -exec touch -d '2020-01-02' {} +
}
# shellcheck disable=SC2317 # called by later
swap() {
    awk '/^param/ { line[++n] = $0; next } { print } END { for (i = n; i > 0; i--) print line[i] }'
}
expected="login --user alice --pass secret "

# --- the makefile of docs/library.md ---

for jobs in 1 4; do
    fresh "documented$jobs"
    build "make -j$jobs" -j$jobs
    check_equal "make -j$jobs: musterc runs once" 1 "$(runs runs)"
    check_equal "make -j$jobs: the program" "$expected" "$(./greet)"
    runs compiled >/dev/null
    check_equal "the second make does nothing" "make: 'greet' is up to date." "$(make CC=cc -j$jobs 2>&1 | tr '\`' "'")"
    check_equal "the second make runs no musterc and no compiler" "0 0" "$(runs runs) $(runs compiled)"

    later login.muster swap
    build "an included library was changed" -j$jobs
    check_equal "musterc runs once" 1 "$(runs runs)"
    check_equal "one make is enough" "$expected" "$(./greet)"
    runs compiled >/dev/null
    build "and the next one" -q -j$jobs
    check_equal "does nothing" "0 0" "$(runs runs) $(runs compiled)"

    later login.muster cat
    build "a library is newer, but the same" -j$jobs
    check_equal "musterc runs once for that" 1 "$(runs runs)"
    runs compiled >/dev/null
    build "and no more" -q -j$jobs
    check_equal "not for ever" "0 0" "$(runs runs) $(runs compiled)"

    rm greet.h main.o
    build "a header that was deleted" -j$jobs
    check_equal "comes back with one run" 1 "$(runs runs)"
    rm greet.c
    build "so does a source" -j$jobs
    check_equal "with one run" 1 "$(runs runs)"
    echo "param more : text max 5 optional;" >more.muster
    sed -i 's/include "login.muster";/& include "more.muster";/' greet.muster
    sed -i '1i library more;' more.muster
    build "a further library" -j$jobs
    rm -f greet.o
    sed 's/include "more.muster";//' greet.muster >changed && mv changed greet.muster && rm more.muster
    build "a library that is no longer there" -j$jobs
    check_equal "the program is right" "$expected" "$(./greet)"
done

# --- the older recipe: both files in one rule ---

fresh older
cat >Makefile <<'MAKE'
CFLAGS := -MMD $(shell pkg-config --cflags muster)
greet: main.o greet.o
	$(CC) -o $@ $^ $(shell pkg-config --libs muster)
main.o: greet.h
greet.c greet.h: greet.muster
	musterc compile greet.muster -o greet.c --depfile greet.rules.d
-include greet.rules.d main.d
MAKE
build "the older recipe"
later login.muster swap
build "the older recipe, after a change"
check_equal "the older recipe: one make is enough" "$expected" "$(./greet)"
runs runs >/dev/null
build "the older recipe: the second make" -q
check_equal "the older recipe: does nothing" 0 "$(runs runs)"

# --- stale objects ---

fresh objects
build "objects"
cp main.o old_main.o
cp greet.o old_greet.o
cp greet.h old_greet.h
later login.muster swap
build "objects of other rules"
# refused NAME PATTERN COMMAND…: it fails and says why.
refused() {
    local name=$1 pattern=$2 output
    shift 2
    if output=$("$@" 2>&1); then
        not_ok "$name" "it succeeds"
    elif grep -qE "$pattern" <<<"$output"; then
        ok "$name"
    else
        not_ok "$name" "$output"
    fi
}
link() {
    # shellcheck disable=SC2046 # several words
    cc -o stale "$@" $(pkg-config --libs muster)
}
symbol() {
    sed -n 's/^extern const struct greet_tables \(greet_ruleset_[0-9a-f]\{16\}\);$/\1/p' "$1"
}
check_equal "headers of different rules have different symbols" 2 "$({ symbol greet.h; symbol old_greet.h; } | sort -u | wc -l)"
refused "a stale object of the program does not link" "$(symbol old_greet.h)" link old_main.o greet.o
refused "a stale table does not link" "$(symbol greet.h)" link main.o old_greet.o
check_equal "those that belong together do" "" "$(link main.o greet.o 2>&1)"
cp old_greet.h greet.h
refused "a header and a source of different runs" "the header was not made together with this file" \
    cc -I"$srcdir/runtime/lib" -c greet.c -o stale.o

# --- what the fingerprint is made of ---

fingerprint() {
    sed "$1" "$scratch/start/greet.muster" >greet.muster
    sed "$1" "$scratch/start/login.muster" >login.muster
    musterc compile -Wno-unused -Wno-unused-value greet.muster -o greet.c >output 2>&1 || cat output
    sed -n 's/^#define GREET_FINGERPRINT //p' greet.h
}
original=$(fingerprint "")
check_equal "the tables have it, too" "        .fingerprint = $original," "$(grep '\.fingerprint' greet.c)"
while read -r what edit; do
    check_equal "the same after a change of $what" "$original" "$(fingerprint "$edit")"
done <<'EDITS'
reason s/It fits/It fits well/
title s/"A login"/"Another"/
no-title s/"what it is"//
a-member's-title s/"title"/"another title"/
row s/shown => large/shown => small/
condition s/number > 4/number > 5/
lines s/;/;\n\n/
EDITS
while read -r what edit; do
    now=$(fingerprint "$edit")
    if [[ $now =~ ^UINT64_C\(0x[0-9a-f]{16}\)$ ]] && [ "$now" != "$original" ]; then
        ok "another one after a change of $what"
    else
        not_ok "another one after a change of $what" "$now"
    fi
done <<'EDITS'
a-parameter's-name s/\buser\b/who/g
a-fact's-name s/\bextra\b/further/g
a-fact's-type s/: int 1..9 default/: int 1..9 or unknown default/
a-fact's-enumeration s/^enum Kind \(.*\)/&\nenum Sort \1/;s/: Kind  default/: Sort  default/
a-decision's-name s/\bsize\b/width/g
a-condition's-name s/\bmany\b/lots/g
a-member's-name s/\bshown\b/visible/g
members'-order s/{ a, b }/{ b, a }/
members s/{ a, b }/{ a, b, c }/
a-shared-enumeration's-name s/\bKind\b/Sort/g
facts'-order /^fact kind/{h;d};/^fact extra/{G}
facts s/^let/fact one : bool default no from caller;\n&/
a-size s/max 20/max 21/
the-longest-argv s/$size when many/$size -y when many/
the-ruleset's-name s/^ruleset greet/ruleset GREET/
EDITS

# --- other build tools ---

if command -v ninja >/dev/null; then
    fresh ninja
    cat >build.ninja <<NINJA
rule rules
  command = musterc compile \$in -o greet.c --depfile greet.rules.d
  depfile = greet.rules.d
  deps = gcc
rule compile
  command = cc -MMD -MF \$out.d -I$srcdir/runtime/lib -c \$in -o \$out
  depfile = \$out.d
  deps = gcc
rule link
  command = cc -o \$out \$in $(pkg-config --libs muster)
build greet.c greet.h: rules greet.muster
build greet.o: compile greet.c | greet.h
build main.o: compile main.c | greet.h
build greet: link main.o greet.o
NINJA
    for step in first changed touched; do
        [ $step != changed ] || later login.muster swap
        [ $step != touched ] || touch -d 'now + 1 second' login.muster
        if output=$(ninja greet 2>&1); then ok "ninja, $step"; else not_ok "ninja, $step" "$output"; fi
        check_equal "ninja, $step: musterc runs once" 1 "$(runs runs)"
        check_equal "ninja, $step: the program" "$expected" "$(./greet)"
    done
    touch login.muster && ninja greet >/dev/null
    check_equal "ninja finds nothing left to do" "ninja: no work to do." "$(ninja greet)"
else
    skip "ninja" "there is no ninja here"
fi
if command -v cmake >/dev/null; then
    fresh cmake
    cat >CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.20)
project(greet C)
add_custom_command(OUTPUT greet.c greet.h
    COMMAND musterc compile ../greet.muster -o greet.c --depfile greet.rules.d
    DEPENDS greet.muster DEPFILE greet.rules.d)
add_executable(greet main.c greet.c)
target_include_directories(greet PRIVATE $srcdir/runtime/lib \${CMAKE_BINARY_DIR})
target_link_libraries(greet $(pkg-config --libs muster))
CMAKE
    if output=$(CC=cc cmake -S . -B made -G "Unix Makefiles" 2>&1); then
        for step in first changed; do
            [ $step != changed ] || later login.muster swap
            [ $step != changed ] || touch login.muster
            if output=$(make -C made 2>&1); then ok "CMake, $step"; else not_ok "CMake, $step" "$output"; fi
            check_equal "CMake, $step: musterc runs once" 1 "$(runs runs)"
            check_equal "CMake, $step: the program" "$expected" "$(made/greet)"
        done
        make -C made >/dev/null
        check_equal "CMake: the next make does not run it" 0 "$(runs runs)"
    else
        skip "CMake" "it cannot be configured: $(tail -n 1 <<<"$output")"
    fi
else
    skip "CMake" "there is no cmake here"
fi
finish
