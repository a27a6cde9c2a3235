#!/bin/bash
# curl, as far as the router's programs call it, without a signature and without TLS: the real one takes three times the processor time
# of this script. Exit statuses and -w as those of curl.
trap '' PIPE
METHOD=GET BODY='' MOST_S=8 INCLUDE=no FAILS=no WRITES=no QUIET=no SCOPE='' URL='' HEADERS=''

end() {
  [[ $QUIET == yes || $1 == 0 ]] || printf 'curl: (%s) %s\n' "$1" "$2" >&2
  [[ $WRITES == no ]] || printf '\n%s %s' "${STATUS:-000}" "$2"
  exit "$1"
}

configure() {
  local key value
  while read -r key _ value || [[ -n $key ]]; do
    value=${value#\"} value=${value%\"}
    case $key in
      request) METHOD=$value ;;
      header) HEADERS+=$value$'\r\n' ;;
      user) HEADERS+="authorization: AWS4-HMAC-SHA256 Credential=${value%%:*}/$SCOPE"$'\r\n' ;;
    esac
  done
}

for word; do [[ $word != aws:amz:* ]] || SCOPE=20261128/${word#aws:amz:}/aws4_request; done
SCOPE=${SCOPE//:/\/}
while (($#)); do
  case $1 in
    -K) configure && shift ;;
    -H) HEADERS+=$2$'\r\n' && shift ;;
    --data-binary)
      IFS= read -r -d '' BODY <"${2#@}"
      METHOD=POST
      shift
      ;;
    -m) MOST_S=$2 && shift ;;
    -w) WRITES=yes && shift ;;
    --noproxy | --connect-timeout | --max-filesize | --aws-sigv4) shift ;;
    -i) INCLUDE=yes ;;
    -s) QUIET=yes ;;
    --fail) FAILS=yes ;;
    -q | -sS) ;;
    http://*) URL=$1 ;;
    *) end 2 "option $1: is unknown" ;;
  esac
  shift
done

HOST=${URL#http://}
HOST=${HOST%%/*}
{ exec 3<>"/dev/tcp/${HOST%:*}/${HOST##*:}"; } 2>/dev/null || end 7 "Failed to connect to ${HOST%:*} port ${HOST##*:}"
# 1.0: an answer is not chunked, and ends with its connection.
printf '%s /%s HTTP/1.0\r\nhost: %s\r\n%scontent-length: %d\r\n\r\n%s' \
  "$METHOD" "${URL#http://*/}" "$HOST" "$HEADERS" "${#BODY}" "$BODY" >&3 2>/dev/null || end 55 'Send failure'
IFS= read -r -d '' -t "$MOST_S" ANSWER <&3
(($? <= 128)) || end 28 "Operation timed out after $MOST_S seconds"
[[ $ANSWER == HTTP/*$'\r\n\r\n'* ]] || end 52 'Empty reply from server'
STATUS=${ANSWER#* } STATUS=${STATUS%%[!0-9]*}
[[ $FAILS == no ]] || ((STATUS < 400)) || end 22 "The requested URL returned error: $STATUS"
[[ $INCLUDE == yes ]] || ANSWER=${ANSWER#*$'\r\n\r\n'}
printf '%s' "$ANSWER"
end 0 ''
