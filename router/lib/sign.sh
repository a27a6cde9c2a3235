# shellcheck shell=bash
# The signed request. Another way to sign (a curl older than 7.75, on VyOS 1.3 and 1.1) replaces this one function.

# signed_post URL BODY sets STATUS (HTTP; 000: no answer), ANSWER (its body) and SAYS (curl's words, when 000). Fails
# only when it can never work on this machine, with SAYS set. Needs KEY_ID, SECRET_KEY, SESSION_TOKEN.
signed_post() {
  local url=$1 body=$2 output curl_status last
  STATUS=000 ANSWER='' SAYS=''
  # -q: nobody's ~/.curlrc.
  output=$(curl -q -s --noproxy '*' --connect-timeout 1 -m 8 -K - \
    --aws-sigv4 "aws:amz:$REGION:execute-api" -H 'content-type: application/json' \
    --data-binary @<(printf '%s' "$body") -w '\n%{http_code} %{errormsg}' "$url" 9>&- 2>/dev/null \
    < <(printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$KEY_ID" "$SECRET_KEY" "$SESSION_TOKEN"))
  curl_status=$?
  if ((curl_status == 2 || curl_status == 127)); then
    curl_signs || return
  fi
  last=${output##*$'\n'} ANSWER=${output%$'\n'*}
  STATUS=${last%% *} SAYS=${last#* }
  if ((curl_status)); then
    STATUS=000 SAYS="no answer from the API: ${SAYS:-curl ended with status $curl_status}"
  fi
}

# Fails, with SAYS set, when curl cannot sign. Asked only once it has failed: a report has no time for --version before.
curl_signs() {
  local version
  version=$(curl -q --version 2>/dev/null)
  [[ ! $version =~ ^curl\ ([0-9]+)\.([0-9]+) ]] || ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] < 7075)) || return 0
  version=${version%%$'\n'*}
  SAYS="curl 7.75 or later is needed, for --aws-sigv4; this is ${version:-no curl at all}"
  return 1
}
