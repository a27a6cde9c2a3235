"""VyOS's own write API, as far as it is used here (vyos-1x, python/vyos/configsession.py): programs, and their exit status."""

import os

import backend
import simulated


class ConfigSessionError(Exception):
    pass


class ConfigSession:
    def __init__(self, session_id, app='vyos-http-api'):
        simulated.step('session')
        if simulated.fault('noSession') is not None:
            raise ConfigSessionError('Failed to set up config session')
        self._session = backend.Session(session_id)
        os.environ['SIMULATED_SESSION'] = self._session.name
        os.environ['COMMIT_VIA'] = app

    def __del__(self):
        if hasattr(self, '_session'):
            self._session.end()

    def get_session_env(self):
        return os.environ

    def set(self, path, value=None):
        return _output(self._session.set(path + ([] if value is None else [value])))

    def delete(self, path, value=None):
        return _output(self._session.delete(path + ([] if value is None else [value])))

    def load_config(self, file_path):
        simulated.step('load')
        return _output(self._session.load(file_path))

    def commit(self):
        simulated.step('commit')
        return _output(self._session.commit())

    def discard(self):
        return _output(self._session.discard())

    def save_config(self, file_path):
        simulated.step('save')
        return _output(backend.save(file_path))


def _output(ended):
    status, output = ended
    if status != 0:
        raise ConfigSessionError(output)
    return output
