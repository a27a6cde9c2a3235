"""Builds a router that vyos-failover created: reads the boot parameter, downloads the bundle, and runs the bundle's `boot`.

  vyos-failover-boot PARAMETER

User data contains these files and aws.py. systemd runs them at every boot until the router is built. Attempts are repeated
without end; each reads the parameter again, because a deployment may have corrected it.
"""

import json
import os
import subprocess
import sys

import aws
import bundle
from waiting import ROOT, NotYet, Waiting

BUILT = ROOT + '/config/vyos-failover/built'


def main(parameter):
    waiting = Waiting()
    while not os.path.exists(BUILT):
        try:
            build(parameter)
            bundle.remove()
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
    text = boot_parameter(instance, parameter)
    run(bundle.unpacked(instance, text, bundle_of(parameter, text)))


def boot_parameter(instance, name):
    try:
        return aws.call(instance, 'ssm', 'AmazonSSM.GetParameter', {'Name': name})['Parameter']['Value']
    except aws.Failed as failed:
        raise NotYet('the parameter %s could not be read: %s' % (name, failed))


def bundle_of(parameter, text):
    """`bucket`, `key` and `sha256` of the bundle."""
    try:
        found = json.loads(text)['bundle']
        return {key: str(found[key]) for key in ('bucket', 'key', 'sha256')}
    except (ValueError, KeyError, TypeError):
        raise NotYet('the parameter %s names no bundle: deploy the stack of this router again' % parameter)


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
