#!/usr/bin/env bash
# `musterc sql`: what it writes, what it refuses, and, where there is a SQLite, that a database decides what musterc does.
# PostgreSQL is tried by `make check-sql`.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=sql_common.sh
. "$srcdir/tests/sql_common.sh"
PATH=$builddir:$PATH

# --- what is written ---

cd "$srcdir" || exit 2
for name in rules small override; do
    musterc sql tests/sql/$name.muster >"$scratch/view.sql" 2>"$scratch/errors"
    check_equal "$name.muster exit status, and nothing to say" "0 " "$? $(cat "$scratch/errors")"
    check_golden "the view of $name.muster" "$srcdir/tests/sql/$name.sql" "$scratch/view.sql"
done
cd "$scratch" || exit 2
cp "$srcdir"/tests/sql/*.muster "$srcdir"/rules/*.muster "$srcdir/tests/rejects.muster" .

musterc sql small.muster -o view.sql
check_equal "to a file the same" "$(musterc sql small.muster --format sql)" "$(cat view.sql)"
check_equal "names of one's own" 'CREATE VIEW "fleet"."the ""view""" AS
        h."id" AS "key 1",
        h."rack" AS "key 2",
    FROM "inventory"."all" AS h
    "key 1" AS "id",
    "key 2" AS "rack",' "$(musterc sql small.muster --table inventory.all --view 'fleet.the "view"' --columns id,rack |
    grep -E '^CREATE|"key [0-9]"|FROM "inv')"
check_equal "no column of the table" '' "$(musterc sql small.muster --columns '' | grep -E 'key|PRIMARY')"
check_equal "a fact as a column" '--|     "kvm" BOOLEAN NOT NULL CHECK ("kvm" IN (FALSE, TRUE))  -- the KVM check passed
        h."kvm" AS "key 1",
        h."kvm" = TRUE AS "kvm",' "$(musterc sql small.muster --columns kvm | grep -E '^--\|.*kvm|h."kvm".* AS')"

# --- what is refused ---

# refuses NAME STATUS WORDS ARGUMENT…: these words to the letter on standard error, nothing on standard output.
refuses() {
    local name=$1 expected=$2 words=$3 output status
    shift 3
    output=$(musterc sql "$@" 2>&1 >stdout)
    status=$?
    check_equal "$name" "$words
exit $expected" "$output
$(cat stdout)exit $status"
}

long=$(printf 'n%.0s' $(seq 64)) marks=^$(printf '~%.0s' $(seq 63))
refuses "a name that is empty" 2 "musterc: --table: the name '' is empty" small.muster --table ''
refuses "half a name" 2 "musterc: --view: the name '' is empty" small.muster --view fleet.
refuses "half a list" 2 "musterc: --columns: the name '' is empty" small.muster --columns host,
refuses "a name that is too long" 2 "musterc: --view: the name '$long' is longer than the 63 bytes that PostgreSQL takes" \
    small.muster --view "$long"
refuses "a name with a line end" 2 "musterc: --table: the name 'a b' has characters that are no letters" \
    small.muster --table $'a\nb'
refuses "a name that is no UTF-8" 2 "musterc: --table: the name 'a?' has characters that are no letters" \
    small.muster --table $'a\377'
refuses "the view's own names" 2 "musterc: --table: the name 'Muster inputs' begins as the view's own parts do" \
    small.muster --table 'Muster inputs'
refuses "a column twice" 2 "musterc: --columns: 'HOST' stands there twice" small.muster --columns host,HOST
refuses "table and view of one name" 2 \
    "musterc: the view cannot be called 'small' as its table is; --view gives it another name" \
    small.muster --table SMALL
refuses "a column of the view's own name" 1 "small.muster: error: a second column would be called 'invalid' [duplicate]" \
    small.muster --columns Invalid
refuses "a column of a decision's name" 1 "small.muster:9:8: error: a second column would be called 'accel' [duplicate]
    9 | decide accel : { kvm, tcg }
      |        ^~~~~" small.muster --columns Accel

# rules NAME DECLARATIONS: a ruleset with these lines from its second on.
rules() {
    { echo "ruleset names;"; cat; echo "argv { run; }"; } >names.muster
}
rules <<RULES
fact $long : bool;
let x = $long;
RULES
refuses "a fact whose name is too long" 1 \
    "names.muster:2:6: error: the column '$long' would have a name of 64 bytes; PostgreSQL takes 63 [name]
    2 | fact $long : bool;
      |      $marks" -Wno-unused names.muster
rules <<'RULES'
fact true : bool;
let False = not true;
RULES
refuses "truth values as names" 1 "names.muster:2:6: error: SQLite has no column of the name 'true' [name]
    2 | fact true : bool;
      |      ^~~~
names.muster:3:5: error: SQLite has no column of the name 'False' [name]
    3 | let False = not true;
      |     ^~~~~" -Wno-unused names.muster
rules <<'RULES'
fact v : version;
fact V_Major : bool;
let x = v < 1.0 and V_Major;
RULES
refuses "names that differ in capitals only" 1 \
    "names.muster:3:6: error: a second column would be called 'V_Major' [duplicate]
    3 | fact V_Major : bool;
      |      ^~~~~~~
names.muster:2:6: note: the first one
    2 | fact v : version;
      |      ^" -Wno-unused names.muster
members=$(printf 'm%s-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, ' $(seq 900))
{ echo "fact a : { $members };"; for i in $(seq 500); do echo "let l$i = a != m$i-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;"; done; } |
    rules
refuses "too long" 1 "names.muster: error: as SQL these rules would be longer than 16 MiB [limit]" -Wno-unused names.muster
refuses "rules with errors" 1 "$(musterc check "$srcdir/tests/diagnostics/gap.muster" 2>&1)" \
    "$srcdir/tests/diagnostics/gap.muster"
refuses "another format" 2 "musterc: unsupported format json for sql; use sql" small.muster --format json
refuses "nothing is read that is written" 2 \
    "musterc: small.muster is read or written already; give the output another name" small.muster -o small.muster
check_equal "nothing is written where something is refused" "" \
    "$(musterc sql small.muster --view '' -o no.sql 2>/dev/null; ls no.sql 2>/dev/null)"

# --- what a database makes of it ---

# shellcheck disable=SC2034 # for sql_common.sh
engine=SQLite
load() {
    rm -f fleet.db
    { echo "BEGIN;"; cat "$@"; echo "COMMIT;"; } | sqlite3 -bail fleet.db
}
ask() {
    sqlite3 -bail -nullvalue NULL -separator '|' fleet.db
}
if ! command -v sqlite3 >/dev/null; then
    skip "the answers of SQLite" "there is no sqlite3 here"
elif ! sqlite3 :memory: 'WITH a AS MATERIALIZED (SELECT 1) SELECT * FROM a' >/dev/null 2>&1; then
    skip "the answers of SQLite" "it is older than 3.35"
elif [ ! -x "$builddir/tests/sql_hosts" ]; then
    skip "the answers of SQLite" "tests/sql_hosts is not built"
else
    same_answers "the baseline" cells baseline.muster
    check_equal "these are all cells" 27648 "$(wc -l <expected)"
    for name in rejects rules small override; do
        same_answers $name.muster hosts $name.muster
    done
    cp small.muster "it's \"; --.muster"
    same_answers "a file with an odd name" hosts "it's \"; --.muster"
    random_answers 1 "${MUSTER_COUNT:-20}"
    odd_answers
    documented_answers
fi
finish
