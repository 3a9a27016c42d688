"""Fails unless every header and .td file of ours that an installed one includes
is installed too.

  check_includes.py DIRECTORY
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
files = [path for suffix in ("h", "inc", "td") for path in root.rglob("*." + suffix)]
missing = 0
for path in files:
    for name in re.findall(r'include "(kalmir/[^"]+)"', path.read_text()):
        if not (root / name).exists():
            print(f"{path}: expected '{name}' below {root}, found nothing")
            missing += 1
print(f"{len(files)} files, {missing} missing")
sys.exit(missing != 0)
