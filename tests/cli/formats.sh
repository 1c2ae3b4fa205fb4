# The forms in which results are written: shell words, JSON, NUL bytes; what a shell reads back is what was meant.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2016,SC1003,SC2094 # quotes are the subject; nul and shell are files

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"

host=(--ruleset baseline --facts facts.cfg --config params.cfg)
have_jq=$(command -v jq)

# Paths that a careless quoting gets wrong.
paths=(
    '/plain' "/it's" '/two  blanks' "/'" "/''" '/a"b' '/$HOME' '/`id`' '/$(id)' '/\' '/\\n' '/*' '/?' '/[a]' '/~' '/#x'
    '/!x' '/a;b' '/a|b' '/a&b' '/<>' '/(x)' '/{a,b}' '/a=b' '/%s' '/-' '/süß/€' "/mixed 'it' \"is\" \$so"
)
for path in "${paths[@]}"; do
    arguments=(argv "${host[@]}" --set "kernel_dir=$path" --set "overlay_image=$path")
    "$muster" "${arguments[@]}" --format nul >nul
    "$muster" "${arguments[@]}" --format shell >shell
    for shell in sh bash dash; do
        command -v "$shell" >/dev/null || continue
        "$shell" -c "printf '%s\\0' $(cat shell)" >back 2>err
        if cmp -s nul back; then
            ok "$shell reads back $path"
        else
            not_ok "$shell reads back $path" "$(diff --text <(tr '\0' '\n' <nul) <(tr '\0' '\n' <back); cat err)"
        fi
    done
    check_equal "one line: $path" 1 "$(wc -l <shell)"
    if [ -n "$have_jq" ]; then
        "$muster" "${arguments[@]}" --format json | jq -j '.[] + "\u0000"' >back
        check_equal "JSON reads back $path" "$(tr '\0' '\n' <nul)" "$(tr '\0' '\n' <back)"
    else
        skip "JSON reads back $path" "jq is not here"
    fi
done

# Quotes only where they are needed.
"$muster" argv "${host[@]}" >out
check_equal "the default is shell" "$(cat out)" "$("$muster" argv "${host[@]}" --format shell)"
check_equal "only -append is quoted" 1 "$(grep -o "'[^']*'" out | wc -l)"
"$muster" argv "${host[@]}" --format json >out
check_equal "JSON is one line" 1 "$(wc -l <out)"
check_equal "JSON begins and ends as an array" \
    '["qemu-system-x86_64", "-name" "unix:/run/vm/qmp.sock,server=on,wait=off"]' \
    "$(sed -E 's/^(\["[^"]*", "[^"]*").* ("[^"]*"\])$/\1 \2/' out)"
check_equal "NUL: as many arguments as JSON" "$(grep -o '", "' out | wc -l)" \
    "$(($("$muster" argv "${host[@]}" --format nul | tr -dc '\0' | wc -c) - 1))"
"$muster" argv "${host[@]}" --format nul >out
check_equal "NUL: the last byte is one, and no newline" "1 0" \
    "$(tail -c 1 out | tr -dc '\0' | wc -c) $(tr -dc '\n' <out | wc -c)"

# Results depend on nothing of the environment.
LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 "$muster" argv "${host[@]}" --format nul >other
if cmp -s out other; then ok "the locale makes no difference"; else not_ok "the locale makes no difference"; fi

# Facts as JSON: booleans, null for unknown, versions as text.
"$muster" probe --ruleset baseline --facts facts.cfg --set qemu_version=unknown --set host_os=macos \
    --format json >facts.json
check_golden "facts as JSON" "$srcdir/tests/cli/golden/facts.json" facts.json
"$muster" probe --ruleset baseline --facts facts.cfg --set qemu_version=unknown --set kvm=no >facts.out
check_golden "facts as a file" "$srcdir/tests/cli/golden/facts.cfg" facts.out
"$muster" explain "${host[@]}" --format json >explain.json
"$muster" explain --ruleset baseline --facts facts.cfg --format json >waiting.json
if [ -n "$have_jq" ]; then
    check_equal "facts.json is JSON" '["x86_64","macos",null,true]' \
        "$(jq -c '[.facts[["guest_arch", "host_os", "qemu_version", "kvm"][]].value]' facts.json)"
    check_equal "explain's JSON has the decisions" '"kvm"' \
        "$(jq -c '.decisions[] | select(.name == "accel") | .value' explain.json)"
    check_equal "explain's JSON has the argv" \
        "$("$muster" argv "${host[@]}" --format json | jq -c .)" \
        "$(jq -c .argv explain.json)"
    check_equal "explain's JSON names what is missing" \
        'vm_id memory_mb kernel_dir overlay_image cmd_socket event_socket qmp_socket; null' \
        "$(jq -r '.missing | join(" ")' waiting.json); $(jq -c .argv waiting.json)"
    "$muster" probe --format json >host.json
    check_equal "probe's JSON has what else was found" true \
        "$(jq '.found | has("hwaccel") and has("fast_balloon")' host.json)"
else
    skip "JSON is valid" "jq is not here"
fi

finish
