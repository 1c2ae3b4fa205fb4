#!/usr/bin/env bash
# The report without a browser: well-formed markup, escaped texts, the policy with the hashes of what is in the page,
# and the pages of a ruleset and of a change of it, but for style, script and tables, to the letter. In a browser it is
# tried by tests/checks/page.sh.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

golden=$srcdir/tests/html
PATH=$builddir:$PATH
cp "$srcdir"/tests/html/*.muster "$srcdir/tests/rejects.muster" "$srcdir"/rules/*.muster "$scratch"
cd "$scratch" || exit 2
sed -e 's/=> tcg               because/=> kvm               because/' -e 's/"nice" -n 5/"nice" -n 7/' \
    -e 's/nice -n 5/nice -n 7/' -e 's/one guest with a second disk/a guest with <two> disks/' \
    rejects.muster >rejects-changed.muster
sed -e '/[<>]=* 10 /s/ 10 / 20 /' -e 's/pwned = 14/pwned = 40/' hostile.muster >hostile-changed.muster

# page NAME STATUS ARGUMENT…: the page is written as NAME.html, twice the same, and nothing is said.
page() {
    local name=$1 expected=$2 status
    shift 2
    musterc "$@" --format html -o "$name.html" >"$name.out" 2>&1
    status=$?
    check_equal "$name: exit code, and nothing said" "$expected " "$status $(cat "$name.out")"
    musterc "$@" --format html >"$name.again" 2>/dev/null
    check_equal "$name: the same bytes, also on standard output" "" "$(cmp "$name.html" "$name.again" 2>&1)"
}
page baseline 0 matrix baseline.muster
page rejects 0 matrix rejects.muster
page hostile 0 matrix hostile.muster
page forms 0 matrix forms.muster
page narrowed 0 matrix rejects.muster accel --where 'host_os == linux and cores < 9'
page diff 1 diff rejects.muster rejects-changed.muster
page hostile-diff 1 diff hostile.muster hostile-changed.muster
page same 0 diff forms.muster forms.muster

# --- markup: every element is closed, in order; no attribute twice, no id twice; texts end no element ---

cat >well-formed.awk <<'SCRIPT'
function problem(words) { print FILENAME ": " words; bad = 1 }
BEGIN {
    RS = "\001"
    split("meta input link br img hr", list, " ")
    for (i in list) void[list[i]] = 1
}
{
    rest = $0
    sub(/^<!DOCTYPE html>\n/, "", rest)
    while (match(rest, /</)) {
        text = substr(rest, 1, RSTART - 1)
        if (text ~ />/) problem("a stray > in " substr(text, 1, 60))
        rest = substr(rest, RSTART)
        if (!match(rest, /^<\/?[a-z][a-z0-9]*( [a-zA-Z-]+(="[^"<>]*")?)*\/?>/)) {
            problem("no tag: " substr(rest, 1, 60))
            break
        }
        tag = substr(rest, 1, RLENGTH)
        rest = substr(rest, RLENGTH + 1)
        name = tag
        gsub(/^<\/?|[ \/>].*$/, "", name)
        attributes = tag
        while (match(attributes, / id="[^"]*"/)) {
            id = substr(attributes, RSTART, RLENGTH)
            if (id in ids) problem("twice:" id)
            ids[id] = 1
            attributes = substr(attributes, RSTART + RLENGTH)
        }
        if (tag ~ /^<\//) {
            if (depth == 0 || stack[depth] != name) problem("</" name "> closes " stack[depth])
            depth--
        } else if (!(name in void) && tag !~ /\/>$/) {
            stack[++depth] = name
            # What is in these is no markup, until they end.
            if (name == "script" || name == "style")
                rest = substr(rest, index(rest, "</" name ">"))
        }
    }
    if (depth > 0) problem("<" stack[depth] "> is not closed")
}
END { exit bad }
SCRIPT
for name in baseline rejects hostile forms narrowed diff hostile-diff same; do
    check_equal "$name: well-formed, ids are unique" "" "$(awk -f well-formed.awk "$name.html" 2>&1)"
done

# --- what tries to be markup ---

for name in hostile hostile-diff; do
    check_equal "$name: one style, one script, and tables" "$([ $name = hostile ] && echo 1 || echo 2) 1 1" \
        "$(grep -c '<script type=' "$name.html") $(grep -c '<style>' "$name.html") $(grep -c '<script>' "$name.html")"
    check_equal "$name: only addresses are links" "" \
        "$(grep -oE ' href="[^"]*"' "$name.html" | grep -vE ' href="(#[a-z]+|https?://[^"]*)"')"
    check_equal "$name: nothing is loaded" "" "$(grep -oE ' (src|srcset|action|data|poster)="' "$name.html" | sort -u)"
done

# --- the policy: what is in the page is what it names ---

to_base64() {
    local hex
    hex=$(sha256sum | cut -d ' ' -f 1)
    # shellcheck disable=SC2059 # the format is what is to be printed
    printf "$(printf '%s' "$hex" | sed 's/../\\x&/g')" | base64
}
between() { # between ELEMENT: what stands in it, to the byte
    awk -v open="<$1>" -v close_="</$1>" 'BEGIN { RS = "\001" } {
        start = index($0, open) + length(open)
        rest = substr($0, start)
        printf "%s", substr(rest, 1, index(rest, close_) - 1) }' baseline.html
}
if command -v sha256sum >/dev/null; then
    for element in script style; do
        check_equal "the policy names the hash of the $element" 1 \
            "$(grep -c "$element-src 'sha256-$(between $element | to_base64)'" baseline.html)"
    done
else
    skip "the policy's hashes" "there is no sha256sum here"
fi

# --- to the letter ---

for name in rejects narrowed diff; do
    awk '/^<meta http-equiv|^<meta name="generator|^<p>Made by musterc/ { next }
        /<style>|<script/ { sub(/<(style|script).*/, "..."); print; inside = 1 }
        inside { if (/<\/(style|script)>/) inside = 0; next }
        { print }' "$name.html" >"$name.bare"
    check_golden "the page $name" "$golden/$name.html" "$name.bare"
