"""Commands that only some releases have: their templates on disk, and what is refused. As vyos-1x has them (PRs 4881, 4601, 5210)."""

import re

import simulated

# All of them, for simplicity; in truth they came one after the other.
NEWER = re.compile(r'1\.5\.\d|20(2[6-9]|[3-9]\d)\.')
TEMPLATES = 'opt/vyatta/share/vyatta-cfg/templates/'
CONNECTION_TYPE = TEMPLATES + 'vpn/ipsec/site-to-site/peer/node.tag/connection-type/node.def'
VALIDATED = (
    'type: txt\nhelp: Connection type\nallowed: echo "%s"\n'
    'syntax:expression: exec "${vyos_libexec_dir}/validate-value --regex \\\'(%s)\\\' --value \\\'$VAR(@)\\\'"; "Invalid value"\n'
)


def is_newer(version):
    return NEWER.match(version) is not None


def connection_types(version):
    return ('initiate', 'trap', 'none') if is_newer(version) else ('initiate', 'respond', 'none')


def install(version):
    types = connection_types(version)
    simulated.put_file(CONNECTION_TYPE, VALIDATED % (' '.join(types), '|'.join(types)))
    if is_newer(version):
        simulated.put_file(TEMPLATES + 'vpn/ipsec/options/retransmission/attempts/node.def', 'type: u32\n')
        simulated.put_file(TEMPLATES + 'protocols/bgp/neighbor/node.tag/bfd/strict/node.def', 'help: strict\n')


def migrated(lines, version):
    """What an upgrade makes of a configuration: migration-scripts/ipsec/13-to-14."""
    if not is_newer(version):
        return lines
    return [words[:-1] + ['trap'] if words[-2:] == ['connection-type', 'respond'] else words for words in lines]


def has_no_node(words, version):
    is_retransmission = words[:4] == ['vpn', 'ipsec', 'options', 'retransmission']
    return not is_newer(version) and (is_retransmission or words[-2:] == ['bfd', 'strict'])


def wrong_value(words, version):
    """The value that is none, or None."""
    is_type = len(words) > 1 and words[-2] == 'connection-type'
    return words[-1] if is_type and words[-1] not in connection_types(version) else None
