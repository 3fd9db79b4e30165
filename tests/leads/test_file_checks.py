"""Files that would be public are said to be so before a visitor sends one."""

import pytest
from django.core.checks import run_checks
from django.core.files.storage import Storage

from hcprograms.leads.file_checks import check_files
from hcprograms.leads.file_storage import find_storage

FOLDER = "django.core.files.storage.FileSystemStorage"


class SignedStorage(Storage):
    default_acl = "private"
    querystring_auth = True


class OpenStorage(Storage):
    default_acl = "public-read"


class UnsignedStorage(Storage):
    querystring_auth = False


def name_storage(settings, backend=None, **options):
    others = {key: one for key, one in settings.STORAGES.items() if key != "hcprograms"}
    ours = {"hcprograms": {"BACKEND": backend, "OPTIONS": options}} if backend else {}
    settings.STORAGES = others | ours


def ids():
    return [one.id for one in check_files()]


def test_settings_of_the_demo_pass():
    assert ids() == []


@pytest.mark.parametrize("setting", ["MEDIA_ROOT", "STATIC_ROOT"])
def test_folder_inside_one_that_is_served_is_named(settings, tmp_path, setting):
    setattr(settings, setting, str(tmp_path))
    name_storage(settings)
    settings.HCPROGRAMS = {"FILES_ROOT": tmp_path / "sub" / "files"}

    (found,) = check_files()

    assert found.id == "hcprograms.W003"
    assert str(tmp_path) in found.msg
    assert "STORAGES" in found.hint


def test_folder_inside_one_of_static_files_is_named(settings, tmp_path):
    settings.STATICFILES_DIRS = [("prefix", str(tmp_path))]
    name_storage(settings)
    settings.HCPROGRAMS = {"FILES_ROOT": str(tmp_path)}

    assert ids() == ["hcprograms.W003"]


def test_storage_without_a_folder_of_its_own_is_media_and_named(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    name_storage(settings, FOLDER)

    assert ids() == ["hcprograms.W003"]


@pytest.mark.parametrize(
    ("backend", "expected"),
    [("SignedStorage", []), ("OpenStorage", ["W003"]), ("UnsignedStorage", ["W003"])],
)
def test_storage_that_everybody_may_read_is_named(settings, backend, expected):
    name_storage(settings, f"{__name__}.{backend}")

    assert ids() == [f"hcprograms.{one}" for one in expected]


def test_folder_that_depends_on_where_one_starts_is_named(settings):
    name_storage(settings)
    settings.HCPROGRAMS = {}

    assert ids() == ["hcprograms.W004"]


def test_folder_in_the_base_folder_of_the_project_passes(settings, tmp_path):
    name_storage(settings)
    settings.HCPROGRAMS = {}
    settings.BASE_DIR = tmp_path

    assert ids() == []
    assert find_storage().location == str(tmp_path / "hcprograms-files")


@pytest.mark.parametrize("given", ["nonsense", {"FILES_ROOT": 7}])
def test_settings_that_are_wrong_altogether_are_said_elsewhere(settings, given):
    settings.HCPROGRAMS = given

    found = {one.id for one in run_checks(tags=["hcprograms"])}

    assert "hcprograms.W003" not in found
    assert found & {"hcprograms.E001", "hcprograms.E003"}
