"""Assembles every kernel of a module at the level `llvm` with ptxas.

    assemble.py MODULE.mlir ARCHITECTURE DIRECTORY

Each has one entry, calls nothing, and keeps its values in registers.
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
copying = vectors = 0
for name, escaped in images:
    ptx = re.sub(r"\\(..)", lambda code: chr(int(code[1], 16)), escaped).rstrip("\0")
    assert ptx.count(".visible .entry") == 1, name
    assert ".extern" not in ptx and ".local" not in ptx, name
    copying += "cp.async.cg.shared.global" in ptx
    vectors += "ld.shared.v4" in ptx
    path = os.path.join(directory, name + ".ptx")
    with open(path, "w") as file:
        file.write(ptx)
    done = subprocess.run(
        ["ptxas", "-v", "-arch=" + architecture, path, "-o", path + ".cubin"],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "0 bytes spill stores, 0 bytes spill loads" in done.stderr, done.stderr
print(f"{len(images)} kernels, {copying} copy 16 bytes at a time, {vectors} read vectors")
