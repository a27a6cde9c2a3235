"""Which programs this router has, and which its boot parameter names."""

import json
import re

import aws
import bundle
from waiting import ROOT, NotYet

TARGET = ROOT + '/config/vyos-failover'
VERSION = re.compile(r'([0-9A-Za-z.+-]{1,40}) ([0-9a-f]{64})\n?')
HASH = re.compile(r'([0-9a-f]{64})\n?')


def show(parameter):
    """`deployed` is None where it cannot be read; `why` says why."""
    found = {'outcome': 'shown', 'installed': installed(), 'deployed': None}
    try:
        return dict(found, deployed=deployed(json.loads(bundle.boot_parameter(aws.Instance(), parameter))))
    except (NotYet, aws.Failed) as reason:
        return dict(found, why=str(reason))
    except (ValueError, KeyError, TypeError):
        return dict(found, why='the parameter %s names no bundle: deploy the stack of this router again' % parameter)


def installed():
    """`version` and `sha256` are None of a bundle that has no VERSION, and where there is no bundle."""
    version = VERSION.fullmatch(_read('VERSION'))
    # The package that was compared last, which may be older than the agent, or else the one that is stored.
    package = HASH.fullmatch(_read('agent-deployed')) or HASH.fullmatch(_read(bundle.AGENT + '.sha256'))
    return {
        'version': version and version.group(1),
        'sha256': version and version.group(2),
        'agent': package and package.group(1),
    }


def deployed(document):
    """Raises KeyError, TypeError."""
    programs = document['programs']
    found = {'version': str(programs['version']), 'sha256': str(programs['sha256']), 'agent': None}
    return dict(found, agent=str(document['agent']['sha256'])) if 'agent' in document else found


def _read(name):
    try:
        with open('%s/%s' % (TARGET, name)) as file:
            return file.read(200)
    except (OSError, ValueError):
        return ''
