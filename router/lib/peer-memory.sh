# shellcheck shell=bash
# Has the peer ever answered? One that never has since this router was installed is most likely behind closed ports
# (security groups), and its silence says nothing. Kept over reboots, beside the programs.

# The peer has answered, or BFD with it is up. What cannot be written stays unknown.
note_peer_answered() {
  local known=''
  [[ -d ${PEER_MEMORY%/*} ]] || return 0
  { read -r known <"$PEER_MEMORY"; } 2>/dev/null
  [[ $known == "$PEER_ADDRESS" ]] || printf '%s\n' "$PEER_ADDRESS" 2>/dev/null >"$PEER_MEMORY" || :
}

# Sets EVER to yes, no or unknown. An empty file is one that a full disk did not take.
recall_peer() {
  local known=''
  EVER=unknown
  [[ -d ${PEER_MEMORY%/*} && -w ${PEER_MEMORY%/*} ]] || return 0
  if [[ ! -e $PEER_MEMORY ]]; then
    EVER=no
    return 0
  fi
  { read -r known <"$PEER_MEMORY"; } 2>/dev/null
  [[ $known != "$PEER_ADDRESS" ]] || EVER=yes
  [[ -z $known || $EVER == yes ]] || EVER=no
}
