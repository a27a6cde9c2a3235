"""strongSwan's vici, as far as it is used here (strongswan, src/libcharon/plugins/vici/README.md, 5.7.2 and 5.9.11).

Names of SAs and connections are those of VyOS 1.4; before, they begin with `peer-`.
"""

import simulated
import tunnels


class CommandException(Exception):
    pass


class Session:
    def __init__(self):
        simulated.step('vici')
        if simulated.fault('noStrongswan') is not None:
            raise FileNotFoundError('/var/run/charon.vici')

    def list_conns(self):
        for peer in tunnels.peers(simulated.read('daemons')).values():
            children = {peer['name'] + '-tunnel-1': {}}
            yield {peer['name']: {'remote_addrs': [peer['address'].encode()], 'children': children}}

    def list_sas(self):
        for peer in tunnels.peers(simulated.read('daemons')).values():
            if tunnels.has_association(peer):
                about = {'uniqueid': peer['address'].encode(), 'remote-host': peer['address'].encode()}
                yield {peer['name']: about}

    def terminate(self, what):
        """A generator, as vici's is: nothing happens before it is read."""
        for peer in tunnels.peers(simulated.read('daemons')).values():
            if what['ike-id'] == peer['address']:
                tunnels.end_association(peer)
        simulated.step('SA ended')
        yield {}

    def initiate(self, what):
        for peer in tunnels.peers(simulated.read('daemons')).values():
            if what['ike'] == peer['name'] and not tunnels.negotiate(peer):
                raise CommandException('establishing CHILD_SA failed')
        yield {}
