"""Rewrites a bytecode file as if version 2 of the recur dialect had written it.

  raise_version.py FILE
"""

import pathlib
import sys

# A dialect's version is a section of its own: its number, its length, and the
# version, where 2 n + 1 encodes the number n in one byte.
SECTION, ONE_BYTE = 7, 3
file = pathlib.Path(sys.argv[1])
content = file.read_bytes()
found = bytes([SECTION, ONE_BYTE, 2 * 1 + 1])
if content.count(found) != 1:
    sys.exit("expected one dialect of version 1")
file.write_bytes(content.replace(found, bytes([SECTION, ONE_BYTE, 2 * 2 + 1])))
