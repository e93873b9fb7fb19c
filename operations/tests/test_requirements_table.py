from pathlib import Path

from operations.requirements import fill, proofs_by_row, rows_in, unproven

TABLE = "| # | asked | works | proven by |\n| M19 | register | 201 | |\n| C1 | rooms | open | `old::test_c1` |"


def test_a_name_gives_its_rows_up_to_the_first_word() -> None:
    assert rows_in("test_m19_y104_register_m20") == ["M19", "Y104"]
    assert rows_in("test_register") == []


def test_the_last_column_is_made_anew() -> None:
    filled = fill(TABLE, {"M19": ["a.py::test_m19"]})
    assert "| M19 | register | 201 | `a.py::test_m19` |" in filled
    assert "| C1 | rooms | open |  |" in filled
    assert fill(filled, {"M19": ["a.py::test_m19"]}) == filled


def test_rows_without_a_test_are_named() -> None:
    assert unproven(fill(TABLE, {"M19": ["a.py::test_m19"]})) == ["C1"]


def test_tests_are_found_in_their_files(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "test_x.py").write_text("def test_m1_starts() -> None: ...\n")
    assert proofs_by_row(tmp_path, ["app"]) == {"M1": ["app/test_x.py::test_m1_starts"]}
