# muster exec: what it does in place of unshare and sudo, and that what it started ends with it. As root everything is
# also tried as a user without rights.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2034 # prefix_root and prefix_user are used by their names

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
. "$srcdir/tests/ends.sh"
command -v pgrep >/dev/null || { skip "how programs end" "there is no pgrep here"; finish; }
[ "$(uname -s)" = Linux ] || { skip "muster exec and wrappers" "only Linux has namespaces"; finish; }

# LeakSanitizer needs a thread at the end, and a process that has made a PID namespace cannot start one.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"

# Other users have to reach all of this.
chmod 755 "$scratch"
install -m 755 "$builddir/tests/muster_wrapped" muster
mkdir -m 777 out.d
export OUT=$scratch/out.d

# Programs: one that ends by any signal, one that counts SIGINT and ends by SIGTERM with 7, one that tells what it is given.
install -m 755 "$(command -v sleep)" plain
cat >counts <<END
#!/bin/sh
trap 'echo INT >>"$OUT/signals"' INT
trap 'exit 7' TERM
: >"$OUT/ready"
while :; do sleep 0.05; done
END
cat >tells <<END
#!/bin/sh
exec >"$OUT/told"
echo "number \$\$ parent \$PPID user \$(id -un) groups \$(id -Gn) umask \$(umask)"
echo "environment \$(env | sed 's/=.*//' | grep -v '^_$\\|^OLDPWD\$\\|^PWD\$\\|^SHLVL\$\\|^_STDBUF_O\$\\|^LD_PRELOAD\$' | sort | tr '\\n' ' ')"
echo "home \$HOME \$USER \$LOGNAME"
echo "buffers \$_STDBUF_O"
(: <&7) 2>/dev/null && echo "descriptor 7 is open"
echo "network \$(tail -n +3 /proc/net/dev | wc -l)"
exit "\$1"
END
cat >mounts <<END
#!/bin/sh
mount -t tmpfs none "$scratch/mounted" && : >"$scratch/mounted/seen" && ls "$scratch/mounted"
END
cat >leaves <<END
#!/bin/sh
"$scratch/plain" 1001 >/dev/null 2>&1 &
exit 3
END
chmod 755 counts tells mounts leaves
mkdir mounted

# What cannot be tried here, and why.
no_root="only root makes namespaces and changes the user" no_namespaces=$no_root
prefix_root=() prefix_user=()
if [ "$(id -u)" = 0 ]; then
    no_root='' no_namespaces=''
    prefix_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    unshare --pid --net --mount --uts --ipc --fork -- true 2>err || no_namespaces=$(cat err)
fi

# start WHO ARGUMENT…: becomes muster exec, as root or as a user, with signals as they usually are.
start() {
    local -n prefix=prefix_$1
    exec env --default-signal "${prefix[@]}" ./muster exec --no-probe "${@:2}"
}

# run WHO ARGUMENT…: the exit code and stderr.
run() {
    (start "$@" </dev/null 2>err)
    echo "$?$(sed "s|$scratch|SCRATCH|g; s/^/ /" err)"
}

# --- what ends with what ---

