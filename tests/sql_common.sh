# What the tests of `musterc sql` share, whatever the database. Sourced by bash, behind lib.sh; expects two functions:
#
#   load FILE…    makes a database in which nothing is, and gives it these files; fails with its words on standard error
#   ask           gives standard input to that database; prints a line for each row, with | between, NULL as NULL
#
# and `engine`, its name for people.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # what lib.sh and the caller set

# table_of VIEW: the table that stands in its comments, as a file.
table_of() {
    sed -n 's/^--| //p' "$1" >table.sql
    echo table.sql
}

# same_answers NAME MODE ARGUMENT [RULES]: hosts of sql_hosts, decided by the database as without it.
same_answers() {
    local rules=${4-$3} words
    if ! "$builddir/tests/sql_hosts" "$2" "$3"; then
        not_ok "$1 ($engine)" "sql_hosts failed"
    elif ! words=$(musterc sql "$rules" -o view.sql 2>&1 && load "$(table_of view.sql)" view.sql hosts.sql 2>&1 &&
        ask <query.sql 2>&1 >answers) || ! cmp -s expected answers; then
        not_ok "$1 ($engine)" "$words
$(diff expected answers | head -n 10)"
    else
        ok "$1: $(wc -l <expected) hosts ($engine)"
    fi
}

# Random rulesets from seed FIRST on, until so many were sound.
random_answers() {
    local seed=$1 left=$2 hosts=0 status
    while [ "$left" -gt 0 ]; do
        "$builddir/tests/sql_hosts" random "$seed"
        status=$?
        if [ "$status" = 0 ]; then
            if ! { musterc sql -Wno-unused test.muster -o view.sql 2>words &&
                load "$(table_of view.sql)" view.sql hosts.sql && ask <query.sql >answers && cmp -s expected answers; } \
                2>>words; then
                not_ok "random rulesets ($engine)" "seed $seed
$(cat words)
$(diff expected answers | head -n 10)"
                return
            fi
            hosts=$((hosts + $(wc -l <expected)))
            left=$((left - 1))
        elif [ "$status" != 3 ]; then
            not_ok "random rulesets ($engine)" "sql_hosts random $seed: exit status $status"
            return
        fi
        seed=$((seed + 1))
    done
    ok "$2 random rulesets, $hosts hosts ($engine)"
}

# --- values that are none, defaults, and names ---

