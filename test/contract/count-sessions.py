"""count-sessions many times in one process: a Python of its own for each case would take ten times as long.

Reads a list of {"args", "input"} on stdin, and writes a list of {"status", "stdout", "stderr"}. Its argument is the program.
"""
import importlib.machinery
import io
import json
import sys

program = importlib.machinery.SourceFileLoader("count_sessions", sys.argv[1]).load_module()


def run(case):
    sys.stdin = io.TextIOWrapper(io.BytesIO(case["input"].encode()))
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    try:
        status = program.main(case["args"]) or 0
    except SystemExit as ended:
        status = ended.code
    return {"status": status, "stdout": sys.stdout.getvalue(), "stderr": sys.stderr.getvalue()}


results = [run(case) for case in json.load(sys.stdin)]
json.dump(results, sys.__stdout__)
