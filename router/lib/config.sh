# shellcheck shell=bash
# Configuration: lines of KEY='value', blank lines and # comments. It is parsed, never executed.

readonly OCTET='(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})'
readonly ADDRESS="($OCTET\\.){3}$OCTET|[0-9A-Fa-f]*:[0-9A-Fa-f:]+"
readonly NAME='[A-Za-z0-9][A-Za-z0-9_-]{0,62}'
readonly AWS_REGION='[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}'
readonly SECONDS_PATTERN='[0-9]+(\.[0-9]{1,3})?'
readonly PORT='([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])'

# Plain http only to this machine: for tests.
readonly HTTPS="https://[A-Za-z0-9.-]+(:$PORT)?/?|http://127\\.0\\.0\\.1:$PORT/?"

# In the defaults VYOS_FAILOVER_ROOT, if it is set, stands for / (for tests), and two variables of the AWS SDKs name other endpoints.
#
# Every key: name|default (none: the key is required)|pattern|description of a value.
readonly CONFIG_KEYS=(
  "SITE||$NAME|the name of a site in the topology"
  "SELF||$NAME|the name of this router in the topology"
  "PEER||$NAME|the name of the other router of the pair"
  # The address of the peer in the VPC, which is probed.
  "PEER_ADDRESS||$ADDRESS|an IPv4 or IPv6 address"
  "API_URL||$HTTPS|https://HOST, as the stack prints it, without a path"
  "REGION||$AWS_REGION|an AWS region, such as ap-northeast-1"
  # The lock, the current outage, the APIs' addresses. A tmpfs: an outage does not survive a reboot.
  "STATE_DIR|${VYOS_FAILOVER_ROOT-}/run/vyos-failover|(/[A-Za-z0-9._-]+)+|an absolute path"
  # Whether the peer has ever answered; next to the programs, where it survives a reboot.
  "PEER_MEMORY|${VYOS_FAILOVER_ROOT-}/config/vyos-failover/peer-answered|(/[A-Za-z0-9._-]+)+|an absolute path"
  "LOG|${VYOS_FAILOVER_ROOT-}/var/log/vyos-failover.log|(/[A-Za-z0-9._-]+)+|an absolute path"
  "METADATA_URL|${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}|http://([0-9.]+|\[[0-9a-f:]+\])(:$PORT)?|http://ADDRESS[:PORT]"
  'VTYSH|vtysh|[A-Za-z0-9._/-]+|a command or its path'
  'SERF|serf|[A-Za-z0-9._/-]+|a command or its path'
  # Where FRR has its sockets: bfdd.vty is asked for changed sessions.
  "FRR_SOCKETS|${VYOS_FAILOVER_ROOT-}/var/run/frr|(/[A-Za-z0-9._-]+)+|an absolute path"
  # The peer is alive if it answers on any of these (Serf, BGP).
  "CONFIRM_PORTS|7946 179|$PORT( $PORT){0,3}|one to four port numbers with a space between"
  # The meaning of a refused connection. `alive`, for real routers: only a running host refuses. `dead`, if all routers share
  # one host (127.0.0.x), which refuses connections to a stopped router.
  'CONFIRM_REFUSED|alive|alive|dead|alive or dead'
  # Seconds for which a silent peer is probed before it is reported. With BFD, part of it passes before the session is down (lib/silence.sh).
  "CONFIRM_FOR|0.3|$SECONDS_PATTERN|seconds"
  # 2: a report is sent as a suspected one while the peer is asked, and again as a confirmed one. 1: it is sent once.
  "REPORT_PHASES|2|1|2|1 or 2"
  # Seconds for which a peer that a detector lost, but that answers, is probed again: it may be shutting down.
  "ASK_AGAIN_FOR|15|$SECONDS_PATTERN|seconds"
  # Seconds to wait before the second, third, … try (each up to half as much again, at random), and before all others.
  'RETRY_DELAYS|0 1 2 4|[0-9]+(\.[0-9]{1,3})?( [0-9]+(\.[0-9]{1,3})?)*|seconds with a space between, such as 0 1 2.5'
  'RETRY_EVERY|5|[0-9]+(\.[0-9]{1,3})?|seconds'
  # Seconds between tries (and up to half as much again) while the site is paused or observes, and only notes; also, once
  # RETRY_DELAYS are used up, while the API gives an answer that needs an operator (403, 404, mode-off, …).
  "NOTED_EVERY|30|$SECONDS_PATTERN|seconds"
  # Seconds without a settling answer, or a note, after which every try waits for NOTED_EVERY. Nothing ends the tries but
  # an answer that settles the outage, or the peer's own.
  'GIVE_UP_AFTER|600|[0-9]{1,5}|whole seconds'
  # After an answer that settles the outage, other detectors' events about it are skipped for this many seconds, but
  # only until the peer answers again: the failure after that is a new one.
  'SETTLED_FOR|30|[0-9]{1,5}|whole seconds'
  # Of these, watch-bfd and the Serf agent are programs of the bundle; VRRP is part of VyOS's configuration.
  'DETECTORS|serf|(serf|bfd|vrrp)( (serf|bfd|vrrp)){0,2}|one or more of serf, bfd and vrrp with a space between'
  # BGP neighbors as the topology has them: the far ends of this router's tunnels, and the other router of the pair. Only
  # their sessions are counted; without them this router's own path is unknown.
  "BGP_TUNNELS|none|none|($ADDRESS)( ($ADDRESS))*|none, or addresses with a space between"
  "BGP_PAIR|none|none|($ADDRESS)( ($ADDRESS))*|none, or addresses with a space between"
  # The peer's end of the pair's own BFD session, and how often its state is read.
  "PEER_BFD|none|none|$ADDRESS|none, or the address of the peer's BFD session"
  "WATCH_EVERY|0.2|$SECONDS_PATTERN|seconds"
  "RECONCILE_EVERY|20|$SECONDS_PATTERN|seconds"
  # While the peer is silent, reconcile reports it again after this many seconds: each report is also this router's claim of a
  # path, its veto against a peer that cannot reach it.
  "REPORT_AGAIN|60|$SECONDS_PATTERN|seconds"
  # Seconds between two contacts with the API, which prove that a report would arrive. The API misses them after 300 s.
  "CONTACT_EVERY|120|$SECONDS_PATTERN|seconds"
  # `on`: a signed heartbeat every RECONCILE_EVERY. Its absence is a witness, which `prefer: safety` needs; but for 10 s after
  # a heartbeat with an Established session this router cannot be reported failed.
  'HEARTBEAT|off|on|off|on or off'
  # Routers of other sites for which this one sends witness reports, by the address of their BFD session, and the APIs.
  "WITNESS_FOR|none|none|$NAME@$NAME=($ADDRESS)( $NAME@$NAME=($ADDRESS))*|none, or ROUTER@SITE=ADDRESS with a space between"
  "WITNESS_APIS|none|none|$NAME@$AWS_REGION=($HTTPS)( $NAME@$AWS_REGION=($HTTPS))*|none, or SITE@REGION=https://HOST with a space between"
  "SSM_URL|${AWS_ENDPOINT_URL_SSM:-default}|default|$HTTPS|default (the region's own), or https://HOST"
)

