"""Prints what a library exports: each class and function once, by its name.

  exported_names.py LIBRARY

Members count as their class, and the vtable and type information of a class as
the class; `TypeID of X` is what makes isa<X> work across libraries. Classes are
told from namespaces by their capital letter. Weak C++ symbols (inline functions,
which every user has) are left out.
"""

import re
import subprocess
import sys


def shorten(symbol):
    type_id = re.match(r"mlir::detail::TypeIDResolver<(.*), void>::id$", symbol)
    if type_id:
        return "TypeID of " + type_id.group(1)
    symbol = re.sub(r"^(vtable|typeinfo|typeinfo name) for ", "", symbol)
    name = []
    # Function templates have their result in front, and some names an ABI tag behind.
    for part in re.split(r"[(<[]", symbol)[0].split(" ")[-1].split("::"):
        name.append(part)
        if part[0].isupper():
            break
    return "::".join(name)


listing = subprocess.run(
    ["llvm-nm", "--dynamic", "--defined-only", "--demangle", sys.argv[1]],
    check=True, capture_output=True, text=True).stdout
names = set()
for line in listing.splitlines():
    _, kind, symbol = line.split(" ", 2)
    if kind not in "WV" or "::" not in symbol:
        names.add(shorten(symbol))
print("\n".join(sorted(names)))
