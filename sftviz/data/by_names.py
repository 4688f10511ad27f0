"""Labels by names: the class is a part of each file's own name, found by a rule that a person has chosen."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sftviz.data.folders import files_below, unwrapped
from sftviz.data.layout import Labelled, Layout, laid_out
from sftviz.data.listing import Rejection
from sftviz.data.names import as_text, ends_like_a_picture, is_text, shown
from sftviz.data.sides import sides_apart, sides_below
from sftviz.errors import DataError

NameRule = Literal["first_part", "before_number", "last_part"]

RULE_TITLES: dict[NameRule, str] = {
    "first_part": "Before the first underscore, hyphen or space",
    "before_number": "Before the number at the end",
    "last_part": "After the last underscore, hyphen or space",
}
RULE_EXAMPLES: dict[NameRule, str] = {
    "first_part": "cat_indoors_01.jpg → cat",
    "before_number": "black_cat_01.jpg → black_cat",
    "last_part": "01_indoors_cat.jpg → cat",
}

_MARKS = re.compile("[_ -]+")
_NUMBER = re.compile(r"[\s_.(-]*[0-9]+\)?$")  # Windows names copies "cat (2)"


def _first_part(stem: str) -> str:
    return _MARKS.split(stem)[0] if _MARKS.search(stem) else ""


def _last_part(stem: str) -> str:
    return _MARKS.split(stem)[-1] if _MARKS.search(stem) else ""


def _before_number(stem: str) -> str:
    number = _NUMBER.search(stem)
    return stem[: number.start()] if number else ""


_RULES: dict[NameRule, Callable[[str], str]] = {
    "first_part": _first_part,
    "before_number": _before_number,
    "last_part": _last_part,
}


@dataclass(frozen=True)
class ByNames:
    """A rule for the names of all picture files of a folder, below train/ and val/ where it has such."""

    rule: NameRule
    kind: Literal["names"] = "names"

    def layout(self, root: Path, validation: Path | None = None) -> Layout:
        """Apply the rule; files that it gives no class are left out.

        Args:
            root: the folder.
            validation: a second one, where the first is for training only.

        Raises:
            DataError: a folder cannot be read, or the rule gives fewer than two classes.
        """
        root = unwrapped(root)
        if validation:
            root, sides = sides_apart(root, unwrapped(validation))
        else:
            sides = sides_below(root)
        labelled: dict[str, Labelled] = {}
        left_out: list[Rejection] = []
        for side, folder in sides:
            for path in files_below(folder, root):
                label, fault = self._read(path.rpartition("/")[2])
                if fault:
                    left_out.append(Rejection(as_text(path), fault))
                else:
                    labelled[path] = Labelled(label, side)
        if not labelled:
            raise DataError(f"The rule finds a class in no file name in {shown(root.name)}; choose another rule.")
        return laid_out(root, labelled, sorted(left_out, key=_path), has_own_split=len(sides) > 1)

    def _read(self, name: str) -> tuple[str, str]:
        """The class in a name, and what is wrong with the name, if anything."""
        if not is_text(name):
            return "", "The file name is not valid UTF-8 text; rename the file."
        if not ends_like_a_picture(name):
            return "", "The file name does not end like that of a picture."
        label = _RULES[self.rule](name.rpartition(".")[0])
        return label, "" if label else "The rule finds no class in the file name."


def _path(rejection: Rejection) -> str:
    return rejection.path
