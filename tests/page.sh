# Runs the examples of a page of the documentation. Sourced by scripts behind lib.sh; run_page PAGE tries every block of
# it. What a block is stands behind its fence; a block of another kind, or of none, fails:
#
#     muster file [NAME]   a complete rule file, kept as NAME or example.muster until a later one of that name
#     muster fragment      declarations, which are checked as a library
#     c file NAME          kept, for consoles; so is a make file NAME
#     console              commands behind "$ ", run where the files are, each followed by all that it prints:
#                          its stdout, then its stderr
#     grammar              a form of the language in words, not run
#     sql, text            what databases are asked, and what they answer: run by checks/sql.sh
#
# Rules must be free of findings, unless the next block is a console that shows them. n_blocks counts what was tried.
# With BLESS=1 the page gets what its consoles print now.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # what lib.sh sets

page_blocks=$scratch/blocks
page_folder=$scratch/play
mkdir -p "$page_blocks" "$page_folder"
PATH=$builddir:$PATH
n_blocks=0

# check_rules NAME FILE: nothing is found in it.
check_rules() {
    check_equal "$1" "" "$(musterc check "$2" 2>&1)"
}

# run_console NAME BLOCK: runs its commands and compares the whole dialogue.
run_console() {
    local line
    while IFS= read -r line; do
        case $line in
        "$ "*)
            printf '%s\n' "$line"
            bash -c "${line#"$ "}" 2>"$scratch/stderr" </dev/null
            cat "$scratch/stderr"
            ;;
        esac
    done <"$2" >"$2.now"
    [ "${BLESS-}" = 1 ] || check_equal "$1" "$(cat "$2")" "$(cat "$2.now")"
}

# run_block TITLE BLOCK KIND NAME
run_block() {
    case $3 in
    "muster file")
        page_pending=${4:-example.muster}
        cp "$2" "$page_pending"
        ;;
    "muster fragment")
        { echo "library fragment;"; cat "$2"; } >fragment.muster
        check_rules "$1" fragment.muster
        ;;
    "c file" | "make file") cp "$2" "${4:?a file needs a name}" ;;
    console) run_console "$1" "$2" ;;
    grammar | sql | text) return ;;
    *) not_ok "$1" "nothing says how to try a block of the kind '$3'" ;;
    esac
    n_blocks=$((n_blocks + 1))
}

# Puts what the consoles print now into the page.
bless_page() {
    awk -v folder="$page_blocks" '
        /^```/ && !inside {
            inside = 1
            now = folder "/" ++number ".now"
            print
            fresh = /^```console/
            while (fresh && (getline line < now) > 0)
                print line
            next
        }
        /^```/ { inside = fresh = 0 }
        !fresh
    ' "$1" >"$scratch/page"
    cmp -s "$1" "$scratch/page" || { cp "$scratch/page" "$1" && echo "blessed: $1"; }
}

run_page() {
    local number line first second name title pending_title
    page_pending=
    cd "$page_folder" || exit 2
    # Each block becomes a file; the list has a line for each: number, line in the page, words behind the fence.
    awk -v folder="$page_blocks" '
        /^```/ && !inside {
            inside = 1
            file = folder "/" ++number
            print number, NR, substr($0, 4)
            printf "" > file
            next
        }
        /^```/ { inside = 0; close(file); next }
        inside { print > file }
        END { if (inside) print number, NR, "(not closed)" }
    ' "$1" >"$scratch/list"
    while read -r number line first second name; do
        title="${1#"$srcdir"/}:$line"
        if [ -n "$page_pending" ] && [ "$first" != console ]; then
            check_rules "$pending_title" "$page_pending"
        fi
        page_pending=
        pending_title=$title
        run_block "$title" "$page_blocks/$number" "$first${second:+ $second}" "$name"
    done <"$scratch/list"
    [ -z "$page_pending" ] || check_rules "$pending_title" "$page_pending"
    [ "${BLESS-}" != 1 ] || bless_page "$1"
}
