"""This router as a machine: its release, its certificates of trust, its disk."""

import json
import os
import ssl

ROOT = os.environ.get('VYOS_FAILOVER_ROOT', '')
# What curl and the SSM agent verify AWS's servers with (Debian's ca-certificates).
STORE = ROOT + '/etc/ssl/certs/ca-certificates.crt'
# https://www.amazontrust.com/repository/
ISSUERS = ('Amazon', 'Starfield Technologies, Inc.')


def vyos_version():
    try:
        with open(ROOT + '/usr/share/vyos/version.json', encoding='utf-8') as file:
            return str(json.load(file)['version'])[:40]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def trust():
    """When the last root certificate of Amazon expires, ms since the epoch. `until` None: the store has none of them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(STORE)
    except (OSError, ssl.SSLError):
        return None
    ends = [ssl.cert_time_to_seconds(each['notAfter']) for each in context.get_ca_certs() if _issuer(each) in ISSUERS]
    return {'until': int(max(ends) * 1000) if ends else None}


def disk():
    """Free bytes where configuration and programs are; None: unknown."""
    try:
        found = os.statvfs(ROOT + '/config')
    except OSError:
        return None
    return {'free': found.f_bavail * found.f_frsize}


def _issuer(certificate):
    return next((value for part in certificate['subject'] for name, value in part if name == 'organizationName'), None)
