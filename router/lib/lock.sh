# shellcheck shell=bash
# One worker at a time: the first one retries for all of them. The lock is file descriptor 9; every process that may
# outlive the worker closes it.

# Fails when another worker has the lock. If there can be none (no directory, no flock) the report is still sent; two reports
# are harmless, because the API has a lease.
take_lock() {
  [[ -d $STATE_DIR ]] || mkdir -p -- "$STATE_DIR" 2>/dev/null
  if ! { exec 9>>"$STATE_DIR/lock"; } 2>/dev/null; then
    log error "no lock: $STATE_DIR cannot be written; continuing without a lock"
    return 0
  fi
  # A worker whose peer answers releases the lock at once, and a leave event is not repeated.
  if [[ $EVENT == peer-left ]]; then flock -w 1 9; else flock -n 9; fi
  case $? in
    0) return 0 ;;
    1) log info "skipped: another worker already reports this outage of $PEER" && return 1 ;;
    *) log error 'no lock: flock does not work; continuing without a lock' ;;
  esac
}

release_lock() {
  exec 9>&-
}

# Keeps the lock, in the background, so that the next detector to notice this outage does not report it again; until
# the peer answers, because a failure after that is another one.
hold_lock() {
  ((SETTLED_FOR)) || return 0
  {
    uptime_ms
    local until=$((UPTIME + SETTLED_FOR * 1000))
    while uptime_ms && ((UPTIME < until)); do
      if peer_answers; then
        forget_outage
        break
      fi
      sleep 0.5
    done
  } </dev/null >/dev/null 2>&1 &
}
