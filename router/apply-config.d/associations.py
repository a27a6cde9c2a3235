"""IKE security associations (SA): re-established if their settings have changed.

An SA that is up survives another key and other proposals until it is set up anew, so that BGP over it says nothing about
them. VyOS's own `reset vpn ipsec…` would not do: in 1.3 it ends the child SA and leaves the IKE SA with its old key, and
1.4.0 ends both and does not call again. So strongSwan is asked, over vici, as VyOS's own scripts ask it.
"""

import time

import session

PEERS = ('vpn', 'ipsec', 'site-to-site', 'peer')
KEYS = ('vpn', 'ipsec', 'authentication', 'psk')
GROUPS = {'ike-group': 'ike-group', 'default-esp-group': 'esp-group', 'esp-group': 'esp-group'}

# Time for the far end's response to the deletion. Without it a call could be taken for one over the SA that is about to end.
FAREWELL_MS = '2000'
# At once: how a call ends is seen by BGP. The far end may not have its part of the change yet, and calls when it has.
CALL_MS = '-1'


def renew(before, after):
    """Ends the SAs whose settings differ between two configurations (lists of words), and calls their far ends.

    VyOS itself handles a new or removed tunnel. Raises session.Failed if strongSwan cannot be asked: then it is unknown
    whether the new settings work.
    """
    old, new = settings(before), settings(after)
    changed = sorted(address for address in new if address in old and new[address] != old[address])
    if not changed:
        return
    try:
        strongswan = _strongswan()
        for ike_id in _associations(strongswan, changed):
            _tried(strongswan.terminate({'ike-id': ike_id, 'force': 'yes', 'timeout': FAREWELL_MS}))
        for ike, child in _connections(strongswan, changed):
            _tried(strongswan.initiate({'ike': ike, 'child': child, 'timeout': CALL_MS}))
    except (ImportError, OSError) as error:
        raise session.Failed('the tunnels could not be re-established: strongSwan does not answer (%s)' % error)


def _strongswan():
    """A commit may have restarted it."""
    import vici

    for left in reversed(range(session.TRIES)):
        try:
            return vici.Session()
        except OSError:
            if left == 0:
                raise
            time.sleep(session.WAIT_S)


def settings(lines):
    """By the far end's address: all that an SA with it is made with, the key included."""
    by_peer = {}
    for words in lines:
        if tuple(words[:4]) == PEERS and len(words) > 4:
            by_peer.setdefault(words[4], []).append(words)
    return {_address(peer, own): _all_of(own, _address(peer, own), lines) for peer, own in by_peer.items()}


def _address(peer, own):
    """Before 1.4 peers are named by it."""
    return next((words[6] for words in own if words[5:6] == ['remote-address'] and len(words) > 6), peer)


def _all_of(own, address, lines):
    groups = {(GROUPS[words[-2]], words[-1]) for words in own if words[-2] in GROUPS}
    keys = {words[4] for words in lines if tuple(words[:4]) == KEYS and words[5:] == ['id', address]}
    shared = [
        words
        for words in lines
        if tuple(words[:2]) == PEERS[:2]
        and (tuple(words[2:4]) in groups or (tuple(words[:4]) == KEYS and words[4] in keys))
    ]
    return sorted(own + shared)


def _associations(strongswan, addresses):
    """Ids of all IKE SAs with these far ends, half-open ones too."""
    found = [about for sas in strongswan.list_sas() for about in sas.values()]
    return [_text(about['uniqueid']) for about in found if _text(about.get('remote-host', b'')) in addresses]


def _connections(strongswan, addresses):
    """Names of the IKE and child configurations for these far ends; VyOS's versions name them differently."""
    found = [item for connections in strongswan.list_conns() for item in connections.items()]
    return [
        (name, child)
        for name, about in found
        if any(_text(address) in addresses for address in about.get('remote_addrs', []))
        for child in about.get('children', {})
    ]


def _tried(log):
    """vici does nothing before its log is read. That it did not work is for BGP to say: it may be the far end's turn."""
    try:
        for _ in log:
            pass
    except OSError:
        raise
    except Exception:  # vici's own, which is another class in each of its versions.
        pass


def _text(value):
    return value.decode() if isinstance(value, bytes) else value
