"""Pictures on which little can be seen, of which little is left, or whose file is unlike the others.

Shape legend: N pictures.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sftviz.audit.findings import Finding, Noticed, counted
from sftviz.audit.headers import PECULIARITIES
from sftviz.audit.looks import Looks
from sftviz.data.decode import FORMATS
from sftviz.data.listing import Listing
from sftviz.data.pixels import MAX_ASPECT

_BLANK = 0.05  # from the darkest to the brightest hundredth of a picture: hardly visible on any screen
_DARK, _BRIGHT = 0.2, 0.85  # the brightest hundredth is as dark, or the darkest as bright
# Iglewicz & Hoaglin 1993, "How to detect and handle outliers": modified z-scores beyond 3.5.
_OUTLYING = 3.5
_TO_DEVIATION = 1.4826  # from the median absolute deviation to the standard deviation of a normal distribution
# However sharp the set is: pictures of 256 pixels, blurred by 3, lie below this in nine of ten cases, and of some 2,800
# photographs and drawings 20 do as they are.
_SURELY_SOFT = -2.0
_TINY = 64  # pixels of the short side: stretched to 224, eleven in twelve pixels that the network sees are made up
_RARE = 0.02  # share of the files: one in fifty
_MOST_ODD = 0.5  # what most pictures are is not odd

_PECULIAR_WORDS = {
    "turned": ("file is turned upright as its EXIF data say", "files are turned upright as their EXIF data say"),
    "animated": ("file has several frames; the first counts", "files have several frames; the first counts"),
    "deep": ("file has more than 8 bits a channel", "files have more than 8 bits a channel"),
    "cmyk": ("file is in the colours of print (CMYK)", "files are in the colours of print (CMYK)"),
    "transparent": (
        "file is transparent in parts, shown on white",
        "files are transparent in parts, shown on white",
    ),
}


def is_blank(looks_N: Looks) -> NDArray[np.bool_]:
    """Whether each picture shows nothing."""
    blank: NDArray[np.bool_] = looks_N["brightest"] - looks_N["darkest"] < _BLANK
    return blank


def hard_to_see(looks_N: Looks) -> list[Finding]:
    """Blank, dark, washed-out and blurred pictures; each is one of these at most."""
    blank_N = is_blank(looks_N)
    dark_N = ~blank_N & (looks_N["brightest"] < _DARK)
    bright_N = ~blank_N & (looks_N["darkest"] > _BRIGHT)
    blurred_N = _is_soft(looks_N["sharpness"], ~blank_N & ~dark_N & ~bright_N)
    brightness_N = looks_N["brightness"]
    found = [
        _finding(
            "blank",
            ("picture shows nothing", "pictures show nothing"),
            "Of one tone all over, there is nothing to learn but that such a picture has this label.",
            _noticed(blank_N, brightness_N, "brightness {:.0%}"),
            must_mend=True,
        ),
        _finding(
            "dark",
            ("picture is dark", "pictures are dark"),
            "Even the brightest parts are nearly black. Look whether what the label says can be seen at all.",
            _noticed(dark_N, brightness_N, "brightness {:.0%}"),
        ),
        _finding(
            "bright",
            ("picture is washed out", "pictures are washed out"),
            "Even the darkest parts are nearly white. Look whether what the label says can be seen at all.",
            _noticed(bright_N, brightness_N, "brightness {:.0%}"),
        ),
        _finding(
            "blurred",
            ("picture is blurred", "pictures are blurred"),
            "Not even the sharpest part is nearly as sharp as in the other pictures of this data set. Keep them if the "
            "model will meet such pictures; leave them out if they are accidents.",
            _noticed(blurred_N, looks_N["sharpness"]),
        ),
    ]
    return [finding for finding in found if finding]


def badly_shaped(listing: Listing) -> list[Finding]:
    """Tiny pictures, and strips whose ends a network does not see."""
    sizes_N2 = np.array([(picture.width, picture.height) for picture in listing.pictures], dtype=np.int64)
    short_N, long_N = sizes_N2.min(axis=1), sizes_N2.max(axis=1)
    found = [
        _finding(
            "tiny",
            (f"picture is smaller than {_TINY} pixels", f"pictures are smaller than {_TINY} pixels"),
            "Stretched to what a network takes in, most of each is made up. If there are larger originals, use them.",
            _noticed(short_N < _TINY, short_N, "{:,.0f} px high or wide"),
        ),
        _finding(
            "aspect",
            ("picture is a long strip", "pictures are long strips"),
            f"Of a side more than {MAX_ASPECT} times the other only the middle is kept, and of that the network sees a "
            "square. Cut out the part that the label is about.",
            _noticed(long_N > MAX_ASPECT * short_N, long_N / short_N, "{:.1f} to 1"),
        ),
    ]
    return [finding for finding in found if finding]


def unlike_the_others(listing: Listing, looks_N: Looks) -> list[Finding]:
    """Files that are read correctly, but are not what most of the others are."""
    return [finding for finding in (*_peculiar(listing, looks_N), *_of_rare_types(listing, looks_N)) if finding]


def _peculiar(listing: Listing, looks_N: Looks) -> Iterator[Finding | None]:
    for place, name in enumerate(PECULIARITIES):
        is_so_N = looks_N["peculiarities"] >> place & 1 == 1
        if is_so_N.mean() <= _MOST_ODD:
            one, many = _PECULIAR_WORDS[name]
            advice = "Read correctly, here and in training. Nothing to do, unless it surprises you."
            yield _finding(f"odd-{name}", (one, many), advice, _sized(listing, is_so_N), can_go=False)


def _of_rare_types(listing: Listing, looks_N: Looks) -> Iterator[Finding | None]:
    shares = np.bincount(looks_N["format"], minlength=len(FORMATS)) / len(looks_N)
    usual = FORMATS[int(shares.argmax())]
    for form, share in enumerate(shares):
        if share <= _RARE:
            words = (f"{FORMATS[form]} file among {usual} files", f"{FORMATS[form]} files among {usual} files")
            advice = "A file of another type often comes from elsewhere: a placeholder, a screenshot, an icon."
            yield _finding(f"odd-{FORMATS[form].lower()}", words, advice, _sized(listing, looks_N["format"] == form))


def _is_soft(sharpness_N: NDArray[np.float32], is_judged_N: NDArray[np.bool_]) -> NDArray[np.bool_]:
    judged = sharpness_N[is_judged_N]
    middle = np.median(judged) if len(judged) else 0.0
    deviation = _TO_DEVIATION * np.median(np.abs(judged - middle)) if len(judged) else 0.0
    soft: NDArray[np.bool_] = is_judged_N & (sharpness_N < min(middle - _OUTLYING * deviation, _SURELY_SOFT))
    return soft


def _sized(listing: Listing, is_so_N: NDArray[np.bool_]) -> tuple[Noticed, ...]:
    sizes = ((index, listing.pictures[index]) for index in np.flatnonzero(is_so_N).tolist())
    return tuple(Noticed(index, f"{picture.width:,} × {picture.height:,} px") for index, picture in sizes)


def _noticed(is_so_N: NDArray[np.bool_], values_N: NDArray[np.number], form: str = "") -> tuple[Noticed, ...]:
    """The pictures of which something holds, the least value first."""
    places = np.flatnonzero(is_so_N)
    ranked = places[np.argsort(values_N[places], kind="stable")].tolist()
    return tuple(Noticed(index, form.format(values_N[index])) for index in ranked)


def _finding(
    key: str,
    words: tuple[str, str],
    advice: str,
    pictures: tuple[Noticed, ...],
    *,
    must_mend: bool = False,
    can_go: bool = True,
) -> Finding | None:
    if not pictures:
        return None
    leave_out = tuple(sorted(noticed.index for noticed in pictures)) if can_go else ()
    return Finding(key, "mend" if must_mend else "look", counted(len(pictures), *words), advice, pictures, leave_out)
