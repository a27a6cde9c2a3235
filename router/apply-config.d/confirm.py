"""Confirms a push: the running configuration becomes the boot configuration, or the old one is restored."""

import ending
import pending
import records
import running
import saving
import session


def confirm(push):
    """`push`: the pending one."""
    if ending.is_saved(push):
        return ending.confirmed(push)
    if push['state'] not in ('applied', 'confirming'):
        return ending.back(push, 'it was interrupted before it could be confirmed')
    try:
        if running.exact(running.running()) != push['new']:
            return ending.back(push, 'the configuration was changed after it was applied')
        saved = saving.write()
        if not records.put(push['id'], end='confirming'):
            raise OSError('no space left in /config')
        pending.write(push, state='confirming', saved=saved)
        saving.use()
    except (session.Failed, running.Unreadable, OSError, ValueError) as failed:
        return ending.back(push, 'the configuration could not be saved: %s' % failed)
    return ending.confirmed(push)
