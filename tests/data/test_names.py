from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sftviz.data.names import is_passed_over, require_distinct, safe_path
from sftviz.errors import UploadError


@given(st.text(st.sampled_from("a./\\\0:C~\n😀\ud800 "), max_size=14))
def test_no_name_leads_out(name):
    root = Path("/srv/data/root")
    try:
        path = safe_path(name)
    except UploadError:
        return
    assert (root / path).resolve().is_relative_to(root)
    assert ".." not in path.parts


@pytest.mark.parametrize("name", ["a/b.png", "😀/é è.png", "-x/CON", "a\nb/\u202egnp.x", "x" * 255, "~/a", "a..b/.c"])
def test_names_survive_as_typed(name):
    assert str(safe_path(name)) == name


def test_dots_for_here_are_dropped():
    assert safe_path("./a/./b.png") == PurePosixPath("a/b.png")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../a", "leads out of its folder"),
        ("a/../../b", "leads out of its folder"),
        ("/etc/passwd", "is absolute"),
        ("a//b", "has an empty part"),
        ("", "has an empty part"),
        (".", "has an empty part"),
        ("C:/a", "a drive letter"),
        ("a/c:b", "a drive letter"),
        ("a\\..\\b", "a backslash"),
        ("a\0b", "a NUL"),
        ("\udc80", "is not valid Unicode"),
        ("é" * 128, "is longer than 255 bytes"),
        ("/".join("a" * 33), "lies 33 folders deep"),
    ],
)
def test_names_that_are_refused(name, fault):
    with pytest.raises(UploadError, match=fault) as caught:
        safe_path(name)
    assert str(caught.value).isprintable()


def test_each_file_needs_a_place_of_its_own():
    paths = [PurePosixPath(name) for name in ("a/b", "a/c", "A/b", "e\u0301", "\u00e9")]
    require_distinct(paths)
    with pytest.raises(UploadError, match="'a/c' is there twice"):
        require_distinct([*paths, PurePosixPath("a/c")])
    with pytest.raises(UploadError, match="'a/c' is both a file and a folder"):
        require_distinct([*paths, PurePosixPath("a/c/d/e")])


def test_whose_files_are_passed_over():
    names = ["._a.png", ".DS_Store", "__MACOSX", "Thumbs.db", "thumbs.DB", "desktop.ini", "a.png", "__init__", "-x"]
    assert [name for name in names if not is_passed_over(name)] == ["a.png", "__init__", "-x"]
