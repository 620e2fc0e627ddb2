"""The library: a folder of forms, compiled once, digests, the findings of all files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from forms.findings import FINDINGS, FormRefused, UnknownForm
from forms.library import SHIPPED, FormLibrary
from forms.problems import PROBLEMS
from tests.forms.small_forms import FormFile, MakeComponent


@pytest.fixture
def folder(tmp_path: Path, form_file: FormFile, component: MakeComponent) -> Path:
    (tmp_path / "p1").mkdir()
    (tmp_path / "p1" / "one.form.json").write_bytes(form_file(component("textfield", "note"), id="one"))
    (tmp_path / "p1" / "README.md").write_text("x")
    return tmp_path


def test_a_folder_is_loaded_with_its_digests(folder: Path) -> None:
    library = FormLibrary.load(folder)
    content = (folder / "p1" / "one.form.json").read_bytes()
    assert library.keys() == {"one"}
    assert library.digest("one") == hashlib.sha256(content).hexdigest()
    assert library.stored["one"].process == "p1"
    assert library.layout("one") is library.layout("one")
    assert library.layout("one").title == "试验表单"
    assert library.form("one").validate({"note": "a"}, {}) == {"note": "a"}


def test_findings_of_all_files_name_their_file(folder: Path, form_file: FormFile) -> None:
    (folder / "p2").mkdir()
    (folder / "p2" / "one.form.json").write_bytes(form_file(id="one"))
    (folder / "p2" / "three.form.json").write_bytes(form_file(id="two"))
    (folder / "p2" / "zero.form.json").write_bytes(b"")
    with pytest.raises(FormRefused) as caught:
        FormLibrary.load(folder)
    assert [found.code for found in caught.value.findings] == [
        "form_id_duplicate",
        "form_id_not_file_name",
        "form_not_json",
    ]
    assert caught.value.findings[1].message_en.startswith("p2/three.form.json: ")


def test_an_unknown_form_is_refused(folder: Path) -> None:
    with pytest.raises(UnknownForm) as caught:
        FormLibrary.load(folder).form("two")
    assert (caught.value.code, caught.value.status) == ("unknown_form", 404)
    assert caught.value.message("zh") == "没有表单“two”。"


def test_every_code_is_explained_to_owners() -> None:
    guide = (SHIPPED.parent / "docs" / "owner" / "forms.md").read_text(encoding="utf-8")
    assert [code for code in FINDINGS if f"### {code}\n" not in guide] == []
    assert [code for code in PROBLEMS if f"| `{code}` |" not in guide] == []
