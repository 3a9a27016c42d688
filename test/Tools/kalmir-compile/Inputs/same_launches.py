"""Fails unless both files tell the same launches with the same arguments.

    same_launches.py LIBRARY.txt MANIFEST.txt
"""

import re
import sys


def read(path):
    text = open(path).read()
    text = re.sub(r" stream \S+| in \w+ \d+", "", text)
    bytes = re.search(r"(?:allocate|workspace) (\d+)", text)[1]
    return bytes, re.findall(r"launch .*", text)


library, manifest = map(read, sys.argv[1:])
assert library == manifest and library[1], (library, manifest)
print(f"{len(library[1])} launches, workspace {library[0]}")
