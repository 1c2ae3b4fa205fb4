#!/usr/bin/env bash
# Every diagnostic of musterc, word for word: diagnostics/NAME.muster is checked, and what `musterc check` prints, with
# its exit code on a last line, must be diagnostics/NAME.golden. For each code there is a file of that name, with goldens
# for JSON and SARIF too, and another that is nearly the same and right. Inputs that are awkward to keep are made here, in
# the scratch folder. BLESS=1 rewrites the goldens: then read the difference.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

cases=$srcdir/tests/diagnostics
musterc=$builddir/musterc
export LC_ALL=C

# options_of FILE: what `musterc check` is told besides; its first line may be "# options: -WCODE".
options_of() {
    sed -n '1s/^# options: //p' "$1"
}

# check FOLDER FILE [OPTION]…: what is printed for it, to $scratch/actual. Nothing may be written to standard output.
check() {
    local status folder=$1
    shift
    (cd "$folder" && timeout 60 "$musterc" check "$@" >"$scratch/stdout" 2>"$scratch/stderr")
    status=$?
    cat "$scratch/stderr"
    echo "exit $status"
    sed 's/^/stdout: /' "$scratch/stdout"
}

for file in "$cases"/*.muster; do
    name=$(basename "$file" .muster)
    case $name in *_not) continue ;; esac
    # shellcheck disable=SC2046 # several words
    check "$cases" "$name.muster" $(options_of "$file") >"$scratch/actual"
    check_golden "$name" "$cases/$name.golden" "$scratch/actual"
done

# --- each code: CODE.muster shows it, in all formats; CODE_not.muster, the nearest that is right, does not ---

# `mismatch` says that the compiler itself is wrong: no input is known that brings it about. `columns` is about what
# `musterc matrix` is asked for.
codes=$(sed -n 's/^DIAGNOSTIC([A-Z_]*, "\([a-z-]*\)".*/\1/p' "$srcdir/grammar/diag/diag.def" | grep -vx -e mismatch -e columns)

# check_format NAME FORMAT OPTION…: the same findings as JSON or SARIF, on standard output and nothing else.
check_format() {
    local name=$1 format=$2 expected status
    shift 2
    expected=$(sed -n 's/^exit //p' "$cases/$name.golden")
    (cd "$cases" && "$musterc" check "$name.muster" --format "$format" "$@" >"$scratch/stdout" 2>"$scratch/stderr")
    status=$?
    check_equal "$name as $format ends as its text does" "$expected" "$status$(cat "$scratch/stderr")"
    sed '/"name": "musterc"/{n;s/: ".*"/: "VERSION"/}' \
        "$scratch/stdout" >"$scratch/actual"
    check_golden "$name as $format" "$cases/$name.$format" "$scratch/actual"
}

