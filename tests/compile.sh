#!/usr/bin/env bash
# `musterc compile` and `musterc argv`: what is written, that it is written whole or not at all, that C and C++ compilers
# take it without a warning, and that a change to a rule changes what it should.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

musterc=$builddir/musterc
# The texts are one long literal: compilers take far more than the 4095 bytes that the standard asks of them.
warnings=(-Wall -Wextra -Wconversion -Wshadow -Wpedantic -Wno-overlength-strings -Werror)

# holds NAME COMMAND…: the case passes if the command does.
holds() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        ok "$name"
    else
        not_ok "$name" "exit $? of: $*
$output"
    fi
}

# fails NAME STATUS PATTERN COMMAND…: the command ends with that status, and says something with the pattern in it.
fails() {
    local name=$1 expected=$2 pattern=$3 output status
    shift 3
    output=$("$@" 2>&1 >"$scratch/ignored")
    status=$?
    if [ "$status" = "$expected" ] && grep -q -- "$pattern" <<<"$output"; then
        ok "$name"
    else
        not_ok "$name" "exit $status, expected $expected and '$pattern'; printed:
$output"
    fi
}

# --- the same bytes everywhere ---

for place in one "a second place"; do
    mkdir -p "$scratch/$place"
    cp "$srcdir"/rules/*.muster "$scratch/$place"
    (cd "$scratch/$place" && "$musterc" compile baseline.muster -o baseline.c)
done
mkdir "$scratch/away"
"$musterc" compile "$scratch/a second place/baseline.muster" -o "$scratch/away/baseline.c"
for suffix in c h; do
    holds "two folders, the same .$suffix" cmp "$scratch/one/baseline.$suffix" "$scratch/a second place/baseline.$suffix"
    holds "written from afar, the same .$suffix" cmp "$scratch/one/baseline.$suffix" "$scratch/away/baseline.$suffix"
done
check_equal "no absolute path in the output" "" \
    "$(grep -nF -e "$scratch" -e "$srcdir" -e "$builddir" "$scratch"/one/baseline.[ch])"
check_equal "no date in the output" "" "$(grep -nE -e "$(date +%Y-%m-%d)|$(date +%H:%M)|__DATE__|__TIME__" \
    "$scratch"/one/baseline.[ch])"
check_equal "only ASCII in the source" "" "$(LC_ALL=C grep -nP '[^\x00-\x7f]' "$scratch/one/baseline.c")"

# --- whole or not at all ---

cd "$scratch/one" || exit 2
before=$(stat -c '%i %n' baseline.c baseline.h)
touch -d "2001-01-01" baseline.c baseline.h
touch -d "2002-01-01" rules-changed
"$musterc" compile baseline.muster -o baseline.c --depfile rules-read
check_equal "unchanged output is not written again" "$before" "$(stat -c '%i %n' baseline.c baseline.h)"
for file in baseline.c baseline.h rules-read; do
    holds "but $file is newer than what was read" test $file -nt rules-changed
done
check_equal "the header is not older than the source" "" "$(find baseline.c -newer baseline.h)"
rm rules-read rules-changed

cp baseline.c kept.c
cp baseline.h kept.h
sed 's/^    tcg  *| aarch64 /    tgc | aarch64 /' baseline.muster >broken.muster
ls >../before
fails "an error is exit 1" 1 "did you mean 'tcg'" "$musterc" compile broken.muster -o baseline.c
ls >../after
check_equal "an error leaves no file behind" "$(cat ../before)" "$(cat ../after)"
holds "an error leaves the .c as it was" cmp kept.c baseline.c
holds "an error leaves the .h as it was" cmp kept.h baseline.h
fails "a folder that is not there" 2 "cannot be written" "$musterc" compile baseline.muster -o nowhere/baseline.c
fails "an output that is not .c" 2 "must be a .c file" "$musterc" compile baseline.muster -o baseline.o
fails "no output named" 2 "compile: -o OUT.c is required" "$musterc" compile baseline.muster
fails "a library is not compiled by itself" 1 "library" "$musterc" compile qemu.muster -o qemu.c
fails "a rule file that is not there" 2 "cannot be opened" "$musterc" compile absent.muster -o absent.c
mkdir -p taken.h
fails "a folder where the header belongs" 2 "cannot be written" "$musterc" compile baseline.muster -o taken.c
check_equal "nothing is left of these" "taken.h" \
    "$(find . '(' -name 'nowhere*' -o -name 'absent*' -o -name 'taken*' -o -name 'qemu.[ch]*' ')' -printf '%P\n')"
rmdir taken.h
if [ "$(id -u)" = 0 ]; then
    skip "a folder that may not be written" "root may write everywhere"
else
    mkdir closed && chmod a-w closed
    fails "a folder that may not be written" 2 "cannot be written" "$musterc" compile baseline.muster -o closed/baseline.c
    check_equal "and nothing is in it" "" "$(ls closed)"
fi
if [ -w /dev/full ]; then
    # shellcheck disable=SC2016
    fails "standard output that is full" 2 "cannot be written" sh -c '"$0" --version >/dev/full' "$musterc"
fi

# --- the depfile ---

mkdir -p "../dep folder/lib"
cp baseline.muster "../dep folder"
cp qemu.muster "../dep folder/lib"
sed -i 's,"qemu.muster","lib/qemu.muster",' "../dep folder/baseline.muster"
cat >>"../dep folder/lib/qemu.muster" <<'RULES'
fact extra : bool default no from caller;
let asks_extra = extra and kvm because "A library may ask what the ruleset declares";
RULES
(cd "../dep folder" && "$musterc" compile baseline.muster -o out.c --depfile out.d 2>"$scratch/ignored")
check_equal "the depfile lists what was read" "out.c out.h: \\
    baseline.muster \\
    lib/qemu.muster
lib/qemu.muster:" "$(cat "../dep folder/out.d")"
"$musterc" compile "../dep folder/baseline.muster" -o far.c --depfile far.d 2>"$scratch/ignored"
check_equal "blanks in names are written as make reads them" "far.c far.h: \\
    ../dep\\ folder/baseline.muster \\
    ../dep\\ folder/lib/qemu.muster
../dep\\ folder/lib/qemu.muster:" "$(cat far.d)"
check_equal "included rules are named relative to the main file" "/* lib/qemu.muster:" \
    "$(grep -o '/\* [^ ]*qemu\.muster:' "../dep folder/out.c" | sort -u)"

check_equal "a depfile that gcc -MMD overwrites" \
    "musterc: warning: 'cc -MMD' overwrites far.d with the dependencies of the object; name the depfile far.rules.d" \
    "$("$musterc" compile baseline.muster -o far.c --depfile far.d 2>&1 | tail -n 1)"
check_equal "one that it does not" "" "$("$musterc" compile baseline.muster -o far.c --depfile far.rules.d 2>&1)"

# --- C and C++ take it ---

cat >odd.muster <<'RULES'
# Names that C knows too, names that are the same in C, and titles that would end a comment.
ruleset odd "It ends */ a comment /* and ??/ is a trigraph; ü \\ too";
enum Kind { a-b, a.b "*/ ??/ ??= ü", a_b, a-b_2, int, x86-64 as "x,86" }
fact default   "what C calls default */"  : bool;
fact int       "??/"                      : Kind;
fact register  "a \\"                     : bool  default yes  from caller;
fact value                                : bool;
fact class                                : { x, y, private }  from caller;
fact cpus                                 : int 1..64;
fact version                              : version;
param template "ü */"                     : int 1..4096 default 7;
param memory                              : int 0..1TiB default 64MiB;
param name                                : text max 40 max 10 when default default "a,b:c";
format commas { between ","; assign "="; escape "," as ",,"; }
format colons { between ":"; assign "-"; escape ":" as "::"; }
option -o, -p : commas repeated;
decide size "how much, in */ bytes" : int 0..1TiB
by  int      | cpus {
    a-b, a.b | <= 4 => 1GiB  because "Few */ CPUs";
    a-b, a.b | > 4  => 2GiB;
    a_b      | *    => 5;
    else            => 0;
}
decide enum : { static, auto-1, auto_1 }, while : bool first
by  default | value {
    yes     | yes => static, yes;
    yes     | *   => auto-1, no;
    *       | *   => auto_1, no  because "The last row of a first table takes what is left";
}
decide allowed : bool
by  class    | register {
    x, y     | *   => yes;
    private  | yes => reject "No */ ??/ private classes";
    private  | no  => no;
}
let if = default and not value;
argv {
    "??/ */ /*" "\"\\\n\t" "ü" "%s";
    -o {
        kind = $int, "$class-key" = $name, size = $size,
        nested = as colons { a = "x:y", b = $name, deeper = as commas { n = $name } },
        when if { if = yes, more } else { if = no },
    };
    -p { "${memory:MiB}", cpus = $cpus, version = $version, template = "<$template>" };
    $enum when while or size >= 1GiB;
    small when size < 6 and allowed;
    last;
}
RULES
holds "odd names compile to C" "$musterc" compile odd.muster -o odd.c
cat >user.c <<'USER'
#include "odd.h"
int main(void) {
    struct odd_facts facts;
    struct odd_decisions decisions;
    odd_facts_init(&facts);
    facts.default_ = 1;
    facts.int_ = ODD_KIND_A_B_3;
    facts.value_ = ODD_CLASS_X;
    return odd_decide(&facts, 0, &decisions, 0) == MUSTER_OK && decisions.enum_ == ODD_ENUM_STATIC;
}
USER
compilers=0
for compiler in "${CC:-cc}" gcc clang; do
    command -v "${compiler%% *}" >/dev/null 2>&1 || continue
    compilers=$((compilers + 1))
    for standard in c11 c2x; do
        for file in baseline.c odd.c user.c; do
            # shellcheck disable=SC2086
            holds "$compiler -std=$standard takes $file" $compiler -std=$standard "${warnings[@]}" \
                -I"$srcdir/runtime/lib" -c "$file" -o "$scratch/object.o"
        done
    done
