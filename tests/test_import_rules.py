"""Who may import what: the rooms of the house, held by reading the imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sftviz"
HEAVY = {"torch", "torchvision", "timm", "captum"}

# For each room, the top-level packages and the rooms that it must never import, anywhere in its files.
FORBIDDEN: dict[str, set[str]] = {
    "config.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "events.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "errors.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "caches.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "resources.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "results.py": HEAVY | {"streamlit", "plotly"},
    "trials.py": HEAVY | {"streamlit", "plotly"},
    "sealed.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "pulling.py": HEAVY | {"streamlit", "plotly", "numpy", "pandas"},
    "runs": HEAVY | {"streamlit", "plotly", "sftviz.data", "sftviz.models", "sftviz.training", "sftviz.ui"},
    "data": HEAVY | {"streamlit", "plotly", "sftviz.ui", "sftviz.training", "sftviz.runs"},
    "audit": HEAVY | {"streamlit", "plotly", "sftviz.ui", "sftviz.runs"},
    "models": {"streamlit", "plotly", "sftviz.ui", "sftviz.data", "sftviz.training"},
    "numerics": {"streamlit", "plotly", "PIL", "sftviz.ui", "sftviz.data", "sftviz.training", "sftviz.tasks"},
    "sweeps": HEAVY | {"streamlit", "plotly", "sftviz.ui", "sftviz.data", "sftviz.jobs"},
    "training": {"streamlit", "plotly", "PIL", "sftviz.ui", "sftviz.data", "sftviz.figures", "sftviz.tasks.images"},
    "jobs": {"streamlit", "plotly", "PIL", "sftviz.ui", "sftviz.data", "sftviz.figures", "sftviz.tasks.images"},
    "tasks": {"streamlit", "plotly", "captum", "sftviz.ui", "sftviz.training"},
    "analysis": HEAVY | {"streamlit", "plotly", "sftviz.ui"},
    "attribution": {"streamlit", "plotly", "sftviz.ui"},
    "embeddings": {"streamlit", "plotly", "sftviz.ui"},
    "figures": HEAVY | {"streamlit", "sklearn", "sftviz.ui", "sftviz.data", "sftviz.training"},
    "cli": {"streamlit", "plotly", "sftviz.ui"},
}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def _files(room: str) -> list[Path]:
    place = PACKAGE / room
    return [place] if place.suffix else sorted(place.rglob("*.py"))


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    files = _files(room)
    assert files
    for path in files:
        for name in _imports(path):
            broken = [rule for rule in FORBIDDEN[room] if name == rule or name.startswith(rule + ".")]
            assert not broken, f"{path.relative_to(ROOT)} imports {name}"


def test_what_tasks_take_from_attribution_knows_neither_tasks_nor_runs() -> None:
    waiting = {name for path in _files("tasks") for name in _imports(path)}
    seen: set[Path] = set()
    while waiting:
        path = PACKAGE.parent / (waiting.pop().replace(".", "/") + ".py")
        if path.parent != PACKAGE / "attribution" or path in seen or not path.exists():
            continue
        seen.add(path)
        names = _imports(path)
        broken = [
            name for name in names if name.startswith(("sftviz.tasks", "sftviz.training", "sftviz.runs", "captum"))
        ]
        assert not broken, f"{path.relative_to(ROOT)} imports {broken}"
        waiting |= names
    assert seen


def test_every_room_has_a_rule() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms - {"ui"} <= set(FORBIDDEN)


def test_only_the_pages_know_streamlit() -> None:
    allowed = {ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(PACKAGE / "ui").rglob("*.py")}
    for path in [*PACKAGE.rglob("*.py"), ROOT / "app.py", *(ROOT / "pages").glob("*.py")]:
        if path not in allowed:
            assert not any(name.split(".")[0] == "streamlit" for name in _imports(path)), path


def test_pages_reach_the_engine_through_the_shared_parts_only() -> None:
    for path in (ROOT / "pages").glob("*.py"):
        names = _imports(path)
        assert not any(name.split(".")[0] in HEAVY for name in names), path
        assert not any(name.startswith("sftviz.training.") for name in names), path


@pytest.mark.parametrize(
    "module",
    [
        "sftviz",
        "sftviz.runs.store",
        "sftviz.data.store",
        "sftviz.cli.main",
        "sftviz.ui.main",
        "sftviz.jobs.queue",
        "sftviz.sweeps.groups",
    ],
)
def test_torch_is_not_loaded_before_it_is_needed(module: str) -> None:
    if module == "sftviz.ui.main":
        # The main script runs inside a page; what it imports is the navigation and the sidebar.
        module = "sftviz.ui.sidebar, sftviz.ui.server, sftviz.ui.launching"
    script = f"import sys, {module}; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
