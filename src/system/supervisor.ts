// The small shell programs that stand between a host and its commands, so that any of them may die without harm.
// They are handed to sh as text: a script file in the workspace could be replaced by someone else.
//
// Files of an attempt's folder D:
//   owner.<token>   the host that answers for it: its pid, and below it what is to be hidden from the output (see
//                   hidden-values.ts); renaming this file is how another host takes over (atomic)
//   over            the same, once nobody has to answer for it
//   begun           pid of the leader, and the mark that it carries where that is not the attempt's own; made
//                   exclusively, so either the command starts or an adopter forbids it
//   out err         output, appended; over the limit its middle is a hole; where there are no
//                   holes: .head (first bytes), .keep (last bytes before the cut), .dropped (count)
//   exit            "<status>\n": exists complete <=> the command finished by itself
//   ending          a person or the engine wants it ended
//   killed          the keeper ended it because no host came

/**
 * Leads the process group of one command: sh -c LEADER soloflow D SHELL COMMAND.
 * Survives TERM, so that the status of a command that handles TERM is still published. The command runs in the
 * foreground: in the background it would ignore interrupts. It sets no variable: one that a person has exported under
 * the same name would reach the command with another value. Its own exit code tells the host what a full disk does not
 * take; without a host it offers it to the disk for ten minutes.
 */
export const LEADER = `set -C
echo $$ 2>/dev/null >"$1/begun" || exit 125
set +C
trap : TERM HUP INT QUIT
"$2" -c "$3"
set -- "$1" $? 0
until echo $2 >"$1/exit" || kill -0 $PPID || [ $3 -ge 600 ]; do sleep 1; set -- "$1" $2 $(($3 + 1)); done 2>/dev/null
exit $2
`;

/**
 * Leads the process group of one command after another: sh -c LANE soloflow-lane MARK. Obeys lines from the host; each is
 * one command, between "soloflow_begun D ID" and "soloflow_ended D ID STATUS". These keep the files of its attempt as
 * LEADER does, and tell the host "E ID STATUS", which no file tells on a full disk, or "V ID" where it was forbidden to
 * begin. A newline is $soloflow_nl. Survives what LEADER survives. When its host is gone it finishes what it does, and
 * ends; what the disk did not take, and the host may not have written down either, it offers to the disk for ten minutes
 * more.
 */
export const LANE = String.raw`exec 3>&1 >/dev/null 2>&1
trap : TERM HUP INT QUIT PIPE
soloflow_mark=$1 soloflow_nl='
'
soloflow_begun() { set -C; echo "$$ $soloflow_mark" >"$1/begun" && set +C && return; set +C; echo "V $2" >&3; return 1; }
soloflow_ended() { soloflow_publish "$1" "$3" || eval "soloflow_d$2=\$1 soloflow_s$2=\$3 soloflow_left=\"\$soloflow_left $2\""; echo "E $2 $3" >&3; }
soloflow_publish() { echo "$2" >"$1/exit"; }
soloflow_left=
while IFS= read -r soloflow_job; do eval "$soloflow_job"; done
for soloflow_n in $soloflow_left; do
  eval "set -- \"\$soloflow_d$soloflow_n\" \"\$soloflow_s$soloflow_n\" 0"
  until [ ! -d "$1" ] || soloflow_publish "$1" "$2" || [ "$3" -ge 600 ]; do sleep 1; set -- "$1" "$2" $(($3 + 1)); done
done
`;

/**
 * One per host: sh -c KEEPER soloflow ATTEMPTS TOKEN GRACE_S LIMIT PART, with the host's lifeline on fd 3.
 * Blocks until the host closes the lifeline or dies. Then it waits GRACE_S for another host to take each attempt
 * over; what nobody takes is ended, with everything that carries its mark in the environment. All it began carries
 * host-TOKEN.
 */
