"""Runs a command and fails unless it ends with the given exit code; its standard
error goes to standard output, for FileCheck. In RUN lines: %exits.

  %exits CODE [--unchanged=FOLDER] [NAME=VALUE...] COMMAND...

The command sees the variables NAME.
With --unchanged it also fails if the command added, removed or changed a file
in the folder.
"""

import os
import subprocess
import sys


def snapshot(folder):
    if folder is None:
        return None
    return {
        entry.name: (entry.stat().st_size, entry.stat().st_mtime_ns)
        for entry in os.scandir(folder)
    }


def main(code, *command):
    folder = None
    if command[0].startswith("--unchanged="):
        folder = command[0].split("=", 1)[1]
        command = command[1:]
    environment = dict(os.environ)
    while "=" in command[0]:
        name, value = command[0].split("=", 1)
        environment[name] = value
        command = command[1:]
    before = snapshot(folder)
    result = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, check=False, env=environment
    )
    print(result.stderr, end="")
    if result.returncode != int(code):
        sys.exit(f"expect_exit: expected exit code {code}, found {result.returncode}")
    after = snapshot(folder)
    if before != after:
        sys.exit(f"expect_exit: expected {before} in {folder}, found {after}")


main(*sys.argv[1:])
