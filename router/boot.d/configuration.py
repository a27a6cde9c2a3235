"""Configures this router, under the lock of a push."""

import fcntl
import os

import aws
import configure
import machine
import running
import session
import wanted
from push_file import Refused
from refusal import NotYet


def put_into_force(bundle, document):
    """Raises NotYet, OSError, ValueError."""
    os.makedirs(machine.RUN, mode=0o700, exist_ok=True)
    with open(machine.RUN + '/lock', 'w') as lock:
        # The lock of a push: neither runs during the other.
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotYet('a push is in progress on this router')
        try:
            configure.configure(lambda: wanted.lines(bundle, document), wanted.secrets_of(bundle))
        except (Refused, aws.Failed, session.Failed, running.Unreadable) as reason:
            raise NotYet(str(reason))
