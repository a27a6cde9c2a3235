# shellcheck shell=bash
# The little JSON that a report needs, without a fork. Callers run with LC_ALL=C, so lengths and ranges are in bytes.

readonly UTF8=$'^([\x01-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})*$'

# Sets JSON to $1 as a JSON string. In a text that is not UTF-8 each byte above 127 becomes a question mark.
json_string() {
  local text=$1 index byte code
  [[ $text =~ $UTF8 ]] || text=${text//[$'\x80'-$'\xff']/?}
  text=${text//\\/\\\\} text=${text//\"/\\\"}
  if [[ $text == *[[:cntrl:]]* ]]; then
    text=${text//$'\n'/\\n} text=${text//$'\t'/\\t} text=${text//$'\r'/\\r}
    for index in {1..31} 127; do
      printf -v code '\\u%04x' "$index"
      printf -v byte '%b' "\\x${code: -2}"
      text=${text//"$byte"/$code}
    done
  fi
  JSON="\"$text\""
}

# json_field NAME TEXT sets FIELD to the string value of that key of the object TEXT itself, not of what is inside it,
# as it is written there (escapes stay); empty where there is none. TEXT is an answer of a few hundred bytes.
json_field() {
  local name=$1 rest=${2:0:16384} depth=0 string key=''
  FIELD=''
  while [[ $rest =~ ^[^][{}\":,]*(.)(.*)$ ]]; do
    rest=${BASH_REMATCH[2]}
    case ${BASH_REMATCH[1]} in
      '{' | '[') depth=$((depth + 1)) key='' ;;
      '}' | ']') depth=$((depth - 1)) key='' ;;
      ',') key='' ;;
      ':') key=${string-} ;;
      '"')
        [[ $rest =~ ^(([^\"\\]|\\.)*)\"(.*)$ ]] || return 0
        string=${BASH_REMATCH[1]} rest=${BASH_REMATCH[3]}
        if ((depth == 1)) && [[ $key == "$name" ]]; then
          FIELD=$string
          return 0
        fi
        ;;
    esac
  done
}
