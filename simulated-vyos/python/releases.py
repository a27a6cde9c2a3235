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


def migrated(lines, was, version):
    """What an upgrade makes of a configuration: vyos-1x, src/migration-scripts."""
    if was.startswith('1.3') and not version.startswith('1.3'):
        lines = [words for line in lines for words in _from_13(line, lines)]
    if not is_newer(version):
        return lines
    # ipsec/13-to-14
    return [words[:-1] + ['trap'] if words[-2:] == ['connection-type', 'respond'] else words for words in lines]


def _from_13(words, lines):
    """bgp/0-to-1 and 2-to-3, firewall/5-to-6, ipsec/5-to-6, 9-to-10, 10-to-11 and 12-to-13."""
    if words[:2] == ['protocols', 'bgp']:
        first = next(line for line in lines if line[:2] == words[:2]) is words
        return [words[:2] + ['system-as', words[2]]] * first + [words[:2] + words[3:]]
    if words[:2] == ['firewall', 'options']:
        return [['interfaces', 'vti' if words[3].startswith('vti') else 'tunnel', words[3], 'ip'] + words[4:]]
    if words[:3] == ['vpn', 'ipsec', 'ipsec-interfaces']:
        return [['vpn', 'ipsec'] + words[3:]]
    if words[-2:] == ['mobike', 'disable']:
        return [words[:-2] + ['disable-mobike']]
    if words[-2:] == ['compression', 'disable']:
        return []
    if words[-2:] == ['close-action', 'restart']:
        return [words[:-1] + ['start']]
    return _peer_from_13(words) if words[:4] == ['vpn', 'ipsec', 'site-to-site', 'peer'] else [words]


def _peer_from_13(words):
    name = 'peer_' + words[4].replace('.', '-')
    peer, key = words[:4] + [name], ['vpn', 'ipsec', 'authentication', 'psk', name]
    if words[5:7] == ['authentication', 'pre-shared-secret']:
        return [key + ['secret', words[7]], key + ['id', words[4]], peer + ['remote-address', words[4]]]
    if words[5:7] == ['authentication', 'id']:
        return [peer + ['authentication', 'local-id', words[7]], key + ['id', words[7]]]
    if words[5] == 'local-address':
        return [peer + words[5:], key + ['id', words[6]]]
    return [peer + words[5:]]


def has_no_node(words, version):
    is_retransmission = words[:4] == ['vpn', 'ipsec', 'options', 'retransmission']
    return not is_newer(version) and (is_retransmission or words[-2:] == ['bfd', 'strict'])


def wrong_value(words, version):
    """The value that is none, or None."""
    is_type = len(words) > 1 and words[-2] == 'connection-type'
    return words[-1] if is_type and words[-1] not in connection_types(version) else None
