"""The figures as a table of ratios, and as a picture."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.engine.sides import Figures
from benchmarks.engine.talk import MESSAGES


def table(sides: Sequence[Figures], examples: int, most: int | None) -> str:
    """Markdown; the ratios say how many times ours is better.

    ``most`` is of each intent, where they are not all.
    """
    ours, *others = sides
    head = ["", *(side.name for side in sides), *(f"against {side.name}" for side in others)]
    rows = [head, ["---"] * len(head)]

    def row(name: str, unit: str, values: list[float], more_is_better: bool = False) -> None:
        mine, *theirs = values
        ratios = [mine / one if more_is_better else one / mine for one in theirs]
        shown = [f"{value:,.1f} {unit}" for value in values]
        rows.append([name, *shown, *(f"**{ratio:.1f}×**" for ratio in ratios)])

    row("training, cold", "s", [side.training.cold for side in sides])
    row("training, one example more", "s", [side.training.one_more for side in sides])
    row("training, nothing changed", "s", [side.training.unchanged for side in sides])
    row("start until it answers", "s", [side.start for side in sides])
    row("memory, resident", "MB", [side.memory for side in sides])
    for length in _common(sides, "times"):
        for percent in (50, 95, 99):
            values = [percentile(side, length, percent) * 1000 for side in sides]
            row(f"turn {length}, p{percent}", "ms", values)
    for number in _common(sides, "rates"):
        rates = [side.played["rates"][number] for side in sides]
        row(f"{number} at once", "turns/s", [rate["a_second"] for rate in rates], True)
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([_heading(examples, most), "", *lines, "", *_alone(ours)])


def percentile(side: Figures, length: str, percent: int) -> float:
    """Seconds of a turn after so many others, within which so many per cent of them stay."""
    cuts = statistics.quantiles(side.played["times"][length], n=100, method="inclusive")
    return cuts[percent - 1]


def least_cpu(side: Figures, length: str) -> float:
    """Seconds of CPU for a round of messages: of each the least, to which a busy machine adds."""
    worked = side.played["cpu"][length]
    return sum(min(worked[at :: len(MESSAGES)]) for at in range(len(MESSAGES)))


def picture(sides: Sequence[Figures], examples: int, path: Path) -> None:
    """What a designer and what a customer wait for, in a file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 5), layout="constrained")
    figure.suptitle(
        f"Clara beside stock Rasa, {examples:,} examples (logarithmic scales; lower is better)"
    )
    _draw_training(left, sides)
    _draw_turns(right, sides)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def _draw_training(axes: Any, sides: Sequence[Figures]) -> None:
    names = ("cold", "one example more", "nothing changed")
    width = 0.8 / len(sides)
    for place, side in enumerate(sides):
        trained = side.training
        values = [trained.cold, trained.one_more, trained.unchanged]
        middles = [number + (place - (len(sides) - 1) / 2) * width for number in range(len(names))]
        bars = axes.bar(middles, values, width, label=side.name)
        axes.bar_label(bars, [f"{value:,.1f}" for value in values], padding=2, fontsize=8)
    axes.set(ylabel="seconds", yscale="log")
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.margins(y=0.15)
    axes.set_xticks(range(len(names)), names)
    axes.set_title("Training")
    axes.grid(True, axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend()


def _draw_turns(axes: Any, sides: Sequence[Figures]) -> None:
    for side in sides:
        lengths = [int(length) for length in side.played["times"]]
        medians, slowest = (
            [percentile(side, length, percent) * 1000 for length in side.played["times"]]
            for percent in (50, 95)
        )
        (line,) = axes.plot(lengths, medians, "o-", label=side.name)
        axes.fill_between(lengths, medians, slowest, alpha=0.15, color=line.get_color())
    axes.set(xlabel="turns of the conversation", ylabel="milliseconds", xscale="log", yscale="log")
    ticks = sorted({int(length) for side in sides for length in side.played["times"]})
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.set_title("A turn: median, and shaded from there to p95")
    axes.grid(True, alpha=0.3)
    axes.legend()


def _common(sides: Sequence[Figures], kind: str) -> list[str]:
    return [key for key in sides[0].played[kind] if all(key in s.played[kind] for s in sides)]


def _alone(ours: Figures) -> list[str]:
    """What only ours was asked for: how a long conversation compares with its beginning."""
    lengths = list(ours.played["times"])
    first, last = (percentile(ours, length, 50) for length in (lengths[0], lengths[-1]))
    few, many = (least_cpu(ours, length) * 1000 for length in (lengths[0], lengths[-1]))
    rates = ours.played["rates"].values()
    best = max(rate["a_second_and_core"] for rate in rates)
    return [
        f"Clara's turn {lengths[-1]} takes {last / first:.2f} of turn {lengths[0]} "
        f"(p50 {last * 1000:.1f} ms against {first * 1000:.1f} ms); "
        f"{best:.0f} turns a second and core, actions included.",
        f"In CPU, the round of messages up to it takes {many / few:.2f} of the first: at the least "
        f"{many:.0f} ms against {few:.0f} ms.",
    ]


def _heading(examples: int, most: int | None) -> str:
    cores = len([1 for line in _cpu() if line.startswith("processor")])
    model = next((line.split(":")[1].strip() for line in _cpu() if "model name" in line), "?")
    which = f"at most {most} of each intent" if most else "all there are"
    return (
        f"Measured {date.today().isoformat()}: {cores} cores of {model}, "
        f"{platform.system()}, Python {platform.python_version()}. "
        f"Learned from {examples:,} examples, {which}."
    )


def _cpu() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
