#!/usr/bin/env bash
# Runs the review of docs/review.md: its dialogues, and the comment in Markdown. BLESS=1 renews both.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

page=$srcdir/docs/review.md
mkdir "$page_folder/old" "$page_folder/new"
cp "$srcdir"/rules/*.muster "$page_folder/old"
cp "$srcdir"/rules/*.muster "$page_folder/new"
chmod u+w "$page_folder"/*/*.muster

run_page "$page"
check_equal "all dialogues were found" 6 "$n_blocks"

# The comment stands in the page as it is, so that it shows what it looks like.
comment=$(cd "$page_folder" && musterc diff old/baseline.muster new/baseline.muster --format markdown)
if [ "${BLESS-}" = 1 ]; then
    { sed '/^<!-- musterc diff -->$/q' "$page"; printf '\n%s\n\n' "$comment"; sed -n '/^<!-- end -->$/,$p' "$page"; } \
        >"$scratch/page.md" && cat "$scratch/page.md" >"$page"
fi
check_equal "the comment is what musterc writes" "$comment" \
    "$(sed '1,/^<!-- musterc diff -->$/d; /^<!-- end -->$/,$d' "$page" | sed '1d; $d')"
check_equal "it says something" 13 "$(grep -cE '^\| (decision|argument) ' <<<"$comment")"
finish
