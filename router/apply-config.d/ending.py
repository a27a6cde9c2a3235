"""How a push ends: confirmed, rolled back, or never begun."""

import subprocess

import answers
import associations
import boot_file
import machine
import pending
import records
import running
import saving
import session
import timer
import undo

OLD_IS_BACK = 'the old configuration is in force'


def answer_of(push_id):
    """To an apply of a push that has ended; None: it has not."""
    record = _record(push_id)
    end = record and record['end']
    if end == 'never':
        return answers.refused(record.get('why', 'ended'), record.get('says', 'it was cancelled before it arrived'))
    if end == 'confirmed':
        return {'outcome': 'confirmed'}
    return answers.undone(record.get('says', 'it was undone')) if end == 'undone' else None


def nothing(push_id):
    """The answer to a confirm or undo of a push that is not pending. An unknown push must not be applied later."""
    timer.stop(push_id)
    record = _record(push_id)
    if record is None:
        records.put(push_id, end='never')
        return answers.nothing('never')
    return answers.nothing(record['end'] if record['end'] in ('confirmed', 'undone', 'never') else 'unknown')


def _record(push_id):
    try:
        return records.find(push_id)
    except (ValueError, running.Unreadable):
        return {'end': 'unknown'}


def present(push):
    """The state of a pending push. One whose program was interrupted is rolled back now."""
    if push['state'] == 'confirming':
        return confirmed(push) if is_saved(push) else answers.applied(push)
    if push['state'] == 'applied':
        return answers.applied(push)
    if push['state'] == 'broken':
        return answers.broken(push, push['says'])
    return back(push, 'it was interrupted')


def is_saved(push):
    """A confirmation was interrupted after the router had been given its new boot file."""
    return push['saved'] is not None and boot_file.sha256() == push['saved']


def confirmed(push):
    records.put(push['id'], end='confirmed')
    drop(push)
    return {'outcome': 'confirmed'}


def back(push, why):
    """The old configuration, now. The timer stays where that did not work: it tries again until it is stopped."""
    try:
        now = undo.bring_back(push)
    except session.Busy as busy:
        # Nothing was done by this one. What was begun before it is another matter.
        return broken(push, why, busy) if push['state'] in undo.UNCERTAIN else answers.busy(str(busy))
    except (session.Failed, running.Unreadable, OSError, ValueError) as failed:
        return broken(push, why, failed)
    return undone(push, '%s; %s%s' % (why, OLD_IS_BACK, _renewed(now, running.managed(push['everything']))))


def broken(push, why, failed):
    """Tried again soon: the timer's first time may be far away."""
    says = '%s; and the old configuration could not be restored: %s' % (why, failed)
    try:
        if pending.undo_in_s(push) > timer.EVERY_S:
            timer.again(push['id'])
            push['undoAt'] = machine.uptime() + timer.EVERY_S
        pending.write(push, state='broken', says=says)
    except (OSError, subprocess.CalledProcessError):
        pass  # What stands there already is tried again, at the time that was written down.
    return answers.broken(push, says)


def not_begun(push):
    records.put(push['id'], end='never', why='ended', says='it was interrupted before it had begun')
    drop(push)


def undone(push, says):
    records.put(push['id'], end='undone', says=says)
    drop(push)
    return answers.undone(says)


def drop(push):
    """It is pending no more. The mark goes first: a timer that comes now finds nothing to do, and stops itself."""
    pending.forget()
    timer.stop(push['id'])
    saving.tidy()


def _renewed(from_lines, to_lines):
    """SAs with the old key, too. The configuration is back whether this works or not."""
    try:
        associations.renew(from_lines, to_lines)
    except session.Failed as failed:
        return ', but %s' % failed
    return ''
