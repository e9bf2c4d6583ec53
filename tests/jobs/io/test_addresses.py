"""Partners paste what they see in their browser, or on their own computer."""

import pytest

from jobs.io.addresses import advice, downloadable

SHEET = "https://docs.google.com/spreadsheets/d/1Ab-c"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        (f"{SHEET}/edit#gid=7", f"{SHEET}/export?format=csv&gid=7"),
        (f"{SHEET}/edit?usp=sharing", f"{SHEET}/export?format=csv"),
        ("https://drive.google.com/file/d/1Ab/view?usp=sharing", "https://drive.google.com/uc?export=download&id=1Ab"),
        ("https://drive.google.com/open?id=1Ab", "https://drive.google.com/uc?export=download&id=1Ab"),
        ("https://www.dropbox.com/s/x/list.csv?dl=0", "https://www.dropbox.com/s/x/list.csv?dl=1"),
        ("https://m.sharepoint.com/:x:/s/a/b?e=1", "https://m.sharepoint.com/:x:/s/a/b?e=1&download=1"),
        ("https://example.org/list.csv?dl=0#a", "https://example.org/list.csv?dl=0#a"),
        ("https://[", "https://["),
    ],
)
def test_a_shared_files_page_is_its_download(pasted: str, meant: str) -> None:
    """Of the services whose pages name the file; any other address stays as it is."""
    assert downloadable(pasted) == meant


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        (r"C:\Users\Anna\list.xlsx", "address-own-computer"),
        ("file:///home/anna/list.csv", "address-own-computer"),
        ("www.example.org/list.csv", "address-no-scheme"),
        ("example.org/list.csv", "address-no-scheme"),
        ("https://docs.google.com/document/d/1/edit", "address-google-document"),
        ("https://drive.google.com/drive/folders/1Ab", "address-folder"),
        ("https://www.dropbox.com/sh/1/2", "address-folder"),
        ("https://1drv.ms/x/s!1", "address-onedrive"),
    ],
)
def test_what_cannot_be_fetched_gets_its_own_advice(pasted: str, key: str) -> None:
    """Each kind of place that is no file on the web."""
    why = advice(pasted)
    assert why
    assert why.key == key


@pytest.mark.parametrize(
    "written",
    [
        "Commons:Our list",
        "File:Plates.csv",
        "User.name/list",
        "User:Anna/list.csv",
        "https://example.org/a.csv",
        "My list",
    ],
)
def test_titles_and_addresses_need_no_advice(written: str) -> None:
    """A list may stand on a wiki page."""
    assert advice(written) is None
