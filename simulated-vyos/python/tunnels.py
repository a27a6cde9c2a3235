"""Tunnels of routers that know each other: what strongSwan has, and whether BGP gets through.

All by what daemons run, which is not always what the configuration says.
"""

import json
import os

import simulated


def peers(lines):
    """IPsec peers by address: name, own and far address, and the settings that both ends must have alike."""
    found = {}
    for words in lines:
        if words[:4] == ['vpn', 'ipsec', 'site-to-site', 'peer']:
            found.setdefault(words[4], []).append(words[5:])
    return {each['address']: each for each in (_peer(name, own, lines) for name, own in found.items())}


def _peer(name, own, lines):
    leaf = {tuple(words[:-1]): words[-1] for words in own}
    address = leaf.get(('remote-address',), name)
    apart = [words[4:] for words in lines if words[:4] == ['vpn', 'ipsec', 'authentication', 'psk']]
    ids = [words[0] for words in apart if words[1:] == ['id', address]]
    keys = [words[2] for words in apart if words[0] in ids and words[1] == 'secret']
    groups = (['ike-group', leaf.get(('ike-group',))], ['esp-group', leaf.get(('default-esp-group',))])
    agreed = ('proposal', 'key-exchange', 'pfs')
    return {
        'name': name if ('remote-address',) in leaf else 'peer-%s' % name,
        'address': address,
        'own': leaf.get(('authentication', 'local-id'), leaf.get(('authentication', 'id'))),
        'inside': leaf.get(('tunnel', '1', 'remote', 'prefix')),
        'settings': [
            keys or [leaf.get(('authentication', 'pre-shared-secret'))],
            # Both ends call their IKE groups by other names.
            sorted(words[2:3] + words[4:] for words in lines if words[2:4] in groups and words[4] in agreed),
        ],
    }


# Routers that know each other: a folder that all of them see, and each router's folder by its public address.


def network():
    return simulated.read('network')


def _association(peer):
    return '%s/%s' % (network()['folder'], '--'.join(sorted((peer['own'], peer['address']))))


def has_association(peer):
    return network() is None or os.path.exists(_association(peer))


def end_association(peer):
    if network() is not None and has_association(peer):
        os.remove(_association(peer))
        simulated.forget_bgp()


def negotiate(peer):
    """A far end that is not defined accepts every setting."""
    if network() is None:
        return True
    far = peers(far_lines(peer)).get(peer['own'])
    if far is None or far['settings'] != peer['settings']:
        return False
    # Another one each time: a test sees whether it is still the same.
    with open(_association(peer), 'w') as file:
        file.write(os.urandom(8).hex())
    simulated.forget_bgp()
    return True


def far_lines(peer):
    with open('%s/daemons.json' % network()['routers'][peer['address']]) as file:
        return json.load(file)


def session_is_up(lines, neighbor):
    """A BGP session needs its tunnel's SA, and a far end that has the same addresses on its side."""
    if network() is None:
        return True
    link = next((words[-1] for words in lines if words[-2] == 'update-source' and neighbor in words), None)
    inside = next((words[-1] for words in lines if words[1:4] == ['tunnel', link, 'remote']), None)
    peer = next((each for each in peers(lines).values() if each['inside'] == '%s/32' % inside), None)
    if peer is None or not has_association(peer):
        return False
    own = next((words[-1].split('/')[0] for words in lines if words[1:4] == ['tunnel', link, 'address']), None)
    there = far_lines(peer)
    has_address = any(words[-1].split('/')[0] == neighbor for words in there if words[-2] == 'address')
    return has_address and any(words[:2] == ['protocols', 'bgp'] and own in words for words in there)
