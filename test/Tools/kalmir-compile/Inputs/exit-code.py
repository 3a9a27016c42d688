"""exit-code.py CODE [NAME=VALUE...] COMMAND...: succeeds if the command, run
with these variables, ends with the expected code."""

import os
import subprocess
import sys

expected, command = int(sys.argv[1]), sys.argv[2:]
environment = dict(os.environ)
while "=" in command[0]:
    name, value = command.pop(0).split("=", 1)
    environment[name] = value
code = subprocess.run(command, env=environment).returncode
if code != expected:
    sys.exit(f"expected exit code {expected}, found {code}")
