"""What kind of node a path leads to, as far as tests set them: a few of VyOS's templates. On purpose not the product's own list."""

import functools

import simulated

TAGS = set(
    """interfaces ethernet|interfaces tunnel|interfaces vti|interfaces loopback|system login user
    vpn ipsec esp-group|vpn ipsec esp-group * proposal|vpn ipsec ike-group|vpn ipsec ike-group * proposal
    vpn ipsec authentication psk|vpn ipsec site-to-site peer|vpn ipsec site-to-site peer * tunnel
    protocols static route|protocols static route * next-hop|protocols bfd profile|protocols bfd peer
    protocols bgp neighbor|protocols bgp address-family ipv4-unicast network
    protocols bgp * neighbor|protocols bgp * address-family ipv4-unicast network
    policy prefix-list|policy prefix-list * rule|policy route-map|policy route-map * rule
    firewall options interface|high-availability vrrp group""".replace('\n', '|').split('|')
)
TAGS = {tuple(each.split()) for each in TAGS}
MULTI = set('address prefix id virtual-address name-server'.split())
ONE_VALUE = set(
    """host-name description mtu encapsulation adjust-mss source-address remote local-ip remote-ip key-exchange lifetime
    encryption hash dh-group pfs mode interval timeout close-action secret pre-shared-secret password local-id remote-id
    connection-type mobike attempts base default-esp-group ike-group local-address bind esp-group action metric prefix-list route-map distance
    system-as router-id keepalive holdtime connect remote-as update-source maximum-prefix import export profile transmit
    receive multiplier compression plaintext-password encrypted-password port interface hello-source-address peer-address priority vrid master
    backup fault post-login pre-login""".split()
)
# Names of leaves that are nodes here.
NODES = {('ip', 'address'), ('ipv4-unicast', 'route-map'), ('profile', '*', 'interval'), ('peer', '*', 'interval')}
NODES |= {('tunnel', '*', 'remote'), ('tunnel', '*', 'local'), ('protocols', 'bgp')}


def bgp_is_tag():
    """Before 1.4 the AS number is part of every path."""
    return not simulated.read('version', '1.4.0').startswith(('1.4', '1.5', '2'))


@functools.lru_cache(maxsize=None)
def kind(generic, old_bgp=False):
    """tag, multi, leaf or non-leaf, as `cli-shell-api getNodeType` says; `*` stands for values of tags."""
    name = generic[-1]
    if generic in TAGS or (old_bgp and generic == ('protocols', 'bgp')):
        return 'tag'
    if generic[-2:] in NODES or generic[-3:] in NODES:
        return 'non-leaf'
    if name in ('prefix', 'id') and (generic[0] == 'policy' or 'peer' in generic and name == 'id'):
        return 'leaf'
    return 'multi' if name in MULTI else 'leaf' if name in ONE_VALUE else 'non-leaf'


def pieces(words, old_bgp=None):
    """Node by node: its kind, and its words, which are two where it has a value. `old_bgp`: `bgp_is_tag()`, where it is known."""
    old_bgp = bgp_is_tag() if old_bgp is None else old_bgp
    generic, found, index = (), [], 0
    while index < len(words):
        generic += (words[index],)
        of = kind(generic, old_bgp)
        has_value = of != 'non-leaf' and index + 1 < len(words)
        found.append((of, tuple(words[index : index + 1 + has_value])))
        generic += ('*',) if has_value and of == 'tag' else ()
        index += 1 + has_value
    return found


def kind_of(words):
    """Of the node at the end of a path."""
    return pieces(words)[-1][0]


# Configurations as trees of words. A node without anything below it is the end of a line.


def tree_of(lines):
    tree, old_bgp = {}, bgp_is_tag()
    for words in lines:
        put(tree, words, old_bgp)
    return tree


def put(tree, words, old_bgp=None):
    for of, node in pieces(words, old_bgp):
        tree = tree.setdefault(node[0], {})
        if len(node) == 2:
            if of == 'leaf':
                tree.clear()
            tree = tree.setdefault(node[1], {})


def take(tree, words):
    """Deletes a path; a node that has no more below it stays, empty, unless it is one that has values. False: not there."""
    way = [tree]
    for word in words[:-1]:
        if word not in way[-1]:
            return False
        way.append(way[-1][word])
    if words[-1] not in way[-1]:
        return False
    del way[-1][words[-1]]
    if len(words) > 1 and not way[-1] and kind_of(words[:-1]) != 'non-leaf':
        del way[-2][words[-2]]
    return True


def lines_of(tree, path=()):
    for word, below in tree.items():
        if below:
            yield from lines_of(below, path + (word,))
        else:
            yield list(path + (word,))
