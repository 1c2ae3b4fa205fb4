#!/usr/bin/env bash
# The firmware of trial starts is what its source says: assembles it and compares the bytes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

# Prints the bytes between the braces of firmware_code, a line each.
written() {
    sed -n '/^static const unsigned char firmware_code/,/^};/p' "$srcdir/runtime/probe/trial_guest.c" |
        grep -oE '0x[0-9a-f]{2}' | sed 's/^0x//'
}

if ! { as --64 "$srcdir/tests/trial_guest.S" -o "$scratch/guest.o" &&
    objcopy -O binary -j .text "$scratch/guest.o" "$scratch/guest"; } 2>"$scratch/errors"; then
    skip "the firmware's bytes" "there is no assembler for x86_64 here: $(head -n 1 "$scratch/errors")"
    finish
fi
od -An -v -tx1 -w1 "$scratch/guest" | tr -d ' ' >"$scratch/bytes"
check_equal "it fills 64 KiB" 65536 "$(wc -l <"$scratch/bytes")"
written >"$scratch/written"
count=$(wc -l <"$scratch/written")
check_equal "the code" "$(head -n "$count" "$scratch/bytes")" "$(cat "$scratch/written")"
check_equal "behind it nothing" "00" "$(sed -n "$((count + 1)),65520p" "$scratch/bytes" | sort -u)"
check_equal "the reset vector jumps to f000:0000" "ea 00 00 00 f0" "$(sed -n '65521,65525p' "$scratch/bytes" | xargs)"
check_equal "which the C file says, too" "0xea, 0x00, 0x00, 0x00, 0xf0" \
    "$(sed -nE 's/.*reset_vector\[\] = \{(.*)\};/\1/p' "$srcdir/runtime/probe/trial_guest.c")"
finish
