# Ending what was started. Sourced by bash after lib.sh.
#
#   until_true COMMAND…      waits for it to succeed, some seconds; $patience: so many twentieths of a second
#   left                     processes with the scratch folder in their command line that have not ended some seconds later
#   ended HOW READY COMMAND… starts COMMAND under a parent of its own, waits until the command READY succeeds, then sends
#                            COMMAND the signal HOW, or kills its parent (parent); prints COMMAND's status, and what is left
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

until_true() {
    for _ in $(seq "${patience:-200}"); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.05
    done
    return 1
}

left() {
    local found
    for _ in $(seq 200); do
        found=$(pgrep -f "$scratch" | xargs -r ps -o stat=,args= -p | grep -v '^Z')
        [ -n "$found" ] || return 0
        sleep 0.05
    done
    echo "$found"
}

ended() {
    local how=$1 ready=$2 parent
    shift 2
    rm -f "$scratch/number" "$scratch/status"
    # A shell that is no terminal's lets what it starts in the background ignore SIGINT.
    # shellcheck disable=SC2016 # for the parent
    (cd "$scratch" && exec bash -c '"$@" & echo $! >number; wait $!; echo $? >status' parent \
        env --default-signal "$@") </dev/null >"$scratch/started.out" 2>"$scratch/started.err" &
    parent=$!
    until_true test -s "$scratch/number"
    if ! until_true "$ready"; then
        echo "it was not started: $(tail -n 5 "$scratch/started.err")"
        kill -KILL "$parent" "$(cat "$scratch/number")"
        return
    fi
    if [ "$how" = parent ]; then
        kill -KILL "$parent"
    else
        kill "-$how" "$(cat "$scratch/number")"
    fi
    wait "$parent" 2>/dev/null
    echo "status $(cat "$scratch/status" 2>/dev/null || echo none), left: $(left)"
}
