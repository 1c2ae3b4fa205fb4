#!/usr/bin/env bash
# Whatever rules call their facts, decisions, enumerations and members, and themselves: the header compiles, in the
# dialects of C and C++, behind any other header, and each field is where its index says.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$scratch" || exit 2
musterc=$builddir/musterc

# Words of C and C++, predefined macros, macros of common headers, words of the generated header itself, and names that
# become those of others.
names="alignas alignof and_eq asm atomic_cancel auto bitand bitor bool break case catch char char16_t char32_t char8_t
class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default
defined delete do double dynamic_cast enum explicit export extern false float for friend goto if inline int long
mutable namespace new noexcept not_eq nullptr operator or_eq private protected public register reinterpret_cast requires
restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true
try typedef typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq
_Alignas _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Pragma _Static_assert _Thread_local _BitInt __asm__
__attribute__ __extension__ __func__ __FUNCTION__ __inline __int128 __restrict __typeof__ __VA_ARGS__ __VA_OPT__
__has_include __has_attribute __FILE__ __LINE__ __DATE__ __STDC__ __cplusplus __linux__ __x86_64__ __CHAR_BIT__ _FORTIFY
linux linux_ unix i386 NULL EOF BUFSIZ RAND_MAX errno errno_ stdin stdout stderr assert I complex imaginary INT64_MAX
INT64_C UINT32_MAX SIZE_MAX PTRDIFF_MIN INT_MAX CHAR_BIT M_PI HUGE_VAL NAN INFINITY isnan signbit log offsetof va_arg
va_start setjmp SIGINT SIG_DFL O_RDONLY S_ISREG WIFEXITED st_mtime st_atime sa_handler si_pid major minor makedev environ
near far pascal cdecl small windows interface IN OUT OPTIONAL CONST min max int64_t int32_t uint32_t size_t uintptr_t
value value_ value__ int_ int__ facts decisions tables ruleset argv decide facts_init muster MUSTER muster_error
muster_facts muster_argv MUSTER_EXTENSION MUSTER_UNSET MUSTER_UNKNOWN MUSTER_API MUSTER_TABLES_VERSION MUSTER_OK param
fact decision params slots buffer size needed error main printf fingerprint FINGERPRINT head none pragma undef push_macro
pop_macro ifdef x_facts x_decisions x_tables x_ruleset x_argv std string nasty_facts nasty_decisions nasty_ruleset"

# ruleset NAME KIND: rules in which all names are of that kind; a word that begins a type cannot name an enumeration.
# shellcheck disable=SC2016,SC2086 # the dollars are of the rules; the names are words
ruleset() {
    local list=() name
    for name in $names; do
        case $2:$name in
        enums:default | enums:enum | enums:int | enums:bool | enums:ruleset) ;;
        enums:max | enums:param | enums:fact | enums:argv | enums:decide) ;;
        *) list+=("$name") ;;
        esac
    done
    printf 'ruleset %s;\nenum Kind { kind, Kind, KIND }\n' "$1"
    printf 'enum Words { all%s }\nfact ww : Words;\n' "$(printf ', %s' $names)"
    printf 'enum PARAM { x, facts }\nenum PARAMS { SIZE, size }\nenum ARGV { SLOTS, SIZE }\nenum RULESET { H, h }\n'
    for name in "${list[@]}"; do
        case $2 in
        facts) printf 'fact %s : { %s_x, a-b, a.b, int, SIZE, H };\n' "$name" "$name" ;;
        params) printf 'param %s : int 0..9 default 3;\n' "$name" ;;
        decisions) printf 'decide %s : { int, NULL, a-b, a.b, %s_m } by zz { yes => int; no => NULL; }\n' "$name" "$name" ;;
        lets) printf 'let %s = zz;\n' "$name" ;;
        enums) printf 'enum %s { linux, EOF, %s_m, a-b, a.b, a_b }\nfact f_%s : %s;\n' "$name" "$name" "$name" "$name" ;;
        esac
    done
    printf 'fact zz : bool;\nfact kk : Kind;\nfact pp : PARAM;\nfact ss : PARAMS;\nfact aa : ARGV;\nfact rr : RULESET;\n'
    printf 'argv { run; -z when zz; -k $kk $ww; -p $pp $ss $aa $rr; '
    for name in "${list[@]}"; do
        case $2 in
        facts | params | decisions) printf '"$%s"; ' "$name" ;;
        enums) printf '"$f_%s"; ' "$name" ;;
        esac
    done
    printf '}\n'
}

# What programs include, and macros of headers that are not here.
cat >all.h <<'C'
#include <assert.h>
#include <complex.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#define near
#define far
#define small char
#define windows 1
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define zz 1
#define slots
C

# A program that includes the header behind (`last`) or before all others, and uses it.
user() {
    [ "$2" = last ] && printf '#include "all.h"\n'
    printf '#include "nasty.h"\n'
    [ "$2" = last ] || printf '#include "all.h"\n'
    cat <<C
int main(void) {
    struct $1_facts facts;
    struct $1_decisions decisions;
    $1_facts_init(&facts);
    facts.value[$3_FACT_KK] = $3_KIND_KIND_3;
    return $1_decide(&facts, 0, &decisions, 0) == MUSTER_OK ? (int)decisions.value[0] : 0;
}
C
}