done

# --- a library has no command line: no host to try, all else ---

printf 'library small; fact a : bool from caller; decide d : { x, y } by a { yes => x; no => y; }\n' >small.muster
page small 0 matrix small.muster
check_equal "a library: well-formed" "" "$(awk -f well-formed.awk small.html 2>&1)"
printf 'library bare; fact a : bool from caller;\n' >bare.muster
page bare 0 matrix bare.muster -Wno-unused
check_equal "nothing is decided: well-formed" "" "$(awk -f well-formed.awk bare.html 2>&1)"
awk 'BEGIN {
    print "library large; let small = f0;"
    for (i = 0; i < 60; i++) print "fact f" i " : bool from caller;"
    for (k = 0; k < 30; k++) {
        printf "let l%d = f%d", k, k
        for (i = 0; i < 60; i++) if (i != k) printf " or f%d", i
        print ";"
    }
}' >large.muster
page large 0 matrix large.muster small -Wno-unused
check_equal "a graph that is too large: said, and the list is there" "1 31" \
    "$(grep -c 'There is too much for a picture' large.html) $(grep -c '<dt>' large.html)"
check_equal "a library: no host to try" "0 0" \
    "$(grep -c 'href="#host"' small.html) $(grep -c '<script type=' small.html)"

printf 'ruleset none;\nargv { run; }\n' >none.muster
musterc matrix none.muster --format html >none.html 2>none.out
check_equal "a page without anything to draw" "0 1 " "$? $(grep -c '</html>' none.html) $(cat none.out)"

# --- what cannot be done ---

musterc matrix rejects.muster --format html -o rejects.muster >out 2>&1
check_equal "the rules are not written over" 2 "$?"
printf 'ruleset broken; decide d : { x } by nothing { * => x; }\n' >broken.muster
musterc matrix broken.muster --format html -o broken.html >out 2>&1
check_equal "of broken rules there is no page" "1 no" "$? $([ -e broken.html ] && echo yes || echo no)"

finish
