"""Copies a module with every f32 made f64: as_f64.py FROM TO. The reference
then rounds nothing on the way out, and formulas can be compared to 1e-12."""

import sys

with open(sys.argv[1]) as source, open(sys.argv[2], "w") as target:
    target.write(source.read().replace("f32", "f64"))
