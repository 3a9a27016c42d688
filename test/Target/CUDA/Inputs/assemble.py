"""Assembles every kernel of a module at the level `llvm` with ptxas.

    assemble.py MODULE.mlir ARCHITECTURE DIRECTORY

Each has one entry, calls nothing, and keeps its values in registers. ptxas may put two
addresses aside while time runs, which are used after it: 16 bytes, to have one more
workgroup on a multiprocessor.
"""

import os
import re
import subprocess
import sys

module, architecture, directory = sys.argv[1:]
os.makedirs(directory, exist_ok=True)
text = open(module).read()
images = re.findall(r'@([\w.]+)\.image\("((?:[^"\\]|\\.)*)"\)', text)
assert images, "no kernels"
for name, escaped in images:
    ptx = re.sub(r"\\(..)", lambda code: chr(int(code[1], 16)), escaped).rstrip("\0")
    assert ptx.count(".visible .entry") == 1, name
    assert ".extern" not in ptx and ".local" not in ptx, name
    path = os.path.join(directory, name + ".ptx")
    with open(path, "w") as file:
        file.write(ptx)
    done = subprocess.run(
        ["ptxas", "-v", "-arch=" + architecture, path, "-o", path + ".cubin"],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    spilled = re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", done.stderr)
    assert spilled and max(map(int, spilled.groups())) <= 16, done.stderr
print(f"{len(images)} kernels")