for code in $codes; do
    name=${code//-/_}
    if ! grep -qsF "[$code]" "$cases/$name.golden"; then
        not_ok "$name.muster shows [$code]" "it does not, or is not there"
        continue
    fi
    ok "$name.muster shows [$code]"
    # shellcheck disable=SC2046 # several words
    for format in json sarif; do
        check_format "$name" $format $(options_of "$cases/$name.muster")
    done
    # shellcheck disable=SC2046 # several words
    check "$cases" "${name}_not.muster" $(options_of "$cases/$name.muster") >"$scratch/actual"
    check_equal "${name}_not.muster is right" "exit 0" "$(grep -E ' (error|warning): |^exit |^stdout' "$scratch/actual")"
    check_equal "and does not show [$code]" "" "$(grep -F "[$code]" "$scratch/actual")"
done

# More regions than anybody counts: for machines, too.
check_format promise_uncounted json

# --- made here: made NAME, from standard input ---

made() {
    cat >"$scratch/$1.muster"
    check "$scratch" "$1.muster" >"$scratch/actual"
    check_golden "$1" "$cases/$1.golden" "$scratch/actual"
}

repeat() { # repeat COUNT FORMAT: numbers go into the format
    awk -v count="$1" -v format="$2" 'BEGIN { for (i = 1; i <= count; i++) printf format, i }'
}

# A wide table: the space is divided at random until there are enough rows; the last one is left out.
awk 'function roll(n) { seed = seed * 16807 % 2147483647; return seed % n }
    function letters(mask,   text, i) {
        for (i = 0; i < 4; i++) if (int(mask / 2 ^ i) % 2) text = text (text ? ", " : "") substr("abcd", i + 1, 1)
        return mask == 15 ? "*" : text
    }
    BEGIN {
        seed = 20261122; columns = 24; rows = 1
        for (c = 0; c < columns; c++) box[1, c] = 15
        while (rows < 4000) {
            row = 1 + roll(rows); column = roll(columns); all = box[row, column]; part = 1 + roll(14); left = right = 0
            for (i = 0; i < 4; i++) if (int(all / 2 ^ i) % 2) { if (int(part / 2 ^ i) % 2) left += 2 ^ i; else right += 2 ^ i }
            if (!left || !right) continue
            rows++
            for (c = 0; c < columns; c++) box[rows, c] = box[row, c]
            box[row, column] = left; box[rows, column] = right
        }
        print "ruleset wide;\nenum E { a, b, c, d }"
        for (c = 0; c < columns; c++) { print "fact f" c " : E from caller;"; header = header (c ? " | " : "") "f" c }
        print "decide x : { on, off }\nby  " header " {"
        for (r = 1; r < rows; r++) {
            line = ""
            for (c = 0; c < columns; c++) line = line (c ? " | " : "") letters(box[r, c])
            print "    " line " => " (r % 2 ? "on;" : "off;")
        }
        print "}\nargv { run when x == on; }"
        line = ""
        for (c = 0; c < columns; c++) if (box[rows, c] != 15) line = line " f" c " = " letters(box[rows, c])
        print "# left out:" line
    }' | made wide_gap
check_equal "the hosts of a row that is left out are found" "$(sed -n 's/^# left out: //p' "$scratch/wide_gap.muster")" \
    "$(sed -n "s/.*no row of 'x' fits \(.*\) \[gap\]/\1/p" "$scratch/actual" | sed 's/, / /g; s/ or /, /g')"
printf 'ruleset nul;\nfact a\0b : bool;\n' | made nul_byte
printf 'ruleset nul "only at the end";\nargv { run; }\n\0' | made nul_byte_at_end
printf 'ruleset bytes;\nfact \300\257 : bool;\n' | made overlong_utf8
{ printf 'ruleset wide; argv { run "'; head -c 1000000 /dev/zero | tr '\0' x; printf '" %s; } fact late : nowhere;\n' '@'; } |
    made long_line
{ printf 'ruleset wide;\nfact '; head -c 1000000 /dev/zero | tr '\0' x; printf ' : bool;\nargv { run; }\n'; } |
    made long_name
{ printf 'ruleset deep;\nfact a : bool;\nargv { run when '; head -c 10000 /dev/zero | tr '\0' '('; printf 'a'
  head -c 10000 /dev/zero | tr '\0' ')'; printf '; }\nfact b : nowhere;\n'; } | made nested_parentheses
{ printf 'ruleset deep;\nfact a : bool;\nargv '; repeat 5000 '{ when a '; printf '\n'; } | made nested_braces
{ printf 'ruleset chain;\nfact a : int 0..100000;\nargv {\n    when a == 0 { run; }\n'
  repeat 5000 '    else when a == %s { run; }\n'; printf '}\n'; } | made nested_else_when
{ printf 'ruleset many;\n'; repeat 300 'fact f%s : nowhere;\n'; printf 'argv { run; }\n'; } | made many_errors
{ printf 'ruleset many;\n'; repeat 300 'fact f%s : bool;\n'; printf 'argv { run; }\n'; } | made many_warnings
{ printf 'ruleset many;\n'; repeat 600 'fact f%s : bool;\n'; printf 'argv { run; }\n'; } | made many_facts
{ printf 'ruleset rows;\nfact a : int 0..1000000;\ndecide b : bool\nby a {\n'
  seq 1 20000 | sed 's/.*/    & => yes;/'; printf '    else => no;\n}\nargv { run when b; }\n'; } | made many_rows
{ printf 'ruleset columns;\nfact a : bool;\ndecide b : bool\nby a'; repeat 100 ' | a'
  printf ' {\n    else => no;\n}\nargv { run when b; }\n'; } | made many_columns
awk 'BEGIN {
    n = 20; print "ruleset unset;"; head = ""; values = ""
    for (i = 0; i < n; i++) { print "param p" i " : bool;"; head = head (i ? " | " : "") "p" i; values = values "v" i ", " }
    print "decide b : { " values "none }\nfirst by " head " {"
    for (i = 0; i < n; i++) { row = ""; for (k = 0; k < n; k++) row = row (k ? " | " : "    ") (k == i ? "yes" : "*"); print row " => v" i ";" }
    print "    else => none;\n}\nargv { run $b; }" }' | made many_unset
{ printf 'ruleset members;\nenum E { m0'; repeat 2000 ', m%s'; printf ' }\nargv { run; }\n'; } | made many_members
{ printf 'ruleset parts;\nargv {\n'; repeat 5000 '    word%s;\n'; printf '}\n'; } | made many_arguments
{ printf 'ruleset cuts;\nfact a : int 0..1000000;\ndecide b : bool\nby a {\n    0'
  seq 2 2 40000 | sed 's/^/, /' | tr -d '\n'; printf ' => yes;\n    else => no;\n}\nargv { run when b; }\n'; } |
    made many_values
{ printf 'ruleset asked;\nformat commas { between ","; }\noption -a : commas;\nargv {\n    -a { x'
  repeat 1500 ', y%s'; printf ' };\n}\n'; repeat 3000 'promise emits -a (y%s);\n'; } | made many_questions
{ printf 'ruleset depth;\nlet t0 = "x";\n'; seq 1 5000 | awk '{printf "let t%d = \"$t%d\";\n", $1, $1 - 1}'
  # shellcheck disable=SC2016
  printf 'argv { run "$t5000"; }\n'; } | made nested_texts
{ printf 'ruleset depth;\nlet t0 = "";\n'; seq 1 60 | awk '{printf "let t%d = \"$t%d$t%d\";\n", $1, $1 - 1, $1 - 1}'
  # shellcheck disable=SC2016
  printf 'argv { run "$t60"; }\n'; } | made doubled_texts
{ printf 'ruleset large;\n'; yes '# nothing but comments' | head -c 17000000; } | made too_large_file
for i in $(seq 0 30); do
    printf 'library level%s;\ninclude "level%s.muster";\n' "$i" $((i + 1)) >"$scratch/level$i.muster"
