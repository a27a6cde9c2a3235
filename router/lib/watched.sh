# shellcheck shell=bash
# The state of the detectors. Sets WATCHED_SERF and WATCHED_BFD.

# Joins the peer if Serf does not have it as a member, or has it as failed although it answers. WATCHED_SERF becomes Serf's
# status of the peer (alive, failed, left), `missing`, `no-agent`, or `off`.
look_at_serf() {
  WATCHED_SERF=off
  [[ " $DETECTORS " == *' serf '* ]] || return 0
  read_member
  case $WATCHED_SERF in
    alive) say serf info "Serf watches $PEER" ;;
    no-agent) say serf error "Serf does not watch the peer: its agent does not answer ($MEMBERS)" ;;
    *)
      say serf error "Serf does not watch the peer: $PEER is $WATCHED_SERF"
      [[ $PEER_LIVES == no ]] || join_peer
      ;;
  esac
}

# PEER has no character that means anything in the regular expression that -name is.
read_member() {
  local name address status
  if ! MEMBERS=$(timeout 2 "$SERF" members -name="$PEER" 2>&1); then
    WATCHED_SERF=no-agent
    return
  fi
  WATCHED_SERF=missing
  while read -r name address status _; do
    [[ $name != "$PEER" || -z $address || ! $status =~ ^[a-z]+$ ]] || WATCHED_SERF=$status
  done < <(printf '%s\n' "$MEMBERS")
}

join_peer() {
  local answer
  if ! answer=$(timeout 5 "$SERF" join "$PEER_ADDRESS" 2>&1); then
    say join error "Serf cannot join $PEER at $PEER_ADDRESS: ${answer##*$'\n'}"
    return
  fi
  read_member
  if [[ $WATCHED_SERF == alive ]]; then
    say serf info "Serf watches $PEER again: joined it at $PEER_ADDRESS"
  else
    say join error "Serf joined the host at $PEER_ADDRESS, but $PEER is still $WATCHED_SERF"
  fi
}

# WATCHED_BFD becomes the last state of the pair's session in watch-bfd (up, down, unknown), `no-watcher`, or `off`.
look_at_bfd() {
  local pid state
  WATCHED_BFD=off
  [[ " $DETECTORS " == *' bfd '* && $PEER_BFD != none ]] || return 0
  WATCHED_BFD=no-watcher
  { read -r pid state <"$STATE_DIR/watch-bfd"; } 2>/dev/null || return 0
  [[ ! $pid =~ ^[0-9]+$ || ! $state =~ ^(up|down|unknown)$ ]] || ! kill -0 "$pid" 2>/dev/null || WATCHED_BFD=$state
}
