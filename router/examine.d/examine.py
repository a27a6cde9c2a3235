"""Prints what only this router can show, as one line of JSON. Changes nothing.

Its argument is JSON: {"keys": {NAME: "tunnel" or "serf"}, "units": [NAME, ...]}, the SSM parameters that hold this router's keys
and the systemd units that must run. null stands for what cannot be read. No secret is printed: of a key only 16 bits of a
hash. Runs on Python 3.7 (VyOS 1.3) and later.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import keys
import programs
import system


def main(expected):
    began = time.time()
    contact = programs.Contact()
    result = {
        'beganAt': milliseconds(began),
        'keys': keys.examine(expected['keys']),
        'units': programs.units(expected['units']),
        'agent': programs.agent_version(),
        'vyos': system.vyos_version(),
        'trust': system.trust(),
        'disk': system.disk(),
        'log': programs.last_of_log(),
    }
    result['contact'] = contact.result()
    result['endedAt'] = milliseconds(time.time())
    print(json.dumps(result, separators=(',', ':')))


def milliseconds(seconds):
    return int(seconds * 1000)


if __name__ == '__main__':
    main(json.loads(sys.argv[1]))
