# shellcheck shell=bash
# AWS Signature Version 4 with bash and sha256sum, for a curl that cannot sign (before 7.75: VyOS 1.3 has 7.64).
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#
# Keys stay in variables and pipes. `openssl dgst -macopt hexkey:…` would show them in `ps`, so the HMAC is
# computed here (RFC 2104): two plain hashes over the key's bytes and the message.

# Sets HEX to SHA-256 of the text $1.
sha256() {
  HEX=$(printf '%s' "$1" | sha256sum)
  HEX=${HEX%% *}
}

# Sets HEX to the bytes of the text $1, in hexadecimal.
hex_of() {
  local text=$1 index digits
  HEX=''
  for ((index = 0; index < ${#text}; index++)); do
    # The byte's number, above 127 a negative one in some versions of bash.
    printf -v digits '%d' "'${text:index:1}"
    printf -v digits '%02x' $((digits & 255))
    HEX+=$digits
  done
}

# hmac_sha256 KEY TEXT sets HEX; KEY is hexadecimal, of at most 64 bytes.
hmac_sha256() {
  local key=$1 text=$2 index byte escaped inner='' outer='' hash=''
  for ((index = 0; index < 128; index += 2)); do
    # Past the key's end come zeros, which the extra digit stands for.
    byte=$((16#${key:index:2}0 / 16))
    printf -v escaped '\\x%02x' $((byte ^ 0x36))
    inner+=$escaped
    printf -v escaped '\\x%02x' $((byte ^ 0x5c))
    outer+=$escaped
  done
  HEX=$({ printf '%b' "$inner" && printf '%s' "$text"; } | sha256sum)
  for ((index = 0; index < 64; index += 2)); do
    hash+="\\x${HEX:index:2}"
  done
  HEX=$(printf '%b' "$outer$hash" | sha256sum)
  HEX=${HEX%% *}
}

# sigv4_headers URL BODY SERVICE TYPE TARGET sets HEADERS to lines for curl's -K that sign a POST of BODY, of content type
# TYPE, in REGION; TARGET is the value of X-Amz-Target, or nothing. Needs KEY_ID, SECRET_KEY and SESSION_TOKEN.
sigv4_headers() {
  local url=$1 body=$2 service=$3 type=$4 target=$5
  local host path day now scope signed canonical HEX NOW
  host=${url#*://} path=/
  [[ $host != */* ]] || path=/${host#*/} host=${host%%/*}
  [[ $url != https://* ]] || host=${host%:443}
  api_time
  now=${NOW%.*}Z now=${now//[-:]/}
  day=${now%T*}
  scope="$day/$REGION/$service/aws4_request"
  canonical="content-type:$type"$'\n'"host:$host"$'\n'"x-amz-date:$now"$'\n'"x-amz-security-token:$SESSION_TOKEN"$'\n'
  signed='content-type;host;x-amz-date;x-amz-security-token'
  [[ -z $target ]] || canonical+="x-amz-target:$target"$'\n' signed+=';x-amz-target'
  sha256 "$body"
  sha256 "POST"$'\n'"$path"$'\n\n'"$canonical"$'\n'"$signed"$'\n'"$HEX"
  canonical=$HEX
  hex_of "AWS4$SECRET_KEY"
  hmac_sha256 "$HEX" "$day"
  hmac_sha256 "$HEX" "$REGION"
  hmac_sha256 "$HEX" "$service"
  hmac_sha256 "$HEX" aws4_request
  hmac_sha256 "$HEX" "AWS4-HMAC-SHA256"$'\n'"$now"$'\n'"$scope"$'\n'"$canonical"
  printf -v HEADERS 'header = "%s"\n' "x-amz-date: $now" "x-amz-security-token: $SESSION_TOKEN" \
    "authorization: AWS4-HMAC-SHA256 Credential=$KEY_ID/$scope, SignedHeaders=$signed, Signature=$HEX"
}
