# shellcheck shell=bash
# A waiting worker: it has loaded all that a report needs, and waits for the failure. watch-bfd starts one while the session is up, because
# the start of a worker takes 30 ms of an outage, and credentials and the connection's program take as long again.

# Seconds. EC2 has new credentials 5 minutes before the old ones end.
readonly RENEW_CREDENTIALS=240

# Waits for a line on stdin: when the failure was noticed (as EPOCHREALTIME). Ends this program when stdin ends, because its starter
# has ended.
await_event() {
  local line status
  IFS= read -r -d '' CONFIGURED <"$CONFIG"
  start_connection
  while :; do
    start_credentials
    IFS= read -r -t "$RENEW_CREDENTIALS" line && break
    status=$?
    ((status > 128)) || exit 0
  done
  [[ $line =~ ^[0-9]{9,11}\.[0-9]{6}$ ]] || usage_error "expected the time of the failure on stdin, not '$line'"
  ARRIVED=$line
  # Those of the last fetch may be an error message.
  ! read -r -t 0 -u "$CREDENTIALS_FD" || finish_credentials || start_credentials
  renew_configuration
}
