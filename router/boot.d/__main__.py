"""Builds this router, or with --programs installs its programs alone: see `boot`."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, HERE + '/apply-config.d')

import machine
import placeholders
from refusal import NotYet

# Of `install` and `start`: done, and something needs attention.
ATTENTION = 3


def main(only_programs):
    """Returns the exit status: 0 or ATTENTION."""
    if not machine.has_booted():
        raise NotYet('VyOS has not finished booting')
    document = placeholders.document(HERE)
    placeholders.fill(HERE, document)
    installed = _run(HERE + '/install')
    if only_programs:
        return installed
    # Here, because AWS and pushes take longer to load than everything that --programs needs.
    import configuration

    configuration.put_into_force(HERE, document)
    if installed == ATTENTION:
        # Serf's key may exist by now.
        _run(machine.ROOT + '/config/vyos-failover/start')
    return 0


def _run(program):
    """Raises NotYet; returns its exit status: 0 or ATTENTION."""
    ended = subprocess.run([program], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = ended.stderr.decode('utf-8', 'replace')
    sys.stderr.write(said)
    if ended.returncode not in (0, ATTENTION):
        raise NotYet(said.strip().split('\n')[-1] or '%s ended with %d' % (program, ended.returncode))
    return ended.returncode


if __name__ == '__main__':
    try:
        sys.exit(main('--programs' in sys.argv[1:]))
    except (NotYet, OSError, ValueError) as reason:
        print(' '.join(str(reason).split()), file=sys.stderr)
        sys.exit(1)
