"""A simulated VyOS: its configurations and what is to go wrong with it, as JSON files in the folder SIMULATED_VYOS."""

import json
import os
import subprocess

FOLDER = os.environ['SIMULATED_VYOS']

# Leaves that VyOS keeps one value of, as far as tests set them; on purpose not the product's own list.
ONE_VALUE = set(
    """host-name description mtu encapsulation adjust-mss source-address remote local-ip remote-ip key-exchange lifetime
    encryption hash dh-group pfs mode interval timeout close-action secret pre-shared-secret password local-id remote-id
    connection-type default-esp-group ike-group local-address bind esp-group action metric prefix-list route-map distance
    system-as router-id keepalive holdtime connect remote-as update-source maximum-prefix import export profile transmit
    receive multiplier""".split()
)


def read(name):
    with open('%s/%s.json' % (FOLDER, name)) as file:
        return json.load(file)


def write(name, value):
    with open('%s/%s.json.new' % (FOLDER, name), 'w') as file:
        json.dump(value, file)
    os.replace('%s/%s.json.new' % (FOLDER, name), '%s/%s.json' % (FOLDER, name))


def fault(name):
    """What is to go wrong, or None; a number counts down."""
    faults = read('faults')
    value = faults.get(name)
    if isinstance(value, int):
        faults[name] = value - 1 if value > 1 else None
        write('faults', faults)
    return value


def put_into_force(lines):
    """Hands the configuration to the folder's program `commit`, if it has one. Returns what went wrong, or None."""
    program = FOLDER + '/commit'
    if not os.path.exists(program):
        return None
    # Nothing of the stand-in's own Python is to get into the programs that it starts.
    clean = {'PATH': os.environ['PATH']}
    ended = subprocess.run([program], input=commands_of(lines).encode(), capture_output=True, env=clean)
    return ended.stderr.decode() or 'no reason given' if ended.returncode != 0 else None


def commands_of(lines):
    """As VyOS prints them: the last word in single quotes."""
    return ''.join("set %s '%s'\n" % (' '.join(words[:-1]), words[-1]) for words in lines)


def tree_of(lines):
    tree = {}
    for words in lines:
        put(tree, words)
    return tree


def put(tree, words):
    for index, word in enumerate(words):
        if index == len(words) - 1 and holds_one_value(words):
            tree.clear()
        tree = tree.setdefault(word, {})


def holds_one_value(words):
    leaf = words[-2] if len(words) > 1 else ''
    if leaf == 'prefix':
        return words[0] == 'policy'
    if leaf == 'id':
        return words[2] == 'site-to-site'
    return leaf in ONE_VALUE and not (words[0] == 'policy' and leaf == words[1])


def lines_of(tree, path=()):
    for word, below in tree.items():
        if below:
            yield from lines_of(below, path + (word,))
        else:
            yield list(path + (word,))
