"""Prints the first block of code of a language in a Markdown file.

    guide_code.py FILE LANGUAGE
"""

import sys

path, language = sys.argv[1:]
_, _, rest = open(path).read().partition(f"```{language}\n")
code, end, _ = rest.partition("```")
assert end, "no such block"
print(code)