# offsets PREFIX CONSTANTS STRUCT SIZE: assertions that each field, also by its second name, is where its index says.
offsets() {
    awk -v upper="$2" -v tag="$3" -v size="$4" -v kind="${3#nasty_}," '
        $0 ~ "^struct " tag " " { inside = 1; next }
        inside && $1 == "};" { inside = 0 }
        inside && $1 ~ /^int/ && $2 !~ /\[/ { sub(/;.*/, "", $2); field[n++] = $2 }
        inside && $1 == "union" && $2 == "{" && NF > 3 {
            sub(/,.*/, "", $4)
            sub(/;.*/, "", $5)
            second[n] = $5
            field[n++] = $4
        }
        function check(name, constant) {
            print "_Static_assert(__builtin_offsetof(struct " tag ", " name ") == " size " * " constant ", \"\");"
        }
        $0 ~ "^/\\* (Facts|Decisions|Parameters), for" { indices = tolower($2) == kind }
        indices && $1 ~ "^" upper "_" && $2 == "=" { constant[k++] = $1 }
        END {
            for (i = 0; i < n; i++) {
                print "#undef " field[i]
                check(field[i], constant[i])
                if (second[i])
                    check(second[i], constant[i])
            }
            print n == k && n > 100 ? "int all_fields_have_an_index;" : "#error " n " fields, " k " indices"
        }' nasty.h
}

warnings=(-Wall -Wextra -Wpedantic -Werror -Wno-overlength-strings)

# The compilers that are here, each once.
c_compilers=()
for compiler in "${CC:-cc}" gcc clang; do
    [[ " ${c_compilers[*]} " == *" ${compiler##* } "* ]] || ! command -v "${compiler##* }" >/dev/null 2>&1 ||
        c_compilers+=("${compiler##* }")
done
cxx_compilers=()
for compiler in g++ clang++; do
    ! command -v $compiler >/dev/null 2>&1 || cxx_compilers+=("$compiler")
done
[ ${#c_compilers[@]} -gt 0 ] || { skip "C" "no compiler is here" && finish; }
[ ${#cxx_compilers[@]} -gt 0 ] || skip "C++" "no compiler is here"

# compiles NAME FILE STANDARD…: with all compilers of the language.
compiles() {
    local name=$1 file=$2 compiler standard output compilers=("${c_compilers[@]}") language=c
    shift 2
    for standard in "$@"; do
        case $standard in *++*) compilers=("${cxx_compilers[@]}") language=c++ ;; *) compilers=("${c_compilers[@]}") ;; esac
        for compiler in "${compilers[@]}"; do
            if output=$($compiler -x $language -std="$standard" "${warnings[@]}" -I"$srcdir/runtime/lib" -I. \
                -fsyntax-only "$file" 2>&1); then
                ok "$name: $compiler -std=$standard"
            else
                not_ok "$name: $compiler -std=$standard" "$(head -n 20 <<<"$output")"
            fi
        done
    done
}

compile_rules() {
    if "$musterc" compile -Wno-unused -Wno-unused-value nasty.muster -o nasty.c >output 2>&1; then
        return 0
    fi
    not_ok "$1" "$(head -n 20 output)"
    return 1
}

for kind in facts params decisions lets enums; do
    ruleset nasty $kind >nasty.muster
    compile_rules "nasty names of $kind" || continue
    user nasty last NASTY >user.c
    standards=(gnu17 gnu11 c11 c++11 c++17)
    case $kind in params | lets) standards=(gnu17 c++17) ;; esac
    compiles "$kind, the table" nasty.c gnu17
    compiles "$kind, behind all headers" user.c "${standards[@]}"
    user nasty first NASTY >user.c
    compiles "$kind, before all headers" user.c gnu17 c++17
    case $kind in
    facts) { echo '#include "nasty.h"' && offsets nasty NASTY_FACT nasty_facts 8; } >offsets.c ;;
    decisions | lets) { echo '#include "nasty.h"' && offsets nasty NASTY_DECISION nasty_decisions 4; } >offsets.c ;;
    *) continue ;;
    esac
    compiles "$kind, each field at its index" offsets.c gnu17 c11
done

# --- names of rulesets: muster's own functions and types begin with muster ---

for name in linux NULL errno int class EOF I std main _x __x _X value ruleset facts MUSTER muster_error; do
    ruleset $name none >nasty.muster
    compile_rules "a ruleset called $name" || continue
    user $name last "$(tr '[:lower:]' '[:upper:]' <<<$name)" >user.c
    [ $name != MUSTER ] || user ruleset_MUSTER last RULESET_MUSTER >user.c
    compiles "a ruleset called $name" user.c gnu17 c++17
done
ruleset muster none >nasty.muster
compile_rules "a ruleset called muster" && user ruleset_muster last RULESET_MUSTER >user.c &&
    compiles "a ruleset called muster" user.c gnu17 c++17

# --- a name that some dialects define as a macro has a second spelling ---

printf 'ruleset one;\nfact linux : bool;\nfact errno : bool;\nargv { run; -l when linux and errno; }\n' >nasty.muster
compile_rules "facts called linux and errno"
cat >user.c <<'C'
#include "nasty.h"
#include <errno.h>
int main(void) {
    struct one_facts facts;
    facts.linux_ = 1;
    facts.value[ONE_FACT_ERRNO] = 0;
    return (int)facts.errno_ + errno;
}
C
compiles "second spellings" user.c gnu17 c11 c++17
finish
