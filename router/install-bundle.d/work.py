"""The installation: downloads, verifies and unpacks the bundle, and runs its `boot --programs`."""

import shutil
import subprocess

import agent
import aws
import bundle
import record
import shown
import units
from waiting import NotYet
from work_place import PLACE

# Of `boot --programs`: done, and something needs attention.
ATTENTION = 3
MOST_CHARACTERS = 500


def work(parameter, attempt):
    try:
        found = _installed(parameter)
    except (NotYet, aws.Failed, OSError) as reason:
        return _end(attempt, {'outcome': 'failed', 'says': _clause(str(reason))})
    except Exception as reason:  # An error of this program: the caller must read it, too.
        return _end(attempt, {'outcome': 'failed', 'says': _clause(repr(reason))})
    if found['agent']['state'] != 'pending':
        return _end(attempt, found)
    record.write(dict(found, attempt=attempt))
    try:
        units.start(units.AGENT, parameter, 'agent', attempt)
    except units.NotStarted as reason:
        _end(attempt, dict(found, agent={'state': 'failed', 'says': _clause(str(reason))}))


def _installed(parameter):
    """Raises NotYet, aws.Failed, OSError."""
    shutil.rmtree(PLACE, ignore_errors=True)
    before = shown.installed()
    instance = aws.Instance()
    text = bundle.boot_parameter(instance, parameter)
    source, package = bundle.sources(parameter, text)
    directory = bundle.unpacked(instance, PLACE, text, source)
    attention = _boot(directory)
    after = shown.installed()
    programs = ('version', 'sha256')
    changed = [before[each] for each in programs] != [after[each] for each in programs]
    state = agent.fetched(instance, directory, package)
    return {
        'outcome': 'installed' if changed else 'unchanged',
        'installed': after,
        'attention': attention,
        'agent': state,
    }


def _boot(directory):
    """What needs attention, as clauses. Raises NotYet."""
    ended = subprocess.run(
        [directory + '/boot', '--programs'],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = ended.stderr.decode('utf-8', 'replace').strip().split('\n')
    if ended.returncode not in (0, ATTENTION):
        raise NotYet(said[-1] or 'boot ended with %d' % ended.returncode)
    return [_clause(line.split('attention: ', 1)[1]) for line in said if 'attention: ' in line]


def _end(attempt, found):
    shutil.rmtree(PLACE, ignore_errors=True)
    record.write(dict(found, attempt=attempt))


def _clause(text):
    return ''.join(each if each.isprintable() else '?' for each in text)[:MOST_CHARACTERS]