done
[ "$compilers" -gt 0 ] || skip "C compilers" "none is here"
compilers=0
for compiler in g++ clang++; do
    command -v $compiler >/dev/null 2>&1 || continue
    compilers=$((compilers + 1))
    for header in baseline odd; do
        echo "#include \"$header.h\"" >header.cc
        holds "$compiler takes $header.h" $compiler -std=c++17 -Wall -Wextra -Werror -I"$srcdir/runtime/lib" -c header.cc \
            -o "$scratch/object.o"
    done
done
[ "$compilers" -gt 0 ] || skip "C++ takes the headers" "no C++ compiler is here"
if command -v "${CC:-cc}" >/dev/null 2>&1; then
    mkdir -p wrong_version
    cp "$srcdir/runtime/lib/muster.h" wrong_version
    sed 's/^#define MUSTER_TABLES_VERSION .*/#define MUSTER_TABLES_VERSION 999/' "$srcdir/runtime/lib/muster_tables.h" \
        >wrong_version/muster_tables.h
    # shellcheck disable=SC2086
    fails "tables for another version of the library are refused" 1 "made for another version" \
        ${CC:-cc} -std=c11 -Iwrong_version -c baseline.c -o "$scratch/object.o"
fi

# --- musterc argv: what the rules say ---

# line FILE [--set NAME=VALUE]…: the command line, an argument a line.
line() {
    local file=$1
    shift
    "$musterc" argv "$file" --format nul "$@" | tr '\0' '\n'
}

