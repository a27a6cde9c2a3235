"""BGP neighbors of bgpd's configuration. A fault `bgpDownWith`: they are down while a line has that word in it.

Where routers know each other, those of other sites are up while tunnel and addresses fit at both ends.
"""

import json
import os

import simulated
import tunnels


def main():
    """What vtysh prints; kept for the program `vtysh` while nothing is to go wrong."""
    shown = text()
    if simulated.read('faults') == {}:
        mine = 'bgp.%d' % os.getpid()
        simulated.put_file(mine, shown)
        os.replace(simulated.path(mine), simulated.path('bgp.text'))
        # A commit, here or at the other end of a tunnel, may have ended meanwhile, before there was a text to remove.
        if text() != shown:
            simulated.remove('bgp.text')
    print(shown, end='')


def text():
    return json.dumps(summary()) + '\n'


def summary():
    """As `show ip bgp summary json`."""
    lines = simulated.read('daemons')
    down = simulated.read('faults').get('bgpDownWith')
    is_down = any(down in words for words in lines)
    # Before 1.4 the AS number is part of every path.
    bgp = [words[2:] for words in lines if words[:2] == ['protocols', 'bgp'] and len(words) > 3]
    old_as = next((words[0] for words in bgp if words[0].isdigit()), '65001')
    local = next((words[1] for words in bgp if words[0] == 'system-as'), old_as)

    def session(neighbor, remote_as):
        up = not is_down and (remote_as == local or tunnels.session_is_up(lines, neighbor))
        return {'remoteAs': int(remote_as), 'pfxRcd': 1 if up else 0, 'state': 'Established' if up else 'Active'}

    neighbors = [words[1:] if words[0].isdigit() else words for words in bgp]
    peers = {
        words[1]: session(words[1], words[3])
        for words in neighbors
        if words[0] == 'neighbor' and words[2:3] == ['remote-as']
    }
    return {'ipv4Unicast': {'as': int(local), 'peers': peers}}
