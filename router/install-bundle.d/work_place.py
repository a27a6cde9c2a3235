"""Where an installation keeps what it downloads."""

from waiting import ROOT

# Not in /config, which image upgrades copy.
PLACE = ROOT + '/var/lib/vyos-failover-install'