odd=(--set default=yes --set int=a-b --set register=no --set value=no --set class=x --set cpus=4 --set version=9.2.1)
check_equal "lists, holes, units and defaults" '??/ */ /*
"\
	
ü
%s
-o
kind=a-b,x-key=a,,b:c,size=1073741824,nested=a-x::y:b-a,,b::c:deeper-n=a,,,,b::c,if=yes,more
-p
64,cpus=4,version=9.2.1,template=<7>
auto-1
last' "$(line odd.muster "${odd[@]}")"
check_equal "the comma in a member's text is doubled" "1" \
    "$(line odd.muster "${odd[@]}" --set int=x86-64 | grep -c '^kind=x,,86,')"
check_equal "the first row that fits decides" "static" "$(line odd.muster "${odd[@]}" --set value=yes | sed -n 10p)"
check_equal "a decision to numbers is asked" "small
last" "$(line odd.muster "${odd[@]}" --set int=a_b | tail -n 2)"
check_equal "integers are cut where the rules cut them" "size=2147483648" \
    "$(line odd.muster "${odd[@]}" --set cpus=5 | sed -n 's/.*\(size=[0-9]*\).*/\1/p')"
check_equal "units divide" "1048576,cpus=4,version=9.2.1,template=<4096>" \
    "$(line odd.muster "${odd[@]}" --set memory=1099511627776 --set template=4096 | sed -n '/^-p/{n;p}')"
fails "a number that its unit does not divide" 2 "memory" "$musterc" argv odd.muster "${odd[@]}" --set memory=1048577
fails "a text longer than the host allows" 2 "longer than 10 bytes" "$musterc" argv odd.muster "${odd[@]}" --set name=12345678901
check_equal "where the condition does not hold, it is no limit" "12345678901" \
    "$(line odd.muster "${odd[@]}" --set default=no --set name=12345678901 | grep -o 12345678901 | head -n 1)"
fails "a row that rejects: exit 1 and its reason" 1 'No \*/ ??/ private classes' \
    "$musterc" argv odd.muster "${odd[@]}" --set class=private --set register=yes
