"""Tables of what was measured on a GPU."""

import datetime
import json
import os

import torch

# Relative error, in the 2-norm, above which a result is called wrong.
TOLERANCE = {"f32": 1e-4, "bf16": 1e-2}


def _wrong(contender):
    tolerance = TOLERANCE["bf16" if "bf16" in contender.name else "f32"]
    # Not a number is wrong too.
    return not all(error <= tolerance for error in contender.errors)


def _counts(contender):
    return bool(contender.times) and not contender.failed and not _wrong(contender)


def _is_ours(contender):
    return contender.name.startswith("Kalmir ")


def all_right(cases):
    """Whether Kalmir's results are."""
    return all(_counts(c) for case in cases for c in case.contenders if _is_ours(c))


def _errors(contender):
    return ", ".join(f"{error:.1e}" for error in contender.errors)


def _cell(contender):
    """Milliseconds and errors, or why there are none."""
    if contender.failed:
        return contender.failed.split(":")[0]
    text = f"{contender.median:.3f} ({_errors(contender)})" if contender.times else ""
    return "wrong: " + text if _wrong(contender) else text


def _table(header, rows):
    lines = ["| " + " | ".join(cells) + " |" for cells in [header, ["---"] * len(header), *rows]]
    return "\n".join(lines) + "\n"


def _kla_rows(cases):
    for case in cases:
        ours = {c.name.removeprefix("Kalmir "): c for c in case.contenders if _is_ours(c)}
        theirs = [c for c in case.contenders if not _is_ours(c) and _counts(c)]
        row = [", ".join(map(str, case.shape)), *map(_cell, ours.values())]
        if theirs:
            best = min(theirs, key=lambda c: c.median)
            row += [f"{best.name}: {_cell(best)}"]
            row += [
                f"{best.median / ours[name].median:.2f}" if _counts(ours[name]) else ""
                for name in ("y", "y, variance")
            ]
        else:
            row += ["", "", ""]
        yield row


def _peer_rows(cases):
    names = dict.fromkeys(c.name for case in cases for c in case.contenders if not _is_ours(c))
    for name in names:
        found = [next((c for c in case.contenders if c.name == name), None) for case in cases]
        yield [name, *(_cell(c) if c else "" for c in found)]


def _scan_rows(case):
    mamba = {c.name.split()[-1]: c for c in case.contenders if c.name.startswith("mamba")}
    for contender in case.contenders:
        peer = mamba.get(contender.name.split()[-1])
        ratio = ""
        if peer and peer is not contender and _counts(peer) and _counts(contender):
            ratio = f"{peer.median / contender.median:.2f}"
        yield [contender.name, _cell(contender), ratio]


def _markdown(suite, done):
    of_kind = lambda kind: [case for case in done if case.kind == kind]
    parts = [
        f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__},"
        f" {datetime.date.today().isoformat()}, seed {suite.seed}."
        " Medians in ms; in brackets errors relative to float64, in the 2-norm.\n"
    ]
    for case in of_kind("copy"):
        ms = case.contenders[0].median
        parts.append(f"Copying {case.shape[0] >> 20} MiB: {2e-9 * case.shape[0] / ms:.2f} TB/s.\n")
    kla = of_kind("kla")
    if kla:
        header = ["B, L, M, S", "y", "y, variance", "y, bf16", "best peer (y, variance)"]
        parts.append(_table([*header, "peer / y", "peer / y, variance"], _kla_rows(kla)))
        shapes = [", ".join(map(str, case.shape)) for case in kla]
        parts.append(_table(["peer", *shapes], _peer_rows(kla)))
    for case in of_kind("selective-scan"):
        parts.append(_table(["selective scan", "ms", "mamba / this"], _scan_rows(case)))
    parts += [f"Skipped: {text}\n" for text in suite.skipped]
    return "\n".join(parts)


def write(folder, suite, done):
    """results.md and results.json."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "results.md"), "w") as file:
        file.write(_markdown(suite, done))
    details = [
        {
            "case": case.name,
            "who": contender.name,
            "ms": contender.times,
            "errors": contender.errors,
            "failed": contender.failed,
        }
        for case in done
        for contender in case.contenders
    ]
    with open(os.path.join(folder, "results.json"), "w") as file:
        json.dump({"seed": suite.seed, "skipped": suite.skipped, "results": details}, file)
