"""Names and sizes of what is measured on a GPU."""

# B, L, M, S of Kalman linear attention; B, L, D, N of the selective scan; bytes copied.
CASES = [
    ("copy", (1 << 30,)),
    ("kla", (8, 2048, 1024, 16)),
    ("kla", (4, 4096, 2048, 16)),
    ("kla", (32, 512, 1024, 16)),
    ("kla", (8, 2048, 1024, 64)),
    ("kla", (1, 2048, 1024, 16)),
    ("kla", (1, 32768, 1024, 16)),
    ("selective-scan", (8, 2048, 1024, 16)),
]


def name_of(kind, shape):
    return kind + "-" + "x".join(map(str, shape))
