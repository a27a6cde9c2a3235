"""Configurations as VyOS writes them, `name value {` … `}`: read and changed without losing unmanaged nodes.

Read as VyOS's own parser reads it (vyatta-cfg, src/cparse/cparse_lex.l): by byte, so that only \\n ends a line and only
ASCII blanks are blanks, whatever else a value contains.
"""

import re

BLANK = ' \t\v\f\r'
START = re.compile(r'((?:[%s\n]+|//[^\n]*|/\*.*?\*/)*)(?:(\})|([^%s\n{}"]+)|\Z)' % (BLANK, BLANK), re.S)
# A backslash before the last quote of a line is the value's last character, and escapes nothing.
REST = re.compile(
    r'[%s]*(?:"((?:[^"\\]|\\(?!"\n).)*(?:\\(?="\n))?)"|([^%s\n{"][^%s\n{]*))?[%s]*(\{|\n|\Z)'
    % (BLANK, BLANK, BLANK, BLANK),
    re.S,
)
# Quotes inside quotes, which VyOS may show and not read: known as one text, and written again as it was.
UNREADABLE = re.compile(r'[%s]*("[^\n]*?"|"[^\n]*|[^\n]*?)[%s]*(\{(?=\n)|\n|\Z)' % (BLANK, BLANK))
COMMENT = re.compile(r'/\*.*?\*/', re.S)
NEEDS_QUOTES = re.compile(r'[*}{;\n%s]|^$' % BLANK)


class Node:
    """`words`: its name, and the value of a leaf or a tag; `below`: None where it ends in its line; `raw`: a value as it stood."""

    def __init__(self, words, below=None, comments=(), raw=False):
        self.words, self.below, self.comments, self.raw = words, below, comments, raw


def parse(text):
    """The nodes of a configuration. Raises ValueError where it is cut off, or none."""
    top, stack, at = [], [], 0
    nodes = top
    while at < len(text):
        start = START.match(text, at)
        if start is None:
            raise ValueError('no configuration of VyOS at character %d' % at)
        at = start.end()
        if start.group(2):
            if not stack:
                raise ValueError('a brace too many at character %d' % at)
            nodes = stack.pop()
        elif start.group(3):
            rest = REST.match(text, at)
            raw = UNREADABLE.match(text, at) if rest is None else None
            at = (rest or raw).end()
            value = raw.group(1) if raw else rest.group(1) if rest.group(1) is not None else rest.group(2)
            comments = COMMENT.findall(start.group(1))
            node = Node([start.group(3)] + ([] if value is None else [value]), comments=comments, raw=raw is not None)
            nodes.append(node)
            if (raw.group(2) if raw else rest.group(3)) == '{':
                node.below = []
                stack.append(nodes)
                nodes = node.below
    if stack:
        raise ValueError('the configuration is cut off')
    return top


def lines(nodes, path=()):
    """As lists of words, what `show configuration commands` would print."""
    for node in nodes:
        words = path + tuple(node.words)
        if node.below:
            for below in lines(node.below, words):
                yield below
        else:
            yield list(words)


def render(nodes, depth=0):
    """As VyOS writes it (src/cnode/cnode-algorithm.cpp)."""
    indent = '    ' * depth
    for node in nodes:
        for comment in node.comments:
            yield indent + comment + '\n'
        yield indent + ' '.join(node.words[:1] + [word if node.raw else _quoted(word) for word in node.words[1:]])
        if node.below is None:
            yield '\n'
        else:
            yield ' {\n'
            for text in render(node.below, depth + 1):
                yield text
            yield indent + '}\n'


def _quoted(value):
    return '"%s"' % value if NEEDS_QUOTES.search(value) else value
