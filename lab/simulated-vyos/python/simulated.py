"""A simulated VyOS: its configurations and what is to go wrong with it, as JSON files in the folder SIMULATED_VYOS."""

import json
import os

FOLDER = os.environ['SIMULATED_VYOS']

# Leaves that VyOS keeps one value of, as far as tests set them; on purpose not the product's own list.
ONE_VALUE = set(
    """host-name description mtu encapsulation adjust-mss source-address remote local-ip remote-ip key-exchange lifetime
    encryption hash dh-group pfs mode interval timeout close-action secret pre-shared-secret password local-id remote-id
    connection-type default-esp-group ike-group local-address bind esp-group action metric prefix-list route-map distance
    system-as router-id keepalive holdtime connect remote-as update-source maximum-prefix import export profile transmit
    receive multiplier""".split()
)


def read(name):
    with open('%s/%s.json' % (FOLDER, name)) as file:
        return json.load(file)


def write(name, value):
    _replace(name + '.json', json.dumps(value))
    if name == 'running':
        _replace('running.commands', commands_of(value))


def _replace(name, text):
    with open('%s/%s.new' % (FOLDER, name), 'w') as file:
        file.write(text)
    os.replace('%s/%s.new' % (FOLDER, name), '%s/%s' % (FOLDER, name))


def fault(name):
    """What is to go wrong, or None; a number counts down."""
    faults = read('faults')
    value = faults.get(name)
    if isinstance(value, int):
        faults[name] = value - 1 if value > 1 else None
        write('faults', faults)
    return value


def put_into_force(lines):
    """Hands the configuration to the folder's program `commit`, if it has one. Returns what went wrong, or None."""
    program = FOLDER + '/commit'
    if not os.path.exists(program):
        return None
    import subprocess  # Takes longer than all the rest of most programs here, which do not need it.

    # Nothing of the stand-in's own Python is to get into the programs that it starts.
    clean = {'PATH': os.environ['PATH']}
    ended = subprocess.run([program], input=commands_of(lines).encode(), capture_output=True, env=clean)
    return ended.stderr.decode() or 'no reason given' if ended.returncode != 0 else None


def commands_of(lines):
    """As VyOS prints them: the last word in single quotes."""
    return ''.join("set %s '%s'\n" % (' '.join(words[:-1]), words[-1]) for words in lines)


def tree_of(lines):
    tree = {}
    for words in lines:
        put(tree, words)
    return tree


def put(tree, words):
    for index, word in enumerate(words):
        if index == len(words) - 1 and holds_one_value(words):
            tree.clear()
        tree = tree.setdefault(word, {})


def holds_one_value(words):
    leaf = words[-2] if len(words) > 1 else ''
    if leaf == 'prefix':
        return words[0] == 'policy'
    if leaf == 'id':
        return words[2] == 'site-to-site'
    return leaf in ONE_VALUE and not (words[0] == 'policy' and leaf == words[1])


def lines_of(tree, path=()):
    for word, below in tree.items():
        if below:
            yield from lines_of(below, path + (word,))
        else:
            yield list(path + (word,))


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
    try:
        return read('network')
    except FileNotFoundError:
        return None


def _association(peer):
    return '%s/%s' % (network()['folder'], '--'.join(sorted((peer['own'], peer['address']))))


def has_association(peer):
    return network() is None or os.path.exists(_association(peer))


def end_association(peer):
    if network() is not None and has_association(peer):
        os.remove(_association(peer))


def negotiate(peer):
    """A far end that nobody has put there agrees to everything."""
    if network() is None:
        return True
    far = peers(far_lines(peer)).get(peer['own'])
    if far is None or far['settings'] != peer['settings']:
        return False
    # Another one each time: a test sees whether it is still the same.
    with open(_association(peer), 'w') as file:
        file.write(os.urandom(8).hex())
    return True


def far_lines(peer):
    with open('%s/running.json' % network()['routers'][peer['address']]) as file:
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
