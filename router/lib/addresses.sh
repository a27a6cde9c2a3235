# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Addresses of the API hosts. A name server that does not answer, or is reached through the failed router's tunnel, must not
# stop a report. So the last result is kept in STATE_DIR/addresses-HOST (reconcile renews it with every contact) and used
# at once; a lookup runs in parallel, and its result has precedence. begin.sh sets the resolver's timeout.

# Several libraries source this file; it is read once.
! declare -F put_first >/dev/null || return 0

# shellcheck source=read-line.sh
. "$HERE/lib/read-line.sh"

# By host: its addresses, with a blank between; the first is tried first.
declare -gA ADDRESSES=()
# The host whose lookup is in progress, or nothing.
RESOLVING=''

# Seconds that a name lookup may take, and the most addresses that are kept of a host.
readonly RESOLVE_FOR=4 MOST_ADDRESSES=8

# split_url URL sets URL_HOST and URL_PORT.
split_url() {
  URL_HOST=${1#*://} URL_PORT=443
  URL_HOST=${URL_HOST%%/*}
  if [[ $URL_HOST == *:* ]]; then
    URL_PORT=${URL_HOST##*:} URL_HOST=${URL_HOST%:*}
  fi
}

is_address() {
  [[ $1 =~ ^($ADDRESS)$ ]]
}

# recall_addresses HOST sets its ADDRESSES to the last result, without a lookup.
recall_addresses() {
  local host=$1 found=''
  if is_address "$host"; then
    ADDRESSES[$host]=$host
    return
  fi
  { read -r found <"$STATE_DIR/addresses-$host"; } 2>/dev/null
  put_first "$host" "$found"
}

# put_first HOST "ADDRESS …" has these tried before the others that are known of HOST.
put_first() {
  local host=$1 address all=' ' count=0
  for address in $2 ${ADDRESSES[$host]-}; do
    is_address "$address" && [[ $all != *" $address "* ]] && ((count < MOST_ADDRESSES)) || continue
    all+="$address " count=$((count + 1))
  done
  all=${all# }
  ADDRESSES[$host]=${all% }
}

# put_last HOST has the address that was tried first tried last.
put_last() {
  local known=${ADDRESSES[$1]-}
  [[ $known != *' '* ]] || ADDRESSES[$1]="${known#* } ${known%% *}"
}

# start_resolving HOST starts a lookup in the background; take_resolved reads the result.
start_resolving() {
  if [[ -n $RESOLVING ]] || is_address "$1"; then return; fi
  RESOLVING=$1
  exec {RESOLVED_FD}< <(resolve "$1")
}

# A lookup in progress is of no use any more: its result would be read in hours.
stop_resolving() {
  [[ -n $RESOLVING ]] || return 0
  exec {RESOLVED_FD}<&-
  RESOLVING=''
}

# Writes the addresses of HOST as one line, empty when there are none within RESOLVE_FOR.
resolve() {
  local address all=' '
  exec 9>&-
  while read -r address _; do
    [[ $all == *" $address "* ]] || all+="$address "
  done < <(timeout "$RESOLVE_FOR" getent ahosts "$1" 2>/dev/null)
  all=${all# }
  printf '%s\n' "${all% }"
}

# take_resolved SECONDS waits up to this long for the name lookup in progress, and keeps its result. Fails without a new
# result.
take_resolved() {
  local host=$RESOLVING LINE
  [[ -n $host ]] || return
  # Above 128: not yet.
  read_line "$1" "$RESOLVED_FD" || (($? <= 128)) || return
  exec {RESOLVED_FD}<&-
  RESOLVING=''
  [[ -n $LINE ]] || return
  put_first "$host" "$LINE"
  [[ -d $STATE_DIR ]] || mkdir -p -- "$STATE_DIR" 2>/dev/null
  { printf '%s\n' "$LINE" >"$STATE_DIR/addresses-$host"; } 2>/dev/null
  return 0
}
