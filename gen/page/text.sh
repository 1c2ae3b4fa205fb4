#!/bin/sh
# Writes C with one style sheet, from the files *.css in their order, and one script, from the files *.js:
# text.sh FILE... >text.c. Their hashes are written, too, so that the page can forbid every other style and script.
# A part of the build: it runs in any POSIX shell.
# SPDX-License-Identifier: Apache-2.0
set -e
export LC_ALL=C

# The SHA-256 of standard input in hexadecimal digits, by whichever program is there.
sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum
    elif command -v shasum >/dev/null; then
        shasum -a 256
    elif command -v openssl >/dev/null; then
        openssl dgst -sha256 -r
    else
        echo "text.sh: none of sha256sum, shasum and openssl is here" >&2
        return 1
    fi
}

# Hexadecimal digits to base64, three of them to two letters; the last one of four letters pads.
to_base64() {
    awk '{
        hex = "0123456789abcdef"
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        digits = substr($1, 1, 64) "00" # 32 bytes and two more bits
        for (at = 1; at <= 64; at += 3) {
            bits = 0
            for (i = 0; i < 3; i++)
                bits = bits * 16 + index(hex, substr(digits, at + i, 1)) - 1
            out = out substr(letters, int(bits / 64) + 1, 1) substr(letters, bits % 64 + 1, 1)
        }
        print substr(out, 1, 43) "="
    }'
}

# lines NAME COMMAND ARGUMENT...: what the command prints, as an array of texts. '?' is escaped because of trigraphs.
lines() {
    name=$1
    shift
    printf '\nconst char *const %s[] = {\n' "$name"
    "$@" | sed -e 's/[\\"?]/\\&/g' -e 's/^/    "/' -e 's/$/\\n",/'
    printf '    NULL};\n'
    hex=$("$@" | sha256)
    printf 'const char %s_hash[] = "%s";\n' "$name" "$(printf '%s\n' "$hex" | to_base64)"
}

# The script is one function: its files share their names, and no other script sees them.
one_function() {
    printf '(() => {\n"use strict";\n'
    cat "$@"
    printf '})();\n'
}

if grep -q '[^ -~]' "$@"; then
    echo "text.sh: $* must be plain ASCII without tabs" >&2
    exit 1
fi
styles=''
scripts=''
for file; do
    case $file in
    *.css) styles="$styles $file" ;;
    *) scripts="$scripts $file" ;;
    esac
done
printf '/* Made by text.sh. Do not edit. */\n#include "gen/page/internal.h"\n'
# shellcheck disable=SC2086 # lists of plain names
lines page_style cat $styles
# shellcheck disable=SC2086
lines page_script one_function $scripts
