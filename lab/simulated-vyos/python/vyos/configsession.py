"""VyOS's own write API, as far as it is used here, with its ways to fail (vyos-1x, python/vyos/configsession.py)."""

import simulated


class ConfigSessionError(Exception):
    pass


class ConfigSession:
    def __init__(self, session_id, app='vyos-http-api'):
        self.running = simulated.tree_of(simulated.read('running'))
        self.candidate = simulated.tree_of(simulated.read('running'))

    def set(self, path, value=None):
        words = path + ([] if value is None else [value])
        refused = simulated.fault('refuse')
        if refused is not None and refused in words:
            raise ConfigSessionError('\n  "%s" is not a valid value\n  Value validation failed\n  Set failed\n' % words[-1])
        if any(quote in word for word in words for quote in '\'"'):
            raise ConfigSessionError('Cannot use quote in value string\n')
        simulated.put(self.candidate, words)

    def delete(self, path, value=None):
        *way, last = path + ([] if value is None else [value])
        tree = self.candidate
        for word in way:
            tree = tree.get(word, {})
        if last not in tree:
            raise ConfigSessionError('Nothing to delete (the specified node does not exist)\n')
        del tree[last]

    def commit(self):
        if simulated.fault('locked') is not None:
            raise ConfigSessionError('Configuration system temporarily locked due to another commit in progress\n')
        if simulated.fault('lies') is not None:
            return ''
        partial = simulated.fault('partial')
        if partial is not None:
            # my_commit's exit status 6: every node but one went through.
            area = simulated.read('faults')['area']
            kept = [words for words in simulated.lines_of(self.running) if words[: len(area)] == area]
            new = [words for words in simulated.lines_of(self.candidate) if words[: len(area)] != area]
            simulated.write('running', kept + new)
            said = ' '.join(words[-1] for words in new if 'secret' in words)
            raise ConfigSessionError('[[%s]] failed\nCommit failed partially: %s\n' % (' '.join(area), said))
        lines = list(simulated.lines_of(self.candidate))
        failure = simulated.put_into_force(lines)
        if failure:
            raise ConfigSessionError('[[protocols]] failed\nCommit failed: %s\n' % failure)
        simulated.write('running', lines)
        return ''

    def discard(self):
        self.candidate = simulated.tree_of(simulated.read('running'))

    def save_config(self, file_path):
        if simulated.fault('diskFull') is not None:
            raise ConfigSessionError('Failed to write %s: No space left on device\n' % file_path)
        simulated.write('saved', simulated.read('running'))
