"""A file is there in full or not at all."""

import os

import pytest

from tracker.operations import kept_files


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    path = tmp_path / "made" / "台账.xlsx"

    with kept_files.written_whole(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")

    assert path.read_bytes() == b"half and half"
    assert os.listdir(path.parent) == [path.name]


def test_what_fails_midway_leaves_nothing(tmp_path):
    def begin():
        with kept_files.written_whole(tmp_path / "x.xlsx") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin()

    assert os.listdir(tmp_path) == []


def test_nobody_s_file_is_written_over(tmp_path):
    (tmp_path / "x.xlsx.part").write_bytes(b"another's")

    with pytest.raises(FileExistsError), kept_files.written_whole(tmp_path / "x.xlsx"):
        pytest.fail("wrote over it")

    assert (tmp_path / "x.xlsx.part").read_bytes() == b"another's"


def test_where_folders_cannot_be_opened_the_file_is_there_all_the_same(tmp_path, monkeypatch):
    opened = os.open

    def refuse(path, flags, *mode):
        if os.path.isdir(path):
            raise PermissionError
        return opened(path, flags, *mode)

    monkeypatch.setattr(os, "open", refuse)
    with kept_files.written_whole(tmp_path / "x.xlsx") as file:
        file.write(b"all")

    assert (tmp_path / "x.xlsx").read_bytes() == b"all"


def test_names_are_never_chosen_twice():
    names = {kept_files.random_name(".zip") for _time in range(100)}

    assert len(names) == 100
    assert all(len(name) == 52 and name.endswith(".zip") for name in names)
