#!/usr/bin/env bash
# Runs the dialogues of docs/audit.md.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

run_page "$srcdir/docs/audit.md"
if [ "$n_blocks" -gt 5 ]; then
    ok "the page has examples"
else
    not_ok "the page has examples" "only $n_blocks blocks: were they found at all?"
fi
finish
