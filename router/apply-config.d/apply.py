"""Applies a push. The rollback is prepared before anything is changed."""

import os
import subprocess

import answers
import associations
import boot_file
import ending
import machine
import parameters
import pending
import records
import running
import saving
import session
import timer
import undo
from push_file import PushFile, Refused, filled, secret_names


def apply(push_id, push):
    """`push`: the pending one, or None. Called again for the same push, it only answers its state."""
    if push is not None and push['id'] == push_id:
        return ending.present(push)
    ended = ending.answer_of(push_id)
    if ended is not None:
        return ended
    try:
        push, hidden = _prepared(push_id, push)
    except Refused as refused:
        records.put(push_id, end='never', why=refused.why, says=str(refused))
        return answers.refused(refused.why, str(refused))
    except running.Unreadable as unreadable:
        return answers.busy(str(unreadable))
    return _applied(push, hidden)


def _prepared(push_id, other):
    """Checks everything that can be refused, then prepares the rollback. Raises Refused, running.Unreadable."""
    file = PushFile(os.environ['SSM_File'], os.environ['SSM_Sha256'])
    if not machine.has_booted():
        raise Refused('booting', 'VyOS has not finished booting')
    if other is not None:
        raise Refused('pending', 'push %s is neither confirmed nor rolled back yet' % other['id'])
    everything = running.everything()
    before = running.managed(everything)
    if running.digest(before) != os.environ['SSM_Base']:
        raise Refused('changed', 'the running configuration has changed since the comparison; plan again')
    secrets = parameters.fetch(secret_names(file.commands))
    push = {
        'id': push_id,
        'state': 'preparing',
        'undoAt': machine.uptime() + int(os.environ['SSM_UndoAfter']),
        'roots': file.roots,
        'commands': filled(file.commands, secrets),
        'before': sorted(words for words in before if any(running.begins(words, root) for root in file.roots)),
        'everything': everything,
        'old': running.exact(before),
        'new': None,
        'saved': None,
    }
    _write_down(push, before)
    return push, set(secrets.values()) | undo.secrets_of(push, [])


def _write_down(push, before):
    try:
        pending.write(push, kept=saving.keep(), bootsExactly=boot_file.exact(before))
        if not records.put(push['id'], end='open', old=push['old'], booted=push['bootsExactly'], boot=machine.boot_id()):
            raise OSError('no space left in /config')
    except OSError as error:
        ending.drop(push)
        raise Refused('disk', 'the data for the rollback could not be written: %s' % error)
    try:
        timer.start(push['id'], push['undoAt'] - machine.uptime())
    except (OSError, subprocess.CalledProcessError) as error:
        ending.drop(push)
        raise Refused('timer', 'the rollback timer could not be started: %s' % error)


def _applied(push, hidden):
    before = running.managed(push['everything'])
    try:
        pending.write(push, state='applying')
        now = running.managed(session.change(push['commands'], push['roots'], hidden))
        associations.renew(before, now)
        saving.keep_booting(push['kept'])
        if not records.put(push['id'], new=running.exact(now)):
            raise OSError('no space left in /config')
        pending.write(push, state='applied', new=running.exact(now))
    except session.Busy as busy:
        ending.drop(push)
        records.forget(push['id'])
        return answers.busy(str(busy))
    except session.NotBegun as refused:
        return ending.undone(push, str(refused))
    except (session.Failed, running.Unreadable, OSError) as failed:
        return ending.back(push, str(failed))
    return answers.applied(push)