# end HOW STATUS NAME WHO PROGRAM SETTING…: muster gets the signal HOW, or its parent is killed (parent). STATUS is
# muster's, and nothing is left.
end() {
    local how=$1 expected=$2 name=$3 program=$5
    local -n prefix=prefix_$4
    shift 5
    rm -f "$OUT"/*
    # shellcheck disable=SC2317 # called by ended
    ready() {
        pgrep -f "^($scratch/|/bin/sh $scratch/)$program 1000\$" && { [ "$program" != counts ] || [ -e "$OUT/ready" ]; }
    }
    check_equal "$name: $how" "status $expected, left: " \
        "$(ended "$how" ready "${prefix[@]}" ./muster exec --no-probe --set "program=$scratch/$program" "$@")"
}

# ends NAME WHO SETTING…: each way to end, of a program that handles no signal and of one that handles SIGTERM.
ends() {
    local name=$1 who=$2
    shift 2
    end TERM 143 "$name" "$who" plain "$@"
    end INT 130 "$name" "$who" plain "$@"
    end HUP 129 "$name" "$who" plain "$@"
    end QUIT 131 "$name" "$who" plain "$@"
    end KILL 137 "$name" "$who" plain "$@"
    end parent none "$name" "$who" plain "$@"
    end TERM 7 "$name, SIGTERM handled" "$who" counts "$@"
    end KILL 137 "$name, SIGTERM handled" "$who" counts "$@"
}

ends "a user, nothing to prepare" user
skip "a user, namespaces" "namespaces without root's rights are not made yet"
# sudo passes signals on. What SIGKILL leaves is documented: sudo cannot take its program along.
if "${prefix_user[@]}" sudo -n -u nobody true 2>/dev/null; then
    end TERM 143 "a user behind sudo" user plain --set user_by=dashes
    end INT 130 "a user behind sudo" user plain --set user_by=dashes
    end TERM 7 "a user behind sudo, SIGTERM handled" user counts --set user_by=dashes
else
    skip "a user behind sudo" "there is no sudo here that this user may use without a password"
fi
if [ -z "$no_root" ]; then
    ends "root, nothing to prepare" root
    ends "root, another user" root --set user_by=sudo
else
    skip "root, nothing to prepare; root, another user" "$no_root"
fi
if [ -z "$no_namespaces" ]; then
    ends "root, namespaces" root --set namespaces=all
    ends "root, namespaces and another user" root --set namespaces=all --set user_by=sudo
else
    skip "root, namespaces, with and without another user" "$no_namespaces"
fi

# --- the program's status ---

# status NAME SETTING…: the exit code is the program's, or says as always why there is none.
status() {
    local name=$1
    shift
    rm -f "$OUT"/*
    check_equal "$name: the program's status" 42 "$(run root --set program="$scratch/tells" --set argument=42 "$@")"
    check_equal "$name: not found" "127 muster: SCRATCH/none: not found" "$(run root --set program="$scratch/none" "$@")"
    check_equal "$name: not a program" \
        "126 muster: SCRATCH/out.d: found, but not a file that this user may execute" \
        "$(run root --set program="$scratch/out.d" "$@")"
    check_equal "$name: an ignored SIGCHLD" 42 \
        "$(trap '' CHLD; run root --set program="$scratch/tells" --set argument=42 "$@")"
    check_equal "$name: a child that it leaves" 3 "$(run root --set program="$scratch/leaves" "$@")"
    pkill -KILL -f "^$scratch/plain 1001\$"
}

status "nothing to prepare"
if [ -z "$no_root" ]; then
    status "another user" --set user_by=dashes
fi
if [ -z "$no_namespaces" ]; then
    status "namespaces" --set namespaces=all
    status "namespaces and another user" --set namespaces=all --set user_by=dashes
    run root --set program="$scratch/leaves" --set namespaces=lone >/dev/null
    check_equal "what a program leaves in its PID namespace ends with it" "" "$(left)"
fi

# --- what the program is given ---

# told SETTING…: what the program says of itself, with another descriptor open.
told() {
    rm -f "$OUT"/*
    run root --set program="$scratch/tells" --set argument=0 "$@" 7</dev/null >out
    grep -v "^number " "$OUT/told"
}
export SECRET=password TZ=UTC
if [ -z "$no_root" ]; then
    nobody_home=$(getent passwd nobody | cut -d : -f 6)
    check_equal "another user's environment and descriptors" \
        "environment HOME LANG LC_ALL LOGNAME PATH SHELL TERM TZ USER 
home $nobody_home nobody nobody
buffers L
network $(tail -n +3 /proc/net/dev | wc -l)" "$(TERM=dumb LANG=C told --set user_by=sudo)"
    check_equal "another user's rights" "user nobody groups $(id -Gn nobody) umask 0007" \
        "$(sed -n 's/^number .* parent [0-9]* //p' "$OUT/told")"
    told >/dev/null
    check_equal "without a change everything goes along" "SECRET, descriptor 7 is open" \
        "$(sed -n 's/^environment .*\(SECRET\).*/\1,/p; /^descriptor /p' "$OUT/told" | paste -sd ' ')"
fi
if [ -z "$no_namespaces" ]; then
    told --set namespaces=all >/dev/null
    check_equal "the program is a child of the first process of its namespace, and its network is empty" \
        "number 2 parent 1 network 1" "$(sed -n 's/ user.*//; /^number\|^network/p' "$OUT/told" | paste -sd ' ')"
    check_equal "without --fork, muster becomes the program" "0 network 1" \
        "$(run root --set program="$scratch/tells" --set argument=0 --set namespaces=net) $(grep network "$OUT/told")"
    rm -f "$OUT"/*
    check_equal "--qemu, behind wrappers that muster takes over" 7 \
        "$(run root --set program=/program --set argument=7 --set namespaces=lone --set user_by=dashes --qemu "$scratch/tells")"
    check_equal "the program can mount" "seen 0" "$(run root --set program="$scratch/mounts" --set namespaces=all | paste -sd ' ')"
    check_equal "and nobody else sees it" "" "$(ls mounted)"
fi

# --- what is not recognised is started as it is ---

mkdir fakes
for name in unshare sudo stdbuf; do
    # shellcheck disable=SC2016 # for the script
    printf '#!/bin/sh\necho "${0##*/} $*" >"$OUT/wrapper"\n' >"fakes/$name"
