# shellcheck shell=bash
# When the current outage was first noticed. It is kept in STATE_DIR/outage for as long as the peer is silent,
# so that every try, and every report of the same outage by whichever detector, says the same `detectedAt`.
#
# The line has: seconds.microseconds, ms since boot, and which boot. A clock that is set meanwhile changes the first only.

# Microseconds. An event within this time of the first is the same outage, noticed by a slower detector (Serf: 8 s).
# A later event is about another outage: the peer was alive to its detector in between.
readonly SAME_OUTAGE=30000000

# Sets ARRIVED (as EPOCHREALTIME), the time of the event to report, to the time when its outage was first noticed.
note_outage() {
  local event=$ARRIVED
  if recall_outage && ((10#${event/./} - 10#${ARRIVED/./} <= SAME_OUTAGE)); then return; fi
  ARRIVED=$event
  keep_outage
}

# Sets ARRIVED to the time when the current outage was first noticed; fails if none is known.
recall_outage() {
  local at='' up='' boot='' this now
  { read -r at up boot <"$STATE_DIR/outage"; } 2>/dev/null
  [[ $at =~ ^[0-9]{9,11}\.[0-9]{6}$ && $up =~ ^[0-9]{1,15}$ ]] || return
  read -r this </proc/sys/kernel/random/boot_id
  [[ $boot == "$this" ]] || return
  uptime_ms
  now=$((10#${EPOCHREALTIME/./} - (UPTIME - up) * 1000))
  if ((now - 10#${at/./} > 1000000 || 10#${at/./} - now > 1000000)); then
    printf -v at '%d.%06d' $((now / 1000000)) $((now % 1000000))
  fi
  ARRIVED=$at
}

# Stores ARRIVED.
keep_outage() {
  local boot
  read -r boot </proc/sys/kernel/random/boot_id
  uptime_ms
  [[ -d $STATE_DIR ]] || mkdir -p -- "$STATE_DIR" 2>/dev/null
  { printf '%s %s %s\n' "$ARRIVED" "$((UPTIME - (10#${EPOCHREALTIME/./} - 10#${ARRIVED/./}) / 1000))" "$boot" \
    >"$STATE_DIR/outage"; } 2>/dev/null
}

# The peer answers: the outage is over.
forget_outage() {
  [[ ! -s $STATE_DIR/outage ]] || : >"$STATE_DIR/outage"
}
