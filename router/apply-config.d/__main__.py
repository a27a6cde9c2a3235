"""Changes the configuration of a VyOS router (1.3 and later), with a way back. One line of JSON says how it ended.

  apply    check, fetch secrets, prepare the way back, commit, set up anew what has another key; the timer brings the old
           configuration back unless confirmed
  confirm  keep it: save, and stop the timer
  undo     bring the old configuration back now (the timer does the same)

Exit status 0 whenever the answer says how it ended.
"""

import fcntl
import json
import os
import subprocess

import associations
import parameters
import running
import undo
from push_file import PushFile, Refused
from session import Failed, change, save

BOOT_CONFIGURATION = '/config/config.boot'
OLD_IS_BACK = 'the old configuration is in force'


def main():
    action, push = os.environ['SSM_Action'], os.environ['SSM_Push']
    os.makedirs(undo.FOLDER, mode=0o700, exist_ok=True)
    with open(undo.FOLDER + '/lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        act = {'apply': apply, 'confirm': confirm, 'undo': take_back}[action]
        print(json.dumps(act(push)))


def apply(push):
    try:
        file = PushFile(os.environ['SSM_File'], os.environ['SSM_Sha256'])
        _nothing_in_the_way(os.environ['SSM_Base'])
        secrets = parameters.fetch(file.secret_names())
        commands = file.filled(secrets)
        undo_at = _prepare_undo(push, file.roots)
    except Refused as refused:
        return {'outcome': 'refused', 'why': refused.why, 'says': str(refused)}
    before = running.running()
    hidden = set(secrets.values()) | {words[-1] for words in before if running.holds_secret(words)}
    try:
        change(commands, hidden)
        associations.renew(before, running.running())
    except Failed as failed:
        return _back(undo.pending(), str(failed))
    return {'outcome': 'applied', 'undoAt': undo_at}


def _nothing_in_the_way(base):
    before = undo.pending()
    if before is not None:
        raise Refused('pending', 'push %s is neither confirmed nor undone yet' % before['id'])
    if running.digest(running.running()) != base:
        raise Refused('changed', 'the running configuration is not the one that was compared; plan again')


def _prepare_undo(push, roots):
    try:
        return undo.prepare(push, roots, int(os.environ['SSM_UndoAfter']))
    except (OSError, subprocess.CalledProcessError) as error:
        if undo.pending() is not None:
            os.remove(undo.PENDING)
        raise Refused('timer', 'the way back could not be prepared: %s' % error)


def confirm(push):
    pending = undo.pending()
    if pending is None or pending['id'] != push:
        return _nothing(push)
    try:
        save(BOOT_CONFIGURATION)
    except Failed as failed:
        return _back(pending, 'the configuration could not be saved: %s' % failed)
    undo.end(pending, 'confirmed')
    undo.stop_timer(push)
    return {'outcome': 'confirmed'}


def take_back(push):
    pending = undo.pending()
    if pending is None or pending['id'] != push:
        return _nothing(push)
    return _back(pending, 'it was asked for, or nobody confirmed in time')


def _back(pending, why):
    try:
        now = undo.bring_back(pending)
    except Failed as failed:
        # The timer stays: whatever held the configuration may have let go of it by then.
        says = '%s; and the old configuration could not be brought back: %s' % (why, failed)
        return {'outcome': 'broken', 'says': says}
    undo.end(pending, 'undone')
    undo.stop_timer(pending['id'])
    return {'outcome': 'undone', 'says': '%s; %s%s' % (why, OLD_IS_BACK, _renewed(now, pending['before']))}


def _renewed(from_lines, to_lines):
    """With the old key, too. The configuration is back whether this works or not."""
    try:
        associations.renew(from_lines, to_lines)
    except Failed as failed:
        return ', but %s' % failed
    return ''


def _nothing(push):
    """Nothing pending of that name: it may have ended before, and the caller has not heard of it."""
    ended = undo.last()
    how = ended['end'] if ended is not None and ended['id'] == push else 'unknown'
    return {'outcome': 'nothing', 'ended': how}


if __name__ == '__main__':
    main()
