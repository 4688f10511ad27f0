"""The event log: whatever was written whole is read whole, and nothing else is."""

from io import FileIO
from pathlib import Path

import pytest

from sftviz.errors import RunError
from sftviz.events import EpochEnded, Event, RunQueued, RunStopped, StepEnded
from sftviz.runs.log import EventWriter, read_events

_EVENTS: list[Event] = [
    RunQueued(),
    StepEnded(epoch=1, step=1, num_steps=2, loss=0.1, learning_rate=1e-3, examples_per_s=9.5),
    EpochEnded(epoch=1, train={"loss": 0.0}, validation={"loss": 0.1 + 0.2}, is_best=True, elapsed_s=1.0),
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "run" / "events.jsonl"
    path.parent.mkdir()
    writer = EventWriter(path)
    for event in _EVENTS:
        writer.append(event)
    writer.close()
    return path


def test_events_come_back_exactly(log: Path) -> None:
    assert read_events(log)[0] == _EVENTS


def test_a_reader_goes_on_from_its_offset(log: Path) -> None:
    _, offset = read_events(log)
    assert read_events(log, offset) == ([], offset)
    writer = EventWriter(log)
    stopped = RunStopped()
    writer.append(stopped)
    writer.close()
    assert read_events(log, offset)[0] == [stopped]


def test_a_line_torn_at_any_byte_is_passed_over_and_cut_off_by_the_next_writer(log: Path) -> None:
    content = log.read_bytes()
    start = content[:-1].rfind(b"\n") + 1
    for end in range(start, len(content)):
        log.write_bytes(content[:end])
        events, offset = read_events(log)
        assert (events, offset) == (_EVENTS[:-1], start)
        writer = EventWriter(log)
        writer.append(_EVENTS[-1])
        writer.close()
        assert read_events(log)[0] == _EVENTS


def test_a_damaged_line_is_named(log: Path) -> None:
    log.write_bytes(b'{"kind": "nonsense"}\n')
    with pytest.raises(RunError, match="damaged after byte 0"):
        read_events(log)


def test_a_missing_log_is_empty(tmp_path: Path) -> None:
    assert read_events(tmp_path / "none.jsonl") == ([], 0)


def test_a_full_disk_leaves_whole_lines_only(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = EventWriter(log)
    before = log.read_bytes()

    class Full:
        """A file on a disk with room for five more bytes."""

        name = "events.jsonl"

        def __init__(self, file: FileIO) -> None:
            self._file = file

        def write(self, line: bytes) -> int:
            return self._file.write(line[:5])

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

    monkeypatch.setattr(writer, "_file", Full(writer._file))
    with pytest.raises(OSError, match="No space left"):
        writer.append(_EVENTS[-1])
    writer.close()
    assert log.read_bytes() == before
