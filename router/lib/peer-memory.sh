# shellcheck shell=bash
# Whether the peer has ever answered. If it never has since this router was installed, its ports are probably closed (security
# groups), and its silence proves nothing. Kept across reboots, next to the programs: its address, and `bfd` where BFD
# with it was up and no port has ever answered.

# note_peer_answered [bfd]: a port of the peer has answered, or BFD with it is up. If it cannot be written, the state stays unknown.
note_peer_answered() {
  local known='' how=''
  [[ -d ${PEER_MEMORY%/*} ]] || return 0
  { read -r known how <"$PEER_MEMORY"; } 2>/dev/null
  # An answer of a port has precedence over BFD.
  [[ $known != "$PEER_ADDRESS" || ($how != "${1-}" && -n $how) ]] || return 0
  printf '%s\n' "$PEER_ADDRESS${1:+ $1}" 2>/dev/null >"$PEER_MEMORY" || :
}

# Sets EVER to yes, no or unknown. An empty file is one that a full disk did not take. A peer that BFD alone has ever seen,
# and sees now, lives behind closed ports; when BFD is down its silence counts. WATCHED_BFD becomes what look_at_bfd says.
recall_peer() {
  local known='' how=''
  EVER=unknown
  [[ -d ${PEER_MEMORY%/*} && -w ${PEER_MEMORY%/*} ]] || return 0
  if [[ ! -e $PEER_MEMORY ]]; then
    EVER=no
    return 0
  fi
  { read -r known how <"$PEER_MEMORY"; } 2>/dev/null
  [[ -n $known ]] || return 0
  if [[ $known != "$PEER_ADDRESS" ]]; then
    EVER=no
    return 0
  fi
  EVER=yes
  [[ $how == bfd ]] || return 0
  look_at_bfd
  [[ $WATCHED_BFD != up ]] || EVER=no
}
