"""Builds a router that vyos-failover created: reads the boot parameter, downloads the bundle, and runs the bundle's `boot`.

  vyos-failover-boot PARAMETER

User data contains these files and aws.py. systemd runs them at every boot until the router is built. Attempts are repeated
without end; each reads the parameter again, because a deployment may have corrected it.
"""

import os
import shutil
import subprocess
import sys

import aws
import bundle
from waiting import ROOT, NotYet, Waiting

BUILT = ROOT + '/config/vyos-failover/built'
# Not in /config, which image upgrades copy. It is deleted when the router is built.
PLACE = ROOT + '/var/lib/vyos-failover-boot'


def main(parameter):
    waiting = Waiting()
    while not os.path.exists(BUILT):
        try:
            build(parameter)
            shutil.rmtree(PLACE, ignore_errors=True)
            with open(BUILT, 'w'):
                pass
        except (NotYet, aws.Failed, OSError) as reason:
            waiting.wait(str(reason))
        except Exception as reason:  # An error of this program: the console must show it, too.
            waiting.wait(repr(reason))
    waiting.say('info', 'this router is built')


def build(parameter):
    """One attempt. Raises NotYet, aws.Failed, OSError."""
    instance = aws.Instance()
    text = bundle.boot_parameter(instance, parameter)
    source, agent = bundle.sources(parameter, text)
    directory = bundle.unpacked(instance, PLACE, text, source)
    if agent is not None:
        bundle.add_agent(instance, directory, agent)
    run(directory)


def run(directory):
    """The last line that `boot` writes to its standard error is why it could not finish."""
    ended = subprocess.run([directory + '/boot'], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = ended.stderr.decode('utf-8', 'replace')
    sys.stderr.write(said)
    if ended.returncode != 0:
        lines = said.strip().split('\n')
        raise NotYet(lines[-1] or 'boot ended with %d and said nothing' % ended.returncode)


if __name__ == '__main__':
    main(sys.argv[1])