odd_answers() {
    musterc sql "$srcdir/tests/sql/rules.muster" --table "\"my\"\"; hosts'" --view "a view" \
        --columns "a key,select,group" -o view.sql || return
    # An inventory's own table may have other types, and no checks.
    cat >table.sql <<'TABLE'
CREATE TABLE """my""""; hosts'" ("a key" CHAR(20), "select" TEXT, "group" VARCHAR(10), "user" BOOLEAN, "quick" BOOLEAN,
    "cores" SMALLINT, "load" DOUBLE PRECISION, "version_major" BIGINT, "version_minor" NUMERIC, "version_patch" INTEGER,
    "kernel_major" INTEGER, "kernel_minor" INTEGER, "kernel_patch" INTEGER, "disk" TEXT, "port" NUMERIC, "from" TEXT);
TABLE
    cat >rows.sql <<'ROWS'
INSERT INTO """my""""; hosts'" ("a key", "select", "group", "user", "quick", "cores", "load", "version_major",
    "version_minor", "version_patch", "kernel_major", "kernel_minor", "kernel_patch", "disk", "port", "from") VALUES
    ('01 all there', 's', 'null', FALSE, TRUE, 7, 1, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('02 defaults',  's', 'order', FALSE, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'order'),
    ('03 no member', 's', 'Order', FALSE, TRUE, 7, 1, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('04 empty',     's', '', FALSE, TRUE, 7, 1, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('05 missing',   's', 'null', NULL, TRUE, 7, 1, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('06 missing',   's', 'null', FALSE, TRUE, 7, NULL, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('07 too low',   's', 'null', FALSE, TRUE, 0, 1, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('08 too high',  's', 'null', FALSE, TRUE, 7, 1, 1, 2, 3, 5, 4, 3, 'd', 65536, 'order'),
    ('09 half',      's', 'null', FALSE, TRUE, 7, 1, 1, NULL, 3, 5, 4, 3, 'd', 9, 'order'),
    ('10 negative',  's', 'null', FALSE, TRUE, 7, 1, 1, -2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('11 too old',   's', 'null', FALSE, TRUE, 7, 1, 1, 2, 3, 3, 19, 3, 'd', 9, 'order'),
    ('12 no number', 's', 'null', FALSE, TRUE, 7, 1.5, 1, 2, 3, 5, 4, 3, 'd', 9, 'order'),
    ('13 nor here',  's', 'null', FALSE, TRUE, 7, 1, 1, 2.5, 3, 5, 4, 3, 'd', 9, 'order'),
    ('14 refused',   's', 'order', TRUE, TRUE, 7, -10, 1, 2, 3, 5, 4, 3, 'd', 9, 'order');
ROWS
    load table.sql view.sql rows.sql || return
    ask >answers <<'QUERY'
SELECT trim("a key"), "group", "invalid", "refused", "limit", "limit" + 1, "value" FROM "a view" ORDER BY "a key";
QUERY
    check_equal "values that are none, defaults, and names ($engine)" "01 all there|null|NULL|NULL|7|8|a
02 defaults|order|NULL|NULL|0|1|c
03 no member|Order|group has no such value|NULL|NULL|NULL|NULL
04 empty||group has no such value|NULL|NULL|NULL|NULL
05 missing|null|user is missing|NULL|NULL|NULL|NULL
06 missing|null|load is missing|NULL|NULL|NULL|NULL
07 too low|null|cores has no such value|NULL|NULL|NULL|NULL
08 too high|null|port has no such value|NULL|NULL|NULL|NULL
09 half|null|version has no such value|NULL|NULL|NULL|NULL
10 negative|null|version has no such value|NULL|NULL|NULL|NULL
11 too old|null|kernel has no such value|NULL|NULL|NULL|NULL
12 no number|null|load has no such value|NULL|NULL|NULL|NULL
13 nor here|null|version has no such value|NULL|NULL|NULL|NULL
14 refused|order|NULL|it's '; DROP TABLE hosts; -- ); DROP TABLE hosts; -- \\ |0|1|c" "$(cat answers)"
    check_equal "nothing was dropped ($engine)" 14 "$(ask <<<"SELECT count(*) FROM \"\"\"my\"\"\"\"; hosts'\";")"
}

# --- what docs/audit.md shows ---

# block LANGUAGE NUMBER: what stands in a block of the page.
block() {
    awk -v begin="\`\`\`$1" -v wanted="$2" '
        $0 == "```" { on = 0 }
        on && count == wanted
        $0 == begin { on = 1; count++ }' "$srcdir/docs/audit.md"
}

documented_answers() {
    mkdir -p documented/rules && cp "$srcdir"/rules/*.muster documented/rules && cd documented || return
    sed -n "s/^    \\$ \\(sed '\\/.*\\)/\\1/p" "$srcdir/docs/audit.md" >edit
    sh ./edit
    check_equal "docs/audit.md shows an edit of one row ($engine)" 1 \
        "$(diff rules/baseline.muster rules/changed.muster | grep -c '^>')"
    musterc sql rules/baseline.muster --view old -o old.sql
    musterc sql rules/changed.muster --view new -o new.sql
    block sql 1 >rows.sql
    load "$(table_of old.sql)" rows.sql old.sql new.sql
    check_equal "docs/audit.md: which hosts change ($engine)" "$(block text 1)" \
        "$({ block sql 2; block sql 3; } | ask | sed 's/|/ | /g')"
    check_equal "docs/audit.md: how many ($engine)" "$(block text 2)" \
        "$({ block sql 2; block sql 4; } | ask | sed 's/|/ | /g')"
    cd ..
}
