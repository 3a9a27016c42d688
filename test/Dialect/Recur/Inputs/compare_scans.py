"""Compares the recur.scan of functions, given as FILE:FUNCTION: the elements must be
of one size, and each region's number of operations within 5 % of the first one's.

The region is counted as text, one operation a line, constants left out.
"""

import re
import sys


def read(argument):
    path, name = argument.rsplit(":", 1)
    with open(path) as file:
        text = file.read()
    function = re.search(r"func\.func @%s\(.*?\n  }\n" % re.escape(name), text, re.S)
    if not function:
        sys.exit(f"no function @{name} in {path}")
    scans = re.findall(r"recur\.scan (\{.*?\n    \} ->)", function.group(0), re.S)
    if len(scans) != 1:
        sys.exit(f"expected one scan in @{name}, found {len(scans)}")
    identity = re.search(r"identity = \[(.*?)\]", scans[0]).group(1).count(":")
    counts = {}
    for region in ("step", "extend", "combine", "apply"):
        body = re.search(region + r" \{\n(.*?)\n    \}", scans[0], re.S).group(1)
        counts[region] = len(re.findall(r"^ *%\S+ = (?!arith\.constant)", body, re.M))
    return identity, counts


def main():
    first = read(sys.argv[1])
    print(f"{sys.argv[1]}: element {first[0]}, operations {first[1]}")
    failed = first[0] == 0 or min(first[1].values()) == 0
    for argument in sys.argv[2:]:
        size, counts = read(argument)
        print(f"{argument}: element {size}, operations {counts}")
        failed |= size != first[0]
        for region, count in counts.items():
            failed |= abs(count - first[1][region]) > 0.05 * first[1][region]
    sys.exit(1 if failed else 0)


main()
