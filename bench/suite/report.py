"""Results as a Markdown report, with what they are held against."""

import statistics

MIB = 1 << 20


def median(result):
    return statistics.median(result["ms"])


def least(result):
    """On one thread of processor time, which others on the machine disturb less."""
    return min(result["cpu_ms"] if result["threads"] == 1 else result["ms"])


class Results:
    """Results by case, who, and threads; see `run.py` for what they hold."""

    def __init__(self, data):
        self.data = data
        self.by_key = {(r["case"], r["who"], r["threads"]): r for r in data["results"]}
        self.threads = sorted({r["threads"] for r in data["results"]})

    def get(self, case, who, threads):
        result = self.by_key.get((case, who, threads))
        return result if result and "wrong" not in result else None

    def who(self, case):
        return list(dict.fromkeys(r["who"] for r in self.data["results"] if r["case"] == case))

    def ratio(self, slow, fast):
        """Of medians, and of minima; each of (case, who, threads)."""
        a, b = self.get(*slow), self.get(*fast)
        if not a or not b:
            return None
        low = least if a["threads"] == b["threads"] else lambda result: min(result["ms"])
        return median(a) / median(b), low(a) / low(b)


def format_ratio(ratio):
    return "" if ratio is None else f"{ratio[0]:.2f} ({ratio[1]:.2f})"


def format_time(ms):
    return f"{ms:.4f}" if ms < 0.1 else f"{ms:.3f}" if ms < 10 else f"{ms:.1f}"


def table_of(results, case):
    """Rows of one case: times, and ratios to Kalmir."""
    name = case["name"]
    base = next((w for w in results.who(name) if w.startswith("kalmir")), None)
    yield "| who | threads | median ms | least ms | state-steps/s | ratio | error | memory MiB |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for threads in results.threads:
        for who in results.who(name):
            result = results.by_key.get((name, who, threads))
            if not result:
                continue
            if "wrong" in result:
                yield f"| {who} | {threads} | {result['wrong']} | | | | | |"
                continue
            steps, peak = result.get("state_steps"), result.get("peak_bytes")
            cells = [
                who,
                str(threads),
                format_time(median(result)),
                format_time(least(result)),
                f"{steps / median(result) * 1e3:.2e}" if steps else "",
                format_ratio(results.ratio((name, who, threads), (name, base, threads))),
                f"{result['error']:.1e}",
                f"{peak / MIB:.1f}" if peak is not None else "",
            ]
            yield "| " + " | ".join(cells) + " |"


def targets(results):
    """(what, wanted, found, met) of everything that was measured."""
    last = results.threads[-1]
    found = []

    def at_least(what, wanted, ratio):
        if ratio:
            found.append((what, f">= {wanted}", format_ratio(ratio), ratio[0] >= wanted))

    def at_most(what, wanted, value, text):
        found.append((what, f"<= {wanted}", text, value <= wanted))

    def best(case, threads):
        """The least ratio of any of the authors' implementations to ours."""
        ratios = [
            results.ratio((case, who, threads), (case, "kalmir", threads))
            for who in results.who(case)
            if who.startswith("kla_authors")
        ]
        return min((ratio for ratio in ratios if ratio), default=None)

    mixer = lambda who, threads: ("mixer", who, threads)
    if 2 in results.threads:
        at_least(
            "mixer: one thread / two", 1.7, results.ratio(mixer("kalmir", 1), mixer("kalmir", 2))
        )
    for threads in results.threads:
        of = f", {threads} thread" + ("s" if threads > 1 else "")
        ours = mixer("kalmir", threads)
        at_least(
            "mixer: plain loop / kalmir" + of, 1.5, results.ratio(mixer("plain", threads), ours)
        )
        at_least(
            "mixer: homogeneous loop / kalmir" + of,
            1.3,
            results.ratio(mixer("homogeneous", threads), ours),
        )
        authors = best("mixer", threads)
        at_least("mixer: authors' best / kalmir" + of, 15, authors)
    at_least(
        f"one series: plain loop / kalmir, {last} threads",
        8,
        results.ratio(("series", "plain", last), ("series", "kalmir", last)),
    )
    at_least(
        f"whole layer: authors' best / kalmir, {last} threads",
        3,
        best("block", last),
    )
    for threads in results.threads:
        ratio = results.ratio(("bf16", "kalmir bf16", threads), ("bf16", "kalmir f32", threads))
        if ratio:
            at_most(f"bf16 / f32, {threads} thread(s)", 1, ratio[0], format_ratio(ratio))
    lengths = {
        case["length"]: results.get(case["name"], "kalmir", last)
        for case in results.data["cases"]
        if case["length"] and results.get(case["name"], "kalmir", last)
    }
    if len(lengths) > 1:
        rates = {n: least(r) / r["state_steps"] for n, r in lengths.items()}
        longest = max(rates)
        ratio = rates[longest] / min(rates.values())
        at_most(f"time per step at L={longest} / least of all L", 1.2, ratio, f"{ratio:.2f}")
    peaks = [
        r["peak_bytes"]
        for r in results.data["results"]
        if r["who"].startswith("kalmir") and r.get("peak_bytes") is not None
    ]
    if peaks:
        at_most(
            "memory beyond inputs and outputs, MiB", 64, max(peaks) / MIB, f"{max(peaks) / MIB:.1f}"
        )
    compile_s = results.data["compile_s"].get("kalmir")
    if compile_s:
        middle = statistics.median(compile_s)
        at_most(
            "compiling examples/kla.mlir, seconds",
            1,
            middle,
            f"{middle:.2f} ({min(compile_s):.2f})",
        )
    return found


def write(data, path):
    results = Results(data)
    lines = ["# Results", ""]
    lines += [f"* {key}: {value}" for key, value in data["machine"].items()]
    lines += [f"* versions: {'; '.join(data['versions'])}", ""]
    lines += [
        "Medians are of wall time; the least time is, on one thread, of processor time. "
        "Ratios are of medians, in brackets of least times, to Kalmir on as many threads.",
        "",
    ]
    lines += ["| target | wanted | found | met |", "| --- | --- | --- | --- |"]
    for what, wanted, found, met in targets(results):
        lines.append(f"| {what} | {wanted} | {found} | {'yes' if met else 'no'} |")
    for case in data["cases"]:
        lines += ["", f"## {case['title']}", "", *table_of(results, case)]
    if data["skipped"]:
        lines += ["", "## Skipped", "", *[f"* {text}" for text in data["skipped"]]]
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return lines
