"""Runs the four filters of scalar-filter.mlir and compares all their results with
what filter_oracle.py wrote, to 1e-12 of the majorant.

    filter_accuracy.py DIR -- kalmir-run ... scalar-filter.mlir
"""

import subprocess
import sys

import numpy as np

TOLERANCE = 1e-12
RESULTS = ["fm", "fv", "pm", "pv", "i", "iv", "ll"]
WITH_MAJORANT = ["fm", "pm", "i", "ll"]


def main():
    folder, command = sys.argv[1], sys.argv[sys.argv.index("--") + 1 :]
    path = lambda name: f"{folder}/{name}.npy"
    failed = False
    for prior in ("proper", "diffuse"):
        for when in ("first", "before"):
            inputs = ["y", "a", "c", "q", "h", "r"]
            inputs += ["m0", "P0"] if prior == "proper" else []
            found = [f"found-{name}" for name in RESULTS]
            subprocess.run(
                command
                + [
                    f"--entry={prior}_{when}",
                    "--in=" + ",".join(map(path, inputs)),
                    "--out=" + ",".join(map(path, found)),
                ],
                check=True,
            )
            for name in RESULTS:
                expected = np.load(path(f"{prior}-{when}-{name}"))
                values = np.load(path(f"found-{name}"))
                scale = np.abs(expected)
                if name in WITH_MAJORANT:
                    scale = np.load(path(f"{prior}-{when}-{name}-majorant"))
                with np.errstate(all="ignore"):
                    error = np.abs(values - expected) / np.maximum(scale, 1e-300)
                # Infinities and NaN must stand where they belong.
                same = (values == expected) | (np.isnan(values) & np.isnan(expected))
                error = np.where(same, 0, np.where(np.isfinite(error), error, np.inf))
                worst = error.max() if error.size else 0.0
                if not worst <= TOLERANCE:
                    failed = True
                    where = np.unravel_index(np.argmax(error), error.shape)
                    print(f"{prior}_{when} {name}: error {worst:.3g} at {where}: "
                          f"expected {expected[where]!r}, found {values[where]!r}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
