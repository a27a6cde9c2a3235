"""Which of the commands that only newer releases of VyOS have this one knows, by its own command templates."""

import os
import re

import machine

# From 1.1 to 1.5 every command is a folder here (vyos-1x, debian/rules and scripts/build-command-templates).
TEMPLATES = machine.ROOT + '/opt/vyatta/share/vyatta-cfg/templates'
CONNECTION_TYPE = TEMPLATES + '/vpn/ipsec/site-to-site/peer/node.tag/connection-type/node.def'
RETRANSMISSION = TEMPLATES + '/vpn/ipsec/options/retransmission'
BFD_STRICT = TEMPLATES + '/protocols/bgp/neighbor/node.tag/bfd/strict'


def known():
    """True or False by command, as vyos/versions/release.ts names them; None where the templates cannot be read."""
    try:
        with open(CONNECTION_TYPE, encoding='utf-8', errors='replace') as file:
            values = file.read()
    except OSError:
        return None
    return {
        'trap': re.search(r'\btrap\b', values) is not None,
        'retransmission': os.path.isdir(RETRANSMISSION),
        'bfdStrict': os.path.isdir(BFD_STRICT),
    }
