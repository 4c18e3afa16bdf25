"""Cuts rows of digit groups into numbers: "714 602 380 01 10/12/1957" is a CPF and a date.

People put spaces, dots and hyphens anywhere in a number, and write two numbers side by side with
a space between. Every way to cut a row is priced, and the cheapest is taken: what checks out
(check digits, real dates) is cheap, joining over spaces costs a little, and a long group that
stands alone is hardly ever the half of something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_GROUP = re.compile(r"[0-9]+")
# "," joins only where dots would stand ("123,456,789-00"): not "187,40", nor a list "1, 2".
_JOINT = re.compile(r" ?[./-] ?| |,(?=[0-9]{3}(?![0-9]))")
_LONGEST_NUMBER = 20
_LONGEST = 48  # digits of the longest payment code
_PAYMENT_CODES = frozenset({44, 46, 47, 48})
_STANDS_ALONE = 7  # digits from which a group is mostly a number of its own
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LABEL_BEFORE = re.compile(r"(?:cpf|cnpj|uc|cod|codigo|n|no|num|numero|tel|dia|e|eh|:)$")


class Group(NamedTuple):
    """Adjacent digits."""

    start: int
    end: int
    digits: str


class Piece(NamedTuple):
    """Neighbouring groups that are one number, and the signs between them."""

    groups: tuple[Group, ...]
    joints: tuple[str, ...]

    @property
    def start(self) -> int:
        """Where it starts in the text."""
        return self.groups[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        """All digits without what stands between them."""
        return "".join(group.digits for group in self.groups)

    @property
    def is_tight(self) -> bool:
        """Whether no space is in it."""
        return not any(" " in joint for joint in self.joints)


Checker = Callable[[Piece], bool]
"""Whether a piece is right by itself: check digits that match, a date that exists."""


def pieces(text: str, checks_out: Checker) -> Iterator[Piece]:
    """Every number in a folded text."""
    for groups, joints in _rows(text):
        yield from _cheapest_cut(groups, joints, checks_out)


def _rows(text: str) -> Iterator[tuple[list[Group], list[str]]]:
    """Groups of digits with nothing but joints between them."""
    groups: list[Group] = []
    joints: list[str] = []
    for match in _GROUP.finditer(text):
        group = Group(match.start(), match.end(), match.group())
        if not _is_free(text, group):
            continue
        joint = text[groups[-1].end : group.start] if groups else ""
        if groups and _is_joint(text, groups[-1].end, group.start):
            joints.append(joint)
        elif groups:
            yield groups, joints
            groups, joints = [], []
        groups.append(group)
    if groups:
        yield groups, joints


def _is_free(text: str, group: Group) -> bool:
    """Whether the digits are not part of a word; "cpf123…" and long numbers may touch one."""
    after = text[group.end : group.end + 1]
    before = text[max(0, group.start - 6) : group.start]
    if after.isalpha() and len(group.digits) < _STANDS_ALONE:
        return False
    glued = before[-1:].isalpha()
    return not glued or len(group.digits) >= _STANDS_ALONE or bool(_LABEL_BEFORE.search(before))


def _is_joint(text: str, start: int, end: int) -> bool:
    match = _JOINT.match(text, start) if end - start <= 3 else None
    return match is not None and match.end() == end


def _cheapest_cut(
    groups: Sequence[Group], joints: Sequence[str], checks_out: Checker
) -> list[Piece]:
    best: list[tuple[float, int]] = [(0.0, 0)]
    """For each number of groups from the left: the price, and where the last piece starts."""
    for end in range(1, len(groups) + 1):
        options = []
        length = 0
        for start in range(end - 1, -1, -1):
            length += len(groups[start].digits)
            if length > _LONGEST and start < end - 1:
                break
            if length > _LONGEST_NUMBER and start < end - 1 and length not in _PAYMENT_CODES:
                continue
            piece = Piece(tuple(groups[start:end]), tuple(joints[start : end - 1]))
            options.append((best[start][0] + _price(piece, length, checks_out), start))
        best.append(min(options))
    found: list[Piece] = []
    end = len(groups)
    while end:
        start = best[end][1]
        found.append(Piece(tuple(groups[start:end]), tuple(joints[start : end - 1])))
        end = start
    return found[::-1]


def _price(piece: Piece, length: int, checks_out: Checker) -> float:
    if len(piece.groups) == 1:
        return 1.0
    spaces = sum(" " in joint for joint in piece.joints)
    tight = len(piece.joints) - spaces
    if length in _PAYMENT_CODES or checks_out(piece):
        return 1.0 + 0.01 * spaces
    if not 5 <= length <= _LONGEST_NUMBER or all(
        _YEAR.fullmatch(one.digits) for one in piece.groups
    ):
        return 100.0
    price = 1.0 + 0.3 * spaces + 0.1 * tight
    if spaces and any(len(group.digits) >= _STANDS_ALONE for group in piece.groups):
        price += 1.0
    return price + (0.7 if spaces and tight else 0.0)
