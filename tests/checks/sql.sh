#!/usr/bin/env bash
# `make check-sql`: that PostgreSQL decides what musterc does, on a server of our own that only this test can reach, and
# that SQLite does so for more random rulesets than `make check` tries.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../sql_common.sh
. "$srcdir/tests/sql_common.sh"
PATH=$builddir:$PATH
cd "$scratch" || exit 2
cp "$srcdir"/tests/sql/*.muster "$srcdir"/rules/*.muster "$srcdir/tests/rejects.muster" .

# --- SQLite ---

# shellcheck disable=SC2034 # for sql_common.sh
engine=SQLite
load() {
    rm -f fleet.db
    { echo "BEGIN;"; cat "$@"; echo "COMMIT;"; } | sqlite3 -bail fleet.db
}
ask() {
    sqlite3 -bail -nullvalue NULL -separator '|' fleet.db
}
if command -v sqlite3 >/dev/null && sqlite3 :memory: 'WITH a AS MATERIALIZED (SELECT 1) SELECT * FROM a' >/dev/null 2>&1; then
    random_answers 1000 "${MUSTER_COUNT:-200}"
else
    skip "more random rulesets in SQLite" "there is no sqlite3 here, or it is older than 3.35"
fi

# --- PostgreSQL ---

server=$scratch/postgres
initdb=$(command -v initdb || find /usr/lib/postgresql/*/bin /usr/pgsql-*/bin -name initdb 2>/dev/null | sort -V | tail -n 1)
as_owner=()
# The server will not run as root.
find_owner() {
    [ "$(id -u)" = 0 ] || return 0
    local name
    for name in postgres nobody; do
        if id "$name" >/dev/null 2>&1 && command -v setpriv >/dev/null &&
            setpriv --reuid "$name" --regid "$(id -g "$name")" --clear-groups true 2>/dev/null; then
            as_owner=(setpriv --reuid "$name" --regid "$(id -g "$name")" --clear-groups env HOME="$server")
            return 0
        fi
    done
    return 1
}
# shellcheck disable=SC2317 # the trap calls it
stop_server() {
    [ ! -e "$server/data/postmaster.pid" ] || "${as_owner[@]}" "${initdb%/*}/pg_ctl" -D "$server/data" -m immediate -w stop
} >/dev/null 2>&1
trap 'stop_server; lib_end' EXIT
start_server() {
    chmod 711 "$scratch" && mkdir "$server" &&
        { [ ${#as_owner[@]} = 0 ] || chown "${as_owner[2]}" "$server"; } && cd "$server" || return
    "${as_owner[@]}" "$initdb" -D "$server/data" -U tester -A trust -E UTF8 --locale=C --no-sync &&
        "${as_owner[@]}" "${initdb%/*}/pg_ctl" -D "$server/data" -l "$server/log" -w -t 60 \
            -o "-c listen_addresses='' -c unix_socket_directories='$server' -c fsync=off" start
    local status=$?
    cd "$scratch" || return
    return $status
}
engine=PostgreSQL
sql() {
    PGOPTIONS='-c client_min_messages=warning' "${psql:-psql}" -X -q -A -t -F '|' -P null=NULL -v ON_ERROR_STOP=1 \
        -h "$server" -U tester "$@" postgres
}
load() {
    { echo 'DROP SCHEMA public CASCADE; CREATE SCHEMA public;'; cat "$@"; } | sql -1 -f -
}
ask() {
    sql -f -
}
if [ -z "$initdb" ]; then
    skip "the answers of PostgreSQL" "there is no PostgreSQL server here"
elif ! find_owner; then
    skip "the answers of PostgreSQL" "its server does not run as root, and there is nobody else that it could run as"
elif ! start_server >words 2>&1; then
    if [ ${#as_owner[@]} -gt 0 ] && grep -q 'Permission denied' words; then
        skip "the answers of PostgreSQL" "another user has no rights in $scratch"
    else
        not_ok "a server of our own starts" "$(cat words "$server/log" 2>/dev/null | tail -n 20)"
    fi
else
    psql=$(command -v psql || echo "${initdb%/*}/psql")
    same_answers "the baseline" cells baseline.muster
    check_equal "these are all cells" 27648 "$(wc -l <expected)"
    for name in rejects rules small override; do
        same_answers $name.muster hosts $name.muster
    done
    cp small.muster "it's \"; --.muster"
    same_answers "a file with an odd name" hosts "it's \"; --.muster"
    random_answers 1 20
    odd_answers
    documented_answers
    # Where '\' escapes, no text of the rules ends before its end.
    musterc sql rules.muster -o view.sql
    { echo 'SET standard_conforming_strings = off; SET backslash_quote = on; SET escape_string_warning = off;'
      cat "$(table_of view.sql)" view.sql; } >escaping.sql
    check_equal "texts with '\\' where that escapes" "0" "$(load escaping.sql 2>&1; echo $?)"
fi
finish
