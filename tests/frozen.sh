#!/usr/bin/env bash
# Rule files of released versions still check and compile. tests/frozen/VERSION has the shipped rules and the examples of
# docs/language.md as they were in that version; nobody edits them. The file findings beside them lists the errors and
# warnings that musterc of that version reported: FILE:LINE LEVEL CODE.
#
# A frozen file must check and compile as before. An error that is new must be in docs/changes.md, word for word.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$builddir:$PATH
changes=$srcdir/docs/changes.md

# findings FILE: its errors and warnings, as the list has them, each with its message after a tab.
findings() {
    musterc check "$1" 2>&1 |
        sed -nE 's/^([^:]*:[0-9]+):[0-9]+: ((error|warning): .* \[([a-z-]+)\])$/\1 \3 \4\t\2/p'
}

# undocumented FILE: the errors that the frozen version did not report and docs/changes.md does not have.
undocumented() {
    local key message
    while IFS=$'\t' read -r key message; do
        [[ $key == *" error "* ]] || continue
        grep -qxF -- "$key" findings || grep -qF -- "$message" "$changes" || echo "$key: $message"
    done <"$scratch/now"
}

# lost FILE: the errors that the frozen version reported and musterc does not report any more.
lost() {
    grep -E "^${1//./\\.}:[0-9]+ error " findings | grep -vxFf <(cut -f 1 "$scratch/now")
}

cd "$srcdir/tests/frozen" || exit 2
for version in [0-9]*; do
    for folder in rules language; do
        cd "$srcdir/tests/frozen/$version/$folder" || exit 2
        for file in *.muster; do
            findings "$file" >"$scratch/now"
            check_equal "$version: $folder/$file: every new error is in docs/changes.md" "" "$(undocumented)"
            check_equal "$version: $folder/$file: no error is lost" "" "$(lost "$file")"
            if ! grep -q "^library" "$file" && ! cut -f 1 "$scratch/now" | grep -q ' error '; then
                musterc compile "$file" -o "$scratch/frozen.c" >"$scratch/output" 2>&1
                check_equal "$version: $folder/$file compiles" 0 $?
            fi
        done
    done
done
check_equal "docs/changes.md describes this version" "## $(musterc --version | sed -n 's/^musterc \([0-9.]*\).*/\1/p')" \
    "$(grep -m 1 '^## ' "$changes" | cut -d ' ' -f 1,2)"
finish
