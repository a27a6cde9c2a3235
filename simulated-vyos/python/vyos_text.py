"""Configurations as VyOS writes them: config.boot, and what `cli-shell-api` shows (vyatta-cfg, src/cnode, src/cparse)."""

import re

import grammar

# A backslash before the last quote of a line is the value's last character (src/cparse/cparse_lex.l, since 2015).
STATEMENT = re.compile(r'^([-\w!]\S*)(?: ("(?:[^"\\]|\\.)*(?:"|\\"\Z)|[^\s"{]\S*))?( \{)?\Z', re.ASCII | re.DOTALL)
# The release's own list is longer; the product only has to keep it.
FOOTER = '\n\n// Warning: Do not remove the following line.\n// vyos-config-version: "bgp@5:ipsec@13:system@27"\n// Release version: %s\n'


def render(lines):
    tree, old_bgp = {}, grammar.bgp_is_tag()
    for words in lines:
        below = tree
        for of, node in grammar.pieces(words, old_bgp):
            ends = (of in ('leaf', 'multi') and len(node) == 2) or node[0] in VALUELESS
            below = below.setdefault(node, None if ends else {})
            if ends:
                break
    return ''.join(_written(tree, 0))


VALUELESS = {'log-neighbor-changes', 'nexthop-self', 'inbound', 'disable'}


def _written(tree, depth):
    for node, below in tree.items():
        head = '    ' * depth + ' '.join((node[0],) + tuple(map(_quoted, node[1:])))
        if below is None:
            yield head + '\n'
        else:
            yield head + ' {\n'
            yield from _written(below, depth + 1)
            yield '    ' * depth + '}\n'


def _quoted(value):
    return '"%s"' % value if value == '' or re.search('[*}{; \t\n\v\f\r]', value) else value


def parse(text):
    """Lines as words. Raises ValueError for a text that is none, as the parser that boots does."""
    path, lines, empty = [], [], True
    for line in text.split('\n'):
        line = line.strip(' ')
        if line == '' or line.startswith(('//', '/*')):
            continue
        if line == '}':
            if not path:
                raise ValueError('Invalid config file: unexpected }')
            if empty:
                lines.append([word for node in path for word in node])
            path.pop()
            empty = False
            continue
        found = STATEMENT.match(line)
        if found is None:
            raise ValueError('Invalid config file: error at text [%s]' % line)
        node = [word[1:-1] if word.startswith('"') else word for word in found.groups()[:2] if word is not None]
        if found.group(3):
            path.append(node)
            empty = True
        else:
            lines.append([word for each in path for word in each] + node)
            empty = False
    if path:
        raise ValueError('Invalid config file: it ends too early')
    return lines


def boot_text(lines, version):
    return render(lines) + FOOTER % version
