"""Compiles examples and the corpus of recurrences, and assembles their kernels with ptxas.

    assemble_all.py EXAMPLES ARCHITECTURE DIRECTORY

What needs libdevice is left out. Prints how many modules and kernels there were, and which
of these do not keep their values in registers.
"""

import glob
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from assemble import assemble

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "Inputs"))
import gpu_cases


def assemble_module(source, architecture, folder):
    """Kernels of a module, and those with the bytes that they spill."""
    done = subprocess.run(
        ["kalmir-compile", source, "--target=cuda", "-march=" + architecture, "--emit=ptx",
         "-o", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    spills = {path: assemble(path, architecture)
              for path in sorted(glob.glob(os.path.join(folder, "*.ptx")))}
    assert spills, source
    return len(spills), {path: size for path, size in spills.items() if size > 0}


def main(examples, architecture, directory):
    os.makedirs(directory)
    sources = [path for path in sorted(glob.glob(os.path.join(examples, "*.mlir")))
               if os.path.basename(path) != "local_level.mlir"]
    for entry, module in gpu_cases.read_corpus():
        sources.append(os.path.join(directory, entry + ".mlir"))
        with open(sources[-1], "w") as file:
            file.write(module)
    # kla is both an example and in the corpus.
    folders = [os.path.join(directory, str(number)) for number in range(len(sources))]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(assemble_module, sources, [architecture] * len(sources), folders))
    print(f"{len(sources)} modules, {sum(count for count, _ in found)} kernels")
    for source, (_, spills) in zip(sources, found):
        for path, size in spills.items():
            print(f"{os.path.basename(source)}: {os.path.basename(path)} spills {size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