check_equal "and nothing on standard output" "" \
    "$("$musterc" argv odd.muster "${odd[@]}" --set class=private --set register=yes 2>/dev/null)"
fails "a rule file with errors" 1 "did you mean" "$musterc" argv broken.muster

# --- restrictions that ask derived conditions, before anything is decided ---

{
    echo "ruleset many;"
    members=$(seq -s, -f 'm%g' 90)
    for fact in a b c d; do echo "fact $fact : { $members };"; done
    cat <<'RULES'
let ab   = a == m1 or b == m2;
let cd   = c == m1 or d == m2;
let only = ab;
assume few: not (ab and cd)                                   because "not both";
reject "only one" when only != no and not (cd or c == m3);
argv { run; two when only; }
RULES
} >many.muster
holds "tables and plain evaluation agree on them" "$musterc" compile many.muster -o many.c
many=(--set b=m1 --set d=m1)
fails "few cases are traced back to facts, many are not" 1 "not both" \
    "$musterc" argv many.muster "${many[@]}" --set a=m1 --set c=m1
fails "the one after it" 1 "only one" "$musterc" argv many.muster "${many[@]}" --set a=m1 --set c=m2
check_equal "and who is not refused" "run" "$(line many.muster "${many[@]}" --set a=m3 --set c=m1)"

# --- limits of length that depend on the host, shorter and longer than what musterc tries ---

for length in 1 2 3 4 5 12 13 14 20; do
    cat >limit.muster <<RULES
ruleset limit;
fact os : { macos, linux };
fact tiny : bool;
param title : text max 20 default "a,b c:=%d" max $length when os == macos max 1 when tiny;
param path : path optional max 30 max $length when tiny and os == linux;
decide kind : { a, b } by os { macos => a; linux => b; }
argv { x -t \$title; -p \$path when given path; \$kind; }
RULES
    holds "max $length when …: tables and plain evaluation agree" "$musterc" compile limit.muster -o limit.c
done

# --- nothing that is still to be read is written over ---

cp baseline.muster precious.muster
for output in "-o precious.c --depfile precious.muster" "-o precious.c --depfile precious.h" "-o precious.c --depfile qemu.muster"; do
    # shellcheck disable=SC2086 # three words
    fails "compile $output" 2 "is read or written already; give the output another name" \
        "$musterc" compile precious.muster $output
done
cp "$srcdir/tests/golden/cell-01.cfg" cell.cfg
for output in precious.muster qemu.muster cell.cfg; do
    fails "argv -o $output" 2 "is read or written already; give the output another name" \
        "$musterc" argv precious.muster --facts cell.cfg -o "$output"
done
check_equal "they are what they were" "" \
    "$(cmp baseline.muster precious.muster; cmp "$srcdir/rules/qemu.muster" qemu.muster; ls precious.c precious.h 2>/dev/null)"
holds "argv -o writes a file" "$musterc" argv precious.muster --facts cell.cfg -o cell.txt
check_equal "and what it would have printed" "$("$musterc" argv precious.muster --facts cell.cfg)" "$(cat cell.txt)"
fails "a word of the call cannot steer a terminal" 2 'unknown command "x\\x1b\[31m"; see musterc --help' "$musterc" $'x\e[31m'
fails "-Werror: a warning counts" 1 "run-on" "$musterc" check -Werror "$srcdir/tests/diagnostics/run_on.muster"

# --- a changed cell changes what it should ---

# The original's cells as musterc sees them: facts and parameters from tests/golden.
sed -e 's/\(decide aio[^{]*{[^}]*\)}/\1, native }/' -e '/^decide aio/,/^}/s/\(no  *=> *\)threads/\1native/' \
    baseline.muster >changed.muster
check_equal "the change is one cell and one member" "2" "$(diff baseline.muster changed.muster | grep -c '^>')"
differ=0
wrong=""
for cell in "$srcdir"/tests/golden/cell-*.cfg; do
    cell_name=$(basename "$cell" .cfg)
    old=$(line baseline.muster --facts "$cell")
    new=$(line changed.muster -Wno-unused-value --facts "$cell")
    [ "$old" = "$(cat "${cell%.cfg}.argv")" ] || wrong+="$cell_name: not as the original
"
    [ "$new" = "${old//aio=threads/aio=native}" ] || wrong+="$cell_name: more changed than that
"
    [ "$new" = "$old" ] || differ=$((differ + 1))
done
check_equal "only what the cell decides has changed" "" "$wrong"
check_equal "as many command lines changed as have aio=threads" \
    "$(grep -l 'aio=threads' "$srcdir"/tests/golden/cell-*.argv | wc -l)" "$differ"

finish
