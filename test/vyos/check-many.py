"""Checks many configurations in one process, for most of what a check takes is the start: check-many.py CHECKER.

A request is a line of JSON: the checker's arguments, and its standard input. The answer is a line: what it printed.
"""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import sys

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_loader('checker', importlib.machinery.SourceFileLoader('checker', sys.argv[1]))
checker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checker)

requests = sys.stdin
for request in requests:
    arguments, given = json.loads(request)
    sys.argv = [sys.argv[0]] + arguments
    sys.stdin = io.StringIO(given)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        checker.main()
    print(json.dumps(json.loads(printed.getvalue())), flush=True)