# read_config FILE sets every key as a variable. All mistakes of the file are logged together, with line and reason;
# then the status is 1 and the log is the one that the file names, if that much could be read.
read_config() {
  local file=$1 line number=0 key entry known
  local -a mistakes=()
  local -A values=() lines=()
  if [[ ! -r $file || -d $file ]]; then
    mistakes+=("$file: cannot be read; run the configuration push for this router, or name another by REPORT_CONF")
  else
    while IFS= read -r line || [[ -n $line ]]; do
      number=$((number + 1))
      [[ ! $line =~ ^[[:space:]]*(#.*)?$ ]] || continue
      if [[ ! $line =~ ^([A-Z_]+)=\'([^\']*)\'[[:space:]]*$ ]]; then
        mistakes+=("$file:$number: not of the form KEY='value'")
      elif key=${BASH_REMATCH[1]} && [[ -n ${lines[$key]-} ]]; then
        mistakes+=("$file:$number: $key is already in line ${lines[$key]}; remove one of them")
      else
        values[$key]=${BASH_REMATCH[2]} lines[$key]=$number
      fi
    done <"$file"
    known=' '
    for entry in "${CONFIG_KEYS[@]}"; do
      set_key "$entry"
    done
    for key in "${!lines[@]}"; do
      [[ $known == *" $key "* ]] || mistakes+=("$file:${lines[$key]}: unknown key $key; valid keys:${known% }")
    done
    [[ -z ${PEER-} || ${PEER-} != "${SELF-}" ]] ||
      mistakes+=("$file:${lines[PEER]}: PEER and SELF are both $PEER; a router does not report itself")
  fi
  ((${#mistakes[@]})) || return 0
  for line in "${mistakes[@]}"; do
    log error "$line"
    printf '%s: %s\n' "$PROGRAM" "$(printable "$line")" >&2
  done
  return 1
}

# One entry of CONFIG_KEYS, within read_config and on its variables. A pattern may itself have |.
set_key() {
  local key=${1%%|*} rest=${1#*|} default pattern looks value
  default=${rest%%|*} rest=${rest#*|}
  pattern=${rest%|*} looks=${rest##*|}
  known+="$key "
  value=${values[$key]-$default}
  if [[ -z ${lines[$key]-} && -z $default ]]; then
    mistakes+=("$file: $key is missing; it is $looks")
  elif [[ -n ${lines[$key]-} && ! $value =~ ^($pattern)$ ]]; then
    mistakes+=("$file:${lines[$key]}: $key='$value' is not $looks")
  else
    printf -v "$key" '%s' "$value"
  fi
}
