"""Two matrices of seconds beside each other: how many pairs agree, and which differ most."""

from dataclasses import dataclass

import numpy

LONG_S = 60  # shorter times say little: a second is more than a per cent of them


@dataclass
class Agreement:
    pairs: int
    ours_alone: int
    theirs_alone: int
    median: float
    within_1: float
    within_5: float
    tails: tuple  # ratios at 0.1, 1, 99 and 99.9 %

    def row(self):
        low, small, large, high = self.tails
        return (
            f"{self.pairs:,} | {self.ours_alone:,} | {self.theirs_alone:,} | {self.median:.3f} | {self.within_1:.1%} | "
            f"{self.within_5:.1%} | {low:.2f}, {small:.2f} | {large:.2f}, {high:.2f}"
        )


HEADER = (
    "pairs | only isokron | only the other | median | within 1 % | within 5 % | least 0.1 %, 1 % | greatest 1 %, 0.1 %"
)


def different(count):
    return ~numpy.eye(count, dtype=bool)


def ratios(ours, theirs):
    """Ours by theirs, nan where either has no time, on the diagonal, and for short times."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        ratio = ours / theirs
    fits = different(len(ours)) & numpy.isfinite(ours) & numpy.isfinite(theirs) & (theirs >= LONG_S)
    return numpy.where(fits, ratio, numpy.nan)


def agreement(ours, theirs):
    ratio = ratios(ours, theirs)
    ratio = ratio[numpy.isfinite(ratio)]
    here, there = (numpy.isfinite(times) & different(len(times)) for times in (ours, theirs))
    off = abs(ratio - 1)
    return Agreement(
        len(ratio), int((here & ~there).sum()), int((there & ~here).sum()), float(numpy.median(ratio)),
        float((off <= 0.01).mean()), float((off <= 0.05).mean()), tuple(numpy.quantile(ratio, [0.001, 0.01, 0.99, 0.999])),
    )


def worst(ours, theirs, count):
    """Pairs of which the ratio is farthest from 1, no place twice: [(row, column)]."""
    far = abs(numpy.log(ratios(ours, theirs)))
    order = numpy.argsort(numpy.where(numpy.isfinite(far), far, -1), axis=None)[::-1]
    chosen, used = [], set()
    for at in order:
        pair = divmod(int(at), len(ours))
        if not numpy.isfinite(far[pair]) or len(chosen) == count:
            break
        if used.isdisjoint(pair):
            chosen.append(pair)
            used.update(pair)
    return chosen
