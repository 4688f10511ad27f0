import os
import stat

import pytest

from sftviz.durable import remove_leftovers, replacing


def test_the_file_appears_in_full(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with replacing(tmp_path / "a") as file:
        file.write(b"new")
        file.flush()
        assert (tmp_path / "a").read_bytes() == b"old"
    assert (tmp_path / "a").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("error", [OSError(28, "full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_one(tmp_path, error):
    (tmp_path / "a").write_bytes(b"old")
    lent = replacing(tmp_path / "a")
    lent.__enter__().write(b"new")
    assert not lent.__exit__(type(error), error, None)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_bytes_and_folder_are_synced_around_the_rename(tmp_path, monkeypatch):
    seen: list[str] = []

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        seen.append(f"{'folder' if is_folder else 'file'}, {'renamed' if (tmp_path / 'a').exists() else 'not renamed'}")

    monkeypatch.setattr(os, "fsync", fsync)
    with replacing(tmp_path / "a") as file:
        file.write(b"new")
    assert seen == ["file, not renamed", "folder, renamed"]


def test_only_what_is_older_than_a_day_goes(tmp_path):
    for name in ("old", "young"):
        (tmp_path / f"{name}-folder").mkdir()
        (tmp_path / f"{name}-folder" / "x").touch()
        (tmp_path / name).touch()
    for name in ("old", "old-folder"):
        os.utime(tmp_path / name, (0, 0))
    remove_leftovers([*tmp_path.iterdir(), tmp_path / "gone"])
    assert {path.name for path in tmp_path.iterdir()} == {"young", "young-folder"}
