"""Pictures come in through the page, with labels from folders, a table or file names."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.data.by_names import ByNames
from sftviz.data.by_table import ByTable
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.ui.arrival import Arrival
from tests.ui.conftest import texts


@pytest.fixture
def flat(few_pictures: Path, tmp_path: Path) -> Path:
    root = tmp_path / "<b>flat"
    root.mkdir()
    for folder in few_pictures.iterdir():
        for number, picture in enumerate(sorted(folder.iterdir())):
            shutil.copy(picture, root / f"{folder.name}_{number}.png")
    return root


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the navigation there is no other page to go to.
    monkeypatch.setattr("sftviz.ui.data_intake.go_to", lambda *_, **__: None)


def _press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def _read(app: AppTest, path: Path, validation: Path | str = "") -> AppTest:
    fields = {field.label: field for field in app.text_input}
    fields["Path of the folder"].set_value(str(path))
    if validation:
        fields["Path of the validation folder, only if it is a separate one"].set_value(str(validation))
    return _press(app, "Read the folder")


def _kind(app: AppTest, kind: str) -> AppTest:
    return app.radio(key="where labels stand").set_value(kind).run()


def _only(home: Path) -> StoredData:
    (stored,) = DataStore(home).list()
    return stored


def test_separate_folders_are_read_in_place(
    few_pictures: Path, home: Path, tmp_path: Path, show: Callable[..., AppTest]
) -> None:
    validation = shutil.copytree(few_pictures, tmp_path / "validation")
    app = _read(show("data"), few_pictures, validation)
    assert not app.exception
    stored = _only(home)
    assert not stored.is_copy
    assert (len(stored.listing.side("train")), len(stored.listing.side("validation"))) == (18, 18)


def test_what_an_old_data_set_lacks_is_cured_by_adding_it_again(
    few_pictures: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    stored = DataStore(home).add_folder(few_pictures)
    file = DataStore(home).folder(stored) / "dataset.json"
    entry = json.loads(file.read_text())
    for picture in entry["listing"]["pictures"]:
        del picture["group"]
    file.write_text(json.dumps(entry))
    app = show("data")
    assert "add the same pictures again" in texts(app)
    app = _read(app, few_pictures).run()
    assert not app.exception
    assert "copies and near-duplicates of a picture stay on one side" in texts(app)


def test_file_names_are_tried_before_anything_is_added(flat: Path, home: Path, show: Callable[..., AppTest]) -> None:
    app = _read(_kind(show("data"), "names"), flat)
    assert "\\<b\\>flat" in texts(app)
    assert "**18 files** in **3 classes**" in texts(app)
    assert app.dataframe[0].value["files"].tolist() == [6, 6, 6]
    app = app.radio(key="name rule").set_value("last_part").run()
    assert "**18 files** in **6 classes**" in texts(app)
    assert not DataStore(home).list()
    app = app.radio(key="name rule").set_value("before_number").run()
    app = _press(app, "Add these pictures")
    assert not app.exception
    assert _only(home).labels == ByNames("before_number")
    assert "classes by file names (before the number at the end)" in texts(app.run())


def test_a_table_and_its_columns_are_chosen(flat: Path, home: Path, show: Callable[..., AppTest]) -> None:
    (flat / "z.csv").write_text("birds_0.png,x,bird\nfruit_0.png,x,fruit\ngone.png,x,fruit\n")
    (flat / "a.csv").write_text("about\n")
    app = _read(_kind(show("data"), "table"), flat)
    assert "fewer than two columns" in app.error[0].value
    app = app.selectbox(key="table in folder").set_value("z.csv").run()
    assert not app.checkbox(key="has titles z.csv").value
    assert "**2 files** in **2 classes**" in texts(app)
    left_out = next(each.value for each in app.dataframe if "reason" in each.value)
    assert left_out["file"].tolist()[0] == "gone.png"
    assert len(left_out) == 18
    app = app.selectbox(key="column Class z.csv").set_value(1).run()
    assert "only one class, 'x'" in app.error[0].value
    app = app.selectbox(key="column Class z.csv").set_value(2).run()
    assert not _press(app, "Add these pictures").exception
    assert _only(home).labels == ByTable("z.csv", 0, 2, None, has_header=False)


def test_the_preview_counts_each_side(flat: Path, show: Callable[..., AppTest]) -> None:
    rows = [
        "file,class,split",
        "birds_0.png,b,train",
        "birds_1.png,b,val",
        "fruit_0.png,f,train",
        "fruit_1.png,f,train",
    ]
    (flat / "z.csv").write_text("\n".join(rows))
    app = _read(_kind(show("data"), "table"), flat)
    classes = next(each.value for each in app.dataframe if "for example" in each.value)
    assert classes[["class", "training", "validation"]].to_numpy().tolist() == [["b", 1, 1], ["f", 2, 0]]
    app = app.selectbox(key="column Training, validation or test z.csv").set_value(-1).run()
    classes = next(each.value for each in app.dataframe if "for example" in each.value)
    assert classes["files"].tolist() == [2, 2]


def test_an_upload_without_class_folders_waits_for_another_way(
    flat: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("data")
    staging = DataStore(home).new_staging()
    shutil.copytree(flat, staging, dirs_exist_ok=True)
    app.session_state["arrival"] = Arrival(staging, "few", is_copy=True)
    app = app.run()
    assert "There are no class folders" in app.error[0].value
    app = _press(_kind(app, "names"), "Add these pictures")
    assert not app.exception
    assert _only(home).is_copy
    assert not list((home / "staging").iterdir())


def test_starting_over_deletes_what_was_uploaded_and_nothing_else(
    flat: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("data")
    staging = DataStore(home).new_staging()
    for root, is_copy in ((staging, True), (flat, False)):
        app.session_state["arrival"] = Arrival(root, "few", is_copy=is_copy)
        app = _press(app.run(), "Start over")
        assert not app.exception
        assert any(field.label == "Path of the folder" for field in app.text_input)
    assert not staging.exists()
    assert len(list(flat.iterdir())) == 18


@pytest.fixture
def lacking(few_pictures: Path, tmp_path: Path) -> Path:
    """A folder in one of whose classes nothing is a picture."""
    root = shutil.copytree(few_pictures, tmp_path / "lacking")
    for picture in (root / "fruit").iterdir():
        picture.write_bytes(b"broken")
    return root


def test_a_folder_with_an_empty_class_is_added_without_it_if_a_person_says_so(
    lacking: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    app = _read(show("data"), lacking)
    assert not app.exception
    assert "no readable picture to train on in the class 'fruit' (6 files came)" in app.error[0].value.replace("\\", "")
    assert not DataStore(home).list()
    app = _press(app, "Leave out the class fruit")
    assert not app.exception
    stored = _only(home)
    assert stored.listing.classes == ("birds", "vehicles")
    assert len(stored.listing.rejections) == 6
    assert "6 files were left out" in [each.label for each in app.run().expander]


def test_an_upload_with_an_empty_class_is_kept_until_a_person_decides(
    lacking: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("data")
    staging = DataStore(home).new_staging()
    shutil.copytree(lacking, staging, dirs_exist_ok=True)
    app.session_state["arrival"] = Arrival(staging, "few", is_copy=True)
    app = _press(app.run(), "Add these pictures")
    assert not app.exception
    assert staging.is_dir()
    other = _kind(app, "names")
    assert not [button for button in other.button if button.label.startswith("Leave out")]
    app = _press(_kind(other, "folders"), "Leave out the class fruit")
    assert not app.exception
    assert _only(home).is_copy
    assert not list((home / "staging").iterdir())


def test_an_upload_without_any_picture_is_refused_and_can_be_let_go(
    lacking: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("data")
    staging = DataStore(home).new_staging()
    for name in ("a", "b"):
        shutil.copytree(lacking / "fruit", staging / name)
    app.session_state["arrival"] = Arrival(staging, "few", is_copy=True)
    app = _press(app.run(), "Add these pictures")
    assert "There is no readable picture in" in app.error[0].value.replace("\\", "")
    app = _press(app, "Start over")
    assert not app.exception
    assert not staging.exists()


def test_folders_outside_the_allowed_roots_are_refused(
    flat: Path,
    few_pictures: Path,
    home: Path,
    tmp_path: Path,
    show: Callable[..., AppTest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SFTVIZ_ROOTS", f"{tmp_path / 'other'}:{few_pictures.parent}")
    (tmp_path / "link").symlink_to(flat)
    for path in (flat, few_pictures.parent / ".." / ".." / "etc", tmp_path / "other" / ".." / "link"):
        app = _read(show("data"), path)
        assert "lies outside the folders that may be read here" in app.error[0].value.replace("\\", "")
    app = _read(show("data"), few_pictures, flat)
    assert "lies outside" in app.error[0].value
    assert not DataStore(home).list()
    app = _kind(show("data"), "table")
    app = _read(app, few_pictures)
    app = app.text_input(key="table path").set_value("/etc/passwd").run()
    assert "lies outside" in app.error[0].value
    _read(_kind(_press(app, "Start over"), "folders"), few_pictures)
    assert _only(home).listing.root == few_pictures
