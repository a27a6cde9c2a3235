# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# The signed request: signed by curl, or by sigv4.sh if curl is too old to sign.

# shellcheck source=addresses.sh
. "$HERE/lib/addresses.sh"
# shellcheck source=sigv4.sh
. "$HERE/lib/sigv4.sh"
# shellcheck source=clock.sh
. "$HERE/lib/clock.sh"

# The signer: curl or sigv4 (lib/sigv4.sh).
SIGNER=curl

# signed_post URL BODY [SERVICE TYPE TARGET] signs for SERVICE (default: execute-api) in REGION and sets STATUS (HTTP;
# 000: no answer), ANSWER (its body) and SAYS (curl's message, when 000), and CORRECTED to yes if it was refused for this
# router's clock, which is corrected now. Goes to the ADDRESSES of the URL's host, where some are known. TYPE is the content type (default:
# application/json), TARGET what X-Amz-Target says (default: nothing). Needs KEY_ID, SECRET_KEY, SESSION_TOKEN.
signed_post() {
  local url=$1 body=$2 service=${3:-execute-api} type=${4:-application/json} target=${5-}
  local output curl_status last head='' HEADERS
  STATUS=000 ANSWER='' SAYS='' CORRECTED=no
  if [[ $SIGNER == curl ]]; then
    printf -v HEADERS 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$KEY_ID" "$SECRET_KEY" "$SESSION_TOKEN"
    post --aws-sigv4 "aws:amz:$REGION:$service"
    ((curl_status != 2)) || choose_signer
  fi
  if [[ $SIGNER == sigv4 ]]; then
    sigv4_headers "$url" "$body" "$service" "$type" "$target"
    post
  fi
  # `100 Continue` has a head of its own.
  while [[ $output == HTTP/*$'\r\n\r\n'* ]]; do
    head=${output%%$'\r\n\r\n'*} output=${output#*$'\r\n\r\n'}
  done
  last=${output##*$'\n'} ANSWER=${output%$'\n'*}
  STATUS=${last%% *} SAYS=${last#* }
  if ((curl_status)); then
    STATUS=000 SAYS="no answer from $url: ${SAYS:-curl ended with status $curl_status}"
  fi
  case $STATUS in
    403 | 409) ! correct_clock "$head" || CORRECTED=yes ;;
  esac
}

# Within signed_post: curl with HEADERS, which hold the secrets, on its stdin. -q: no ~/.curlrc. A host whose
# addresses have to be asked for is given the time for that.
post() {
  local connect_for=$RESOLVE_FOR
  [[ -z $target ]] || set -- "$@" -H "x-amz-target: $target"
  split_url "$url"
  if is_address "$URL_HOST"; then
    connect_for=1
  elif [[ -n ${ADDRESSES[$URL_HOST]-} ]]; then
    connect_for=1
    set -- "$@" --resolve "$URL_HOST:$URL_PORT:${ADDRESSES[$URL_HOST]// /,}"
  fi
  output=$(curl -q -s -i --noproxy '*' --connect-timeout "$connect_for" -m 8 -K - "$@" -H "content-type: $type" \
    --data-binary @<(printf '%s' "$body") -w '\n%{http_code} %{errormsg}' "$url" 9>&- 2>/dev/null \
    < <(printf '%s' "$HEADERS"))
  curl_status=$?
}

# Runs only after curl has refused the command line: a report has no time for --version before. Sets SIGNER to what this
# curl requires.
choose_signer() {
  local version
  version=$(curl -q --version 2>/dev/null)
  [[ ! $version =~ ^curl\ ([0-9]+)\.([0-9]+) ]] || ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] >= 7075)) || SIGNER=sigv4
}