export const KEEPER = `A=$1 T=$2 G=$3 L=$4 P=$5 K=$$ S= M= V=
trap '' TERM HUP INT QUIT
# Who leads a group is told with a dash that some shells take for an option, and others not after "--".
tell() { kill -s "$1" -- "$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }
limit() {
  k=$(du -k "$1" 2>/dev/null) || return 0
  [ $((\${k%%[!0-9]*} * 1024)) -gt "$2" ] || return 0
  s=$(wc -c <"$1") || return 0
  [ "$s" -gt $((P * 2)) ] || return 0
  fallocate -p -o "$P" -l $((s - P * 2)) "$1" 2>/dev/null && return 0
  [ -e "$1.head" ] || head -c "$P" "$1" >"$1.head"
  tail -c "$P" "$1" >"$1.keep"
  d=$(cat "$1.dropped" 2>/dev/null)
  echo $((\${d:-0} + s)) >"$1.dropped"
  : >"$1"
}
limits() {
  for o in "$A"/*/owner."$T"; do
    [ -e "$o" ] || continue
    d0=\${o%/*}
    limit "$d0/out" "$1"; limit "$d0/err" "$1"
  done
}
# Pids that carry one of these marks.
marked() {
  m0=
  for m1; do m0="$m0 -e :$m1:"; done
  [ -n "$m0" ] || return 0
  if [ -r /proc/self/environ ]; then
    for e in $(grep -lsF $m0 -- /proc/[0-9]*/environ 2>/dev/null); do e=\${e#/proc/}; echo "\${e%/environ}"; done
  else
    ps -axww -E -o pid=,command= 2>/dev/null | grep -F $m0 | grep -v grep | while read -r q _; do echo "$q"; done
  fi
}
leader() { l0=$(cat "$A/$1/begun" 2>/dev/null); l0=\${l0%% *}; case $l0 in ''|0|1|*[!0-9]*) ;; *) echo "$l0" ;; esac; }
# What its leader carries.
mark() { l0=$(cat "$A/$1/begun" 2>/dev/null); l0=\${l0#* }; case $l0 in lane-*) echo "$l0" ;; *) echo "$1" ;; esac; }
# A number in a file is only believed to lead a group of ours when it carries our mark or, where it is gone, somebody does.
verify() {
  l=$(leader "$1")
  [ -n "$l" ] || return 1
  if grep -qs . "/proc/$l/environ"; then
    grep -qsF -e ":$(mark "$1"):" "/proc/$l/environ" || return 1
  else
    [ -n "$(marked "$1" "$(mark "$1")")" ] || return 1
  fi
  V="$V -$l"
}
members() {
  for g in $V; do tell 0 "$g" && echo "$g"; done
  marked $M
}
signal() { for m in $(members); do [ "$m" = "$K" ] || tell "$1" "$m"; done; }
claim() {
  d1=\${1%/*}
  n1=\${d1##*/}
  if [ -s "$d1/exit" ]; then
    # Finished by itself: only what it left behind in its group goes.
    v1=$V V=
    verify "$n1" && tell TERM $V && tell KILL $V
    V=$v1
    return 0
  fi
  mv "$1" "$d1/killed" 2>/dev/null || return 0
  [ -s "$d1/begun" ] || nap
  [ -s "$d1/begun" ] || { set -C; echo void 2>/dev/null >"$d1/begun"; set +C; }
  verify "$n1"
  M="$M $n1"
}
# What was claimed is told to end, and made to end after two seconds.
finish() {
  signal TERM
  j=0
  while [ -n "$(members)" ] && [ $j -lt 40 ]; do
    nap
    j=$((j + 1))
    [ $j -lt 10 ] || signal KILL
  done
  M= V=
}
while read -r w <&3; do
  case $w in
    busy) [ -n "$S" ] || { ( exec 3<&-; while sleep 2 && kill -0 $K 2>/dev/null; do limits $((L * 4)); done ) & S=$!; } ;;
    idle) [ -z "$S" ] || kill -KILL $S 2>/dev/null; S= ;;
  esac
done
exec 3<&-
[ -z "$S" ] || kill -KILL $S 2>/dev/null
for o in "$A"/*/owner."$T"; do
  [ -e "$o" ] && [ -e "\${o%/*}/ending" ] && claim "$o"
done
finish
i=0
while [ $i -lt $((G * 5)) ]; do
  left=
  for o in "$A"/*/owner."$T"; do
    [ -e "$o" ] || continue
    d1=\${o%/*}
    [ -s "$d1/exit" ] || { left=1; limit "$d1/out" "$L"; limit "$d1/err" "$L"; }
  done
  [ -n "$left" ] || break
  nap; i=$((i + 1))
done
for o in "$A"/*/owner."$T"; do [ -e "$o" ] && claim "$o"; done
# Somebody took the folder away: nobody can take over what was in it.
[ -d "$A" ] || M="host-$T"
finish
`;
