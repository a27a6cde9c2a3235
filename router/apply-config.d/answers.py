"""The answers of `apply-config`, each one line of JSON."""

import boot_file
import pending
import timer


def applied(push):
    return {'outcome': 'applied', 'undoInS': pending.undo_in_s(push)}


def refused(why, says):
    return {'outcome': 'refused', 'why': why, 'says': says}


def undone(says):
    return {'outcome': 'undone', 'says': says}


def broken(push, says):
    """The running configuration may be part of both; the one that it boots with is read."""
    every = max(timer.EVERY_S, pending.undo_in_s(push))
    boots = {push['kept']: 'old', push['saved']: 'new'}.get(boot_file.sha256(), 'unknown')
    return {'outcome': 'broken', 'says': says, 'boots': boots, 'retryInS': every}


def busy(says):
    """Nothing was done."""
    return {'outcome': 'busy', 'says': says}


def nothing(ended):
    return {'outcome': 'nothing', 'ended': ended}
