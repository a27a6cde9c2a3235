"""Rolls a push back: the state of the daemons, the running configuration, and the boot configuration."""

import boot_file
import machine
import pending
import running
import saving
import session

# A commit that was interrupted or failed: daemons may have more of it than `show` shows, which has nothing to do then.
UNCERTAIN = ('applying', 'undoing', 'broken')


def bring_back(push):
    """
    Makes everything below the push's roots what it was; returns our lines as they were just before.

    Raises session.Busy: nothing was done. Raises session.Failed, running.Unreadable, OSError, ValueError: some of it was.
    """
    if not machine.wait_until_quiet(machine.LONGEST_COMMIT_S):
        raise session.Busy('another process has been committing for %d s' % machine.LONGEST_COMMIT_S)
    now = running.everything()
    uncertain = push['state'] in UNCERTAIN
    pending.write(push, state='undoing')
    if boot_file.sha256() == push['saved']:
        saving.put_back()
    if uncertain or _below(now, push['roots']) != push['before']:
        try:
            now = _restore(push, uncertain)
        except session.Busy as busy:
            if uncertain:
                raise session.Failed(str(busy))
            pending.write(push, state='applied')
            raise
    _boots_old(push)
    return running.managed(now)


def _boots_old(push):
    """An operator may have saved the unconfirmed configuration."""
    if boot_file.sha256() != push['kept'] and boot_file.exact(running.running()) != push['bootsExactly']:
        saving.write()
        saving.use()


def _restore(push, uncertain):
    """Commits compare with what is shown: what daemons may have besides is only put right by another value before the old one."""
    stirred = _stir(push) if uncertain else None
    now = running.everything()
    lost = _lost(push, now) if uncertain else []
    commands = [['delete'] + root for root in push['roots'] if _below(now, [root])]
    commands += [['set'] + words for words in push['before'] + lost]
    after = session.change(commands, push['roots'] + lost, secrets_of(push, now))
    if _below(after, push['roots']) != push['before']:
        raise session.Failed('the rollback was committed, but the configuration differs from the previous one')
    if stirred is not None:
        raise session.Failed('the old configuration is committed, and daemons may have some of the new one: %s' % stirred)
    return now


def _stir(push):
    """All of the new values once more, or else none at all. Returns why neither was possible."""
    hidden = secrets_of(push, [])
    try:
        session.change(push['commands'], push['roots'], hidden)
        return None
    except session.Failed:
        now = running.everything()
    try:
        session.change([['delete'] + root for root in push['roots'] if _below(now, [root])], push['roots'], hidden)
        return None
    except session.Failed as failed:
        return str(failed)


def _lost(push, now):
    """A commit that was interrupted at its very end may have removed unmanaged lines from the running configuration."""
    there = {tuple(words) for words in now}
    return [words for words in session.outside(push['everything'], push['roots']) if tuple(words) not in there]


def secrets_of(push, now):
    """Values that nothing may show."""
    return {words[-1] for words in push['commands'] + push['everything'] + now if running.holds_secret(words)}


def _below(lines, roots):
    return sorted(words for words in lines if any(running.begins(words, root) for root in roots))
