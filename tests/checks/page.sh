#!/usr/bin/env bash
# `make check-page`: the report in a real browser, Chromium without a window: filters, hosts evaluated by the page as
# muster evaluates them, narrow and enlarged, dark, on paper, without JavaScript, with malicious rules. Pictures of it
# go to page/ in the build.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# first_of COMMAND…: prints the first of these commands that is there.
first_of() {
    local name
    for name in "$@"; do
        command -v "$name" && return
    done
}

# A Python that has selenium: the first one may be another than the system's.
find_python() {
    local name
    for name in python3 /usr/bin/python3; do
        "$name" -c 'import selenium.webdriver' 2>/dev/null && command -v "$name" && return
    done
}

CHROMIUM=$(first_of chromium chromium-browser google-chrome)
CHROMEDRIVER=$(first_of chromedriver)
export CHROMIUM CHROMEDRIVER
python=$(find_python)
if [ -z "$CHROMIUM" ] || [ -z "$CHROMEDRIVER" ]; then
    skip "the report in a browser" "there is no Chromium with its driver here"
    finish
elif [ -z "$python" ]; then
    skip "the report in a browser" "there is no Python with selenium here"
    finish
elif [ ! -x "$builddir/musterc" ]; then
    skip "the report in a browser" "there is no compiler here"
    finish
fi

pages=$builddir/page
mkdir -p "$pages"
make_page() { # make_page NAME STATUS FOLDER ARGUMENT…: made in that folder, whose files then have short names
    local name=$1 expected=$2 folder=$3
    shift 3
    (cd "$srcdir/$folder" && "$builddir/musterc" "$@" --format html -o "$pages/$name.html") 2>"$scratch/stderr"
    if [ $? = "$expected" ]; then
        ok "musterc writes the page $name"
    else
        not_ok "musterc writes the page $name" "$(cat "$scratch/stderr")"
    fi
}
make_page baseline 0 rules matrix baseline.muster
make_page rejects 0 tests matrix rejects.muster
make_page hostile 0 tests/html matrix hostile.muster
make_page forms 0 tests/html matrix forms.muster
make_page needs 0 tests matrix needs.muster

# Changed rules: a decision, an option about security, an argument that is gone; and a message with markup in it.
cp "$srcdir/rules/qemu.muster" "$pages"
sed -e '/x86_64, unknown | tcg /s/legacy, off /legacy, kept/' -e 's/mitigations = off /mitigations = auto/' \
    -e '/-no-reboot;/d' "$srcdir/rules/baseline.muster" >"$pages/changed.muster"
sed -e '/[<>]=* 10 /s/ 10 / 20 /' -e 's/pwned = 14/pwned = 40/' -e 's/alert(25)/alert(41)/' \
    "$srcdir/tests/html/hostile.muster" >"$pages/hostile-changed.muster"
make_page diff 1 rules diff baseline.muster "$pages/changed.muster"
make_page hostile-diff 1 tests/html diff hostile.muster "$pages/hostile-changed.muster"
make_page same-diff 0 rules diff baseline.muster baseline.muster

"$python" "$srcdir/tests/checks/page.py" "$pages" "$srcdir" "$builddir" >"$scratch/output" 2>&1
status=$?
cat "$scratch/output"
# Its cases count here; if it broke off, that is a failure, too.
read -r -a counts <<<"$(tail -n 1 "$scratch/output")"
if [[ "${counts[*]}" =~ ^[0-9]+\ passed,\ [0-9]+\ failed$ ]]; then
    lib_passed=$((lib_passed + counts[0]))
    lib_failed=$((lib_failed + counts[2]))
else
    not_ok "the browser's cases" "they broke off with status $status"
fi
finish
