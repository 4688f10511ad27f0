"""Whether there are enough pictures of each class, and about as many."""

import math

from sftviz.audit.findings import Finding, Noticed, counted
from sftviz.data.listing import Listing

_FEW, _TOO_FEW = 20, 5  # a fifth for validation is 4 pictures, whose accuracy has an interval of 50 points; or only 1
_MUCH, _TOO_MUCH = 3.0, 10.0  # to say only the larger of two classes is right three times in four; ten in eleven


def unbalanced(listing: Listing) -> list[Finding]:
    """Classes with few pictures to learn from, and classes that differ in number."""
    counts = [sides.total() - sides["validation"] - sides["test"] for sides in listing.counts().values()]
    return [finding for finding in (_few(listing, counts), _imbalance(listing, counts)) if finding]


def effective_classes(counts: list[int]) -> float:
    """The number of equally large classes that are as hard to guess among: the exponential of the entropy.

    Source: Hill 1973, "Diversity and evenness" (order 1).
    """
    shares = [count / sum(counts) for count in counts if count]
    return math.exp(-sum(share * math.log(share) for share in shares))


def _few(listing: Listing, counts: list[int]) -> Finding | None:
    scarce = [label for label, count in enumerate(counts) if count < _FEW]
    if not scarce:
        return None
    least = min(scarce, key=counts.__getitem__)
    return Finding(
        "few",
        "mend" if counts[least] < _TOO_FEW else "look",
        counted(len(scarce), f"class has fewer than {_FEW} pictures", f"classes have fewer than {_FEW} pictures"),
        f"To learn from, {listing.classes[least]} has {counts[least]:,}, the fewest. What is measured of so few has a "
        "wide interval, and the model may learn them by heart. Add pictures of these classes, or merge two that are "
        "alike.",
        _of_classes(listing, scarce),
    )


def _imbalance(listing: Listing, counts: list[int]) -> Finding | None:
    ratio = max(counts) / max(min(counts), 1)
    if ratio < _MUCH:
        return None
    least, most = counts.index(min(counts)), counts.index(max(counts))
    return Finding(
        "imbalance",
        "mend" if ratio >= _TOO_MUCH else "look",
        f"The largest class has {ratio:,.1f} times as many pictures as the smallest",
        f"{counts[most]:,} of {listing.classes[most]}, {counts[least]:,} of {listing.classes[least]}: as uneven as "
        f"{effective_classes(counts):.1f} equally large classes instead of {len(counts)}. Judge by balanced accuracy "
        "or macro F1, not by accuracy, and add pictures of the small classes.",
        _of_classes(listing, [least]),
    )


def _of_classes(listing: Listing, labels: list[int]) -> tuple[Noticed, ...]:
    of_interest = set(labels)
    return tuple(
        Noticed(index, str(picture.side or ""), labels.index(picture.label))
        for index, picture in enumerate(listing.pictures)
        if picture.label in of_interest and picture.side in (None, "train")
    )
