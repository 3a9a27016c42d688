"""Assembles every kernel of a module at the level `llvm` with ptxas.

    assemble.py MODULE.mlir ARCHITECTURE DIRECTORY

Each has one entry, calls nothing, and keeps its values in registers.
"""

import os
import re
import subprocess
import sys


def assemble(path, architecture):
    """Checks the PTX in a file; bytes of values that do not stay in registers."""
    with open(path) as file:
        ptx = file.read()
    assert ptx.count(".visible .entry") == 1, path
    assert ".extern" not in ptx and ".local" not in ptx, path
    done = subprocess.run(
        ["ptxas", "-v", "-arch=" + architecture, path, "-o", path + ".cubin"],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    stores, loads = re.search(
        r"(\d+) bytes spill stores, (\d+) bytes spill loads", done.stderr).groups()
    return max(int(stores), int(loads))


def main(module, architecture, directory):
    os.makedirs(directory, exist_ok=True)
    with open(module) as file:
        images = re.findall(r'@([\w.]+)\.image\("((?:[^"\\]|\\.)*)"\)', file.read())
    assert images, "no kernels"
    copying = vectors = 0
    for name, escaped in images:
        ptx = re.sub(r"\\(..)", lambda code: chr(int(code[1], 16)), escaped).rstrip("\0")
        copying += "cp.async.cg.shared.global" in ptx
        vectors += "ld.shared.v4" in ptx
        path = os.path.join(directory, name + ".ptx")
        with open(path, "w") as file:
            file.write(ptx)
        assert assemble(path, architecture) == 0, name
    print(f"{len(images)} kernels, {copying} copy 16 bytes at a time, {vectors} read vectors")


if __name__ == "__main__":
    main(*sys.argv[1:])
