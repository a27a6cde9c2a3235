# shellcheck shell=bash
# The instance role's credentials, from the instance metadata service (version 2). They live in variables of the worker
# and in pipes: never in an argument, the environment, a file or the log.

# metadata PATH, with curl configuration (the session token) on stdin; writes the answer, or curl's complaint and fails.
metadata() {
  curl -q -sS --noproxy '*' --fail --connect-timeout 1 -m 2 --max-filesize 16384 -K - "$METADATA_URL/latest/$1" 2>&1
}

# Writes a session token of the metadata service as curl takes it; or curl's complaint, or what is wrong with it, and fails.
metadata_token() {
  local token
  token=$(printf 'request = PUT\nheader = "X-aws-ec2-metadata-token-ttl-seconds: 60"\n' | metadata api/token) ||
    { echo "$token" && return 1; }
  [[ $token =~ ^[A-Za-z0-9+/=_-]+$ ]] || { echo 'the session token is malformed' && return 1; }
  echo "header = \"X-aws-ec2-metadata-token: $token\""
}

# Sets DOMAIN to what the hosts of AWS end in here, such as amazonaws.com, amazonaws.com.cn or amazonaws.eu, or fails with
# SAYS set. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
find_domain() {
  local token
  if token=$(metadata_token) && DOMAIN=$(printf '%s' "$token" | metadata meta-data/services/domain) &&
    [[ $DOMAIN =~ ^[a-z0-9.-]+$ ]]; then
    return 0
  fi
  SAYS="the metadata service gave no domain for the region: ${DOMAIN:-$token}"
  return 1
}

# Writes key id, secret key and session token, a line each; or a line starting with ! that says what went wrong.
fetch_credentials() {
  # A reader of a waiting worker's stdin would hide from watch-bfd that the worker has ended.
  exec </dev/null 9>&-
  local token role answer
  local name='meta-data/iam/security-credentials'
  token=$(metadata_token) || { echo "!$token" && return; }
  role=$(printf '%s' "$token" | metadata "$name/") || { echo "!no role: $role" && return; }
  role=${role%%$'\n'*}
  [[ $role =~ ^[A-Za-z0-9+=,.@_-]+$ ]] || { echo '!the instance has no role' && return; }
  answer=$(printf '%s' "$token" | metadata "$name/$role") || { echo "!no credentials of $role: $answer" && return; }
  key_of AccessKeyId && key_of SecretAccessKey && key_of Token || echo "!the credentials of $role are malformed"
}

# Within fetch_credentials. The three have no character that would mean anything within the quotes of curl's -K. No
# {1,8192} here: the C library takes a second for such a bound; --max-filesize has set one.
key_of() {
  [[ $answer =~ \"$1\"[[:space:]]*:[[:space:]]*\"([A-Za-z0-9+/=_-]+)\" ]] && echo "${BASH_REMATCH[1]}"
}

# Fetches the credentials in the background; the unread result of an earlier start is dropped.
start_credentials() {
  KEY_ID=''
  [[ -z ${CREDENTIALS_FD-} ]] || exec {CREDENTIALS_FD}<&-
  exec {CREDENTIALS_FD}< <(fetch_credentials)
}

# Waits for start_credentials; sets KEY_ID, SECRET_KEY and SESSION_TOKEN, or fails with SAYS set. Each of the three
# requests is bounded to 2 s.
finish_credentials() {
  [[ -z $KEY_ID ]] || return 0
  local -a lines=()
  mapfile -t lines <&"$CREDENTIALS_FD"
  exec {CREDENTIALS_FD}<&-
  CREDENTIALS_FD=''
  if ((${#lines[@]} == 3)) && [[ ${lines[*]} != *'!'* ]]; then
    KEY_ID=${lines[0]} SECRET_KEY=${lines[1]} SESSION_TOKEN=${lines[2]}
    return 0
  fi
  SAYS="the metadata service gave no credentials ${lines[*]##*!}"
  return 1
}