done
echo 'library level31;' >"$scratch/level31.muster"
printf 'ruleset deep;\ninclude "level0.muster";\nargv { run; }\n' | made include_depth

for i in $(seq 0 30); do
    printf 'ruleset layer%s extends "layer%s.muster";\n' "$i" $((i + 1)) >"$scratch/layer$i.muster"
done
printf 'ruleset deep extends "layer0.muster";\nargv { run when not_missed; }\n' | made extends_depth
{ printf 'ruleset rows;\nfact a : int 0..1000000;\ndecide b : bool\nby a {\n'
  seq 1 120 | sed 's/.*/    & => yes;/'; printf '    else => no;\n}\nargv { run when b; }\n'; } >"$scratch/rows.muster"
{ printf 'ruleset wide extends "rows.muster";\noverride decide b : bool\nby a {\n'
  seq 1 120 | sed 's/.*/    & => inherit;/'; printf '    else => no;\n}\n'; } | made override_rows

# --- files that cannot be read ---

check "$scratch" no_such_file.muster >"$scratch/actual"
check_golden unreadable_absent "$cases/unreadable_absent.golden" "$scratch/actual"
check "$cases" included >"$scratch/actual"
check_golden unreadable_folder "$cases/unreadable_folder.golden" "$scratch/actual"
echo 'ruleset denied; argv { run; }' >"$scratch/denied.muster"
chmod 0 "$scratch/denied.muster"
if [ -r "$scratch/denied.muster" ]; then
    skip unreadable_denied "this user may read every file"
else
    check "$scratch" denied.muster >"$scratch/actual"
    check_golden unreadable_denied "$cases/unreadable_denied.golden" "$scratch/actual"
fi
(cd "$cases" && "$musterc" check - <gap.muster 2>&1; echo "exit $?") >"$scratch/actual"
sed 's/^gap\.muster:/<stdin>:/' "$cases/gap.golden" >"$scratch/expected"
check_equal "standard input is checked like a file" "$(cat "$scratch/expected")" "$(cat "$scratch/actual")"
(cd "$cases" && "$musterc" check clean.muster gap.muster no_such_file.muster 2>&1; echo "exit $?") >"$scratch/actual"
check_golden several_files "$cases/several_files.golden" "$scratch/actual"

# --- no golden steers a terminal ---

for golden in "$cases"/*.golden; do
    if LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]' "$golden"; then
        not_ok "nothing steers a terminal in $(basename "$golden")" "$(cat -v "$golden")"
    fi
done
ok "nothing in the goldens steers a terminal"

finish