done
chmod 755 fakes/*

# real WHO SETTING…: the wrapper that was started, with its arguments.
real() {
    rm -f "$OUT"/*
    PATH=$scratch/fakes:$PATH run "$1" --set program=/program "${@:2}" | tr '\n' ' '
    cat "$OUT/wrapper"
}
check_equal "an option of unshare that is not known" "0 unshare --kill-child --pid --fork -- /program 1000" \
    "$(real root --set namespaces=newer)"
check_equal "a program after unshare that looks like an option" "0 unshare --pid --fork -x" \
    "$(real root --set namespaces=unfinished)"
check_equal "--pid without --fork" "0 unshare --pid -- /program 1000" "$(real root --set namespaces=childless)"
check_equal "a user by number" "0 sudo -u #0 /program 1000" "$(real root --set user_by=number)"
check_equal "a variable for sudo" "0 sudo -u nobody A=b /program 1000" "$(real root --set user_by=variable)"
check_equal "an option of sudo" "0 sudo -E -u nobody /program 1000" "$(real root --set user_by=keeping)"
check_equal "without root's rights, sudo" "0 sudo -u nobody stdbuf -oL /program 1000" "$(real user --set user_by=sudo)"
if [ -z "$no_namespaces" ]; then
    check_equal "namespaces, then sudo with an option" "0 sudo -E -u nobody /program 1000" \
        "$(real root --set namespaces=all --set user_by=keeping)"
fi

check_equal "--qemu takes the place of the program, behind a wrapper that is started" \
    "0 unshare --kill-child --pid --fork -- $scratch/tells 1000" "$(real root --set namespaces=newer --qemu "$scratch/tells")"

# --- what cannot be done ---

if [ -z "$no_root" ]; then
    check_equal "no such user" \
        "2 muster: sudo -u no-such-user: this host has no such user; create it, for instance with useradd --system" \
        "$(run root --set program="$scratch/tells" --set user_by=sudo --set user=no-such-user)"
fi
if [ -z "$no_root" ] && setpriv --bounding-set -setgid true 2>/dev/null; then
    prefix_less=(setpriv --bounding-set -setgid)
    check_equal "root without the right to change the user" \
        "2 muster: cannot switch to user nobody: Operation not permitted" \
        "$(run less --set program="$scratch/tells" --set user_by=sudo)"
else
    skip "root without the right to change the user" "${no_root:-rights cannot be dropped here}"
fi
rm -f number
# It waits for its configuration while its parent is killed.
mkfifo config
exec 5<>config
# shellcheck disable=SC2016 # for the parent
bash -c './muster exec --no-probe --set program=/bin/true --config config 2>err & echo $! >number; wait' parent 5>&- &
# shellcheck disable=SC2317 # called by until_true
reads_config() {
    find "/proc/$(cat number)/fd" -lname "$scratch/config" | grep .
}
until_true reads_config
kill -KILL $!
wait $! 2>/dev/null
echo 'params: { };' >&5
exec 5>&-
until_true test -s err
check_equal "the parent has ended before the start" "muster: the parent process has exited; nothing was started" "$(cat err)"
check_equal "namespaces without the right to make them" \
    "2 muster: unshare: cannot create namespaces: Operation not permitted" \
    "$(run user --set program="$scratch/tells" --set namespaces=all)"
check_equal "nothing was started" "no" "$(rm -f "$OUT"/*; run user --set program="$scratch/tells" --set namespaces=all \
    >out; [ -e "$OUT/told" ] || echo no)"

# --- terminals ---

# signals: how often the program was interrupted.
signals() {
    wc -l <"$OUT/signals"
}
rm -f "$OUT"/*
settings=()
[ -n "$no_namespaces" ] || settings=(--set namespaces=all)
start root --set program="$scratch/counts" "${settings[@]}" &
until_true test -e "$OUT/ready"
kill -INT $!
until_true test -s "$OUT/signals"
kill -TSTP $!
until_true grep -q '^State:.T' "/proc/$!/status"
kill -TERM $!
kill -CONT $!
wait $!
check_equal "SIGINT is passed on once; SIGTERM to a stopped muster when it goes on" "7 1" "$? $(signals)"
rm -f "$OUT"/*
if command -v script >/dev/null; then
    {
        until_true test -e "$OUT/ready"
        printf '\003'
        until_true test -s "$OUT/signals"
        # A second one, from a muster that passed on what the terminal sent, would come at once.
        sleep 0.5
        pkill -TERM -f "^/bin/sh $scratch/counts"
    } | env --default-signal script -q -e -c "exec ./muster exec --no-probe --set program=$scratch/counts ${settings[*]}" /dev/null >out
    check_equal "ctrl-C at a terminal reaches the program once" "7 1" "$? $(signals)"
    # The terminal goes away: the leader of its session alone is told.
    rm -f "$OUT"/*
    sleep 3 | env --default-signal script -q -c "exec ./muster exec --no-probe --set program=$scratch/plain ${settings[*]}" /dev/null >out &
    terminal=$!
    until_true pgrep -f "^$scratch/plain 1000\$"
    kill -KILL $terminal
    wait $terminal 2>/dev/null
    check_equal "a terminal that goes away ends the program" "" "$(left)"
else
    skip "ctrl-C at a terminal" "there is no script here"
fi
check_equal "nothing is left" "" "$(left)"
finish
