# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Sourced first by every script; HERE is the directory of the script.
#
# No `set -e`: a full disk or a missing tool must not abort a report, so each relevant status is checked where it occurs.
set -uo pipefail
readonly PROGRAM=${0##*/}
if ((BASH_VERSINFO[0] < 5)); then
  echo "$PROGRAM: bash ${BASH_VERSION} is too old, 5.0 is needed (VyOS 1.3 and later carry it)" >&2
  exit 2
fi
export LC_ALL=C TZ=UTC0
# Serf and keepalived may have been started with next to no PATH. Serf itself is in bin/.
export PATH="${PATH:+$PATH:}$HERE/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A name server gets one second to answer, not the five of the C library, before the next one is queried.
export RES_OPTIONS='timeout:1 attempts:2'
umask 077
# shellcheck source=log.sh
. "$HERE/lib/log.sh"
# shellcheck source=config.sh
. "$HERE/lib/config.sh"

readonly CONFIG=${REPORT_CONF:-$HERE/report.conf}

# begin ID reads the configuration, or ends with 2. ID stands in each line of the log.
begin() {
  ID=$1 LOG=''
  read_config "$CONFIG" || exit 2
}

# refuse SENTENCE ends with 2: the command line or the configuration is wrong.
refuse() {
  log error "$1"
  printf '%s: %s\n' "$PROGRAM" "$(printable "$1")" >&2
  exit 2
}
