import simulated


def get_version():
    return simulated.read('version')
