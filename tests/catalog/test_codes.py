"""Codes lose zeros, gain quotes and turn into floats on their way through spreadsheets."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.catalog.codes import (
    WrongValue,
    is_unknown,
    read_amount,
    read_cip,
    read_credential_level,
    read_date,
    read_flag,
    read_opeid,
    read_soc,
    read_unitid,
)

READERS = [read_unitid, read_opeid, read_cip, read_soc, read_credential_level]
READERS += [read_amount, read_flag, read_date]


@pytest.mark.parametrize("text", ["100663", " 100663 ", "100663.0", '="100663"', '"""100663"""'])
def test_unitid_in_any_dress(text):
    assert read_unitid(text) == "100663"


@pytest.mark.parametrize("text", ["", "NULL", "NA", "1234", "1006631", "abc", "-100663", "١٠٠٦٦٣"])
def test_unitid_that_is_none_is_refused(text):
    with pytest.raises(WrongValue):
        read_unitid(text)


@pytest.mark.parametrize(
    ("text", "places", "opeid"),
    [
        ("00105200", 8, "00105200"),
        ("105200", 8, "00105200"),
        ('"""00100500"""', 8, "00100500"),
        ("1052", 6, "001052"),
        ("001052", 6, "001052"),
        ("1052.0", 6, "001052"),
    ],
)
def test_opeid_gets_its_zeros_back(text, places, opeid):
    assert read_opeid(text, places=places) == opeid


@pytest.mark.parametrize("text", ["-2", "0", "NULL", "123456789", "1a"])
def test_opeid_that_is_none_is_refused(text):
    with pytest.raises(WrongValue):
        read_opeid(text)


@pytest.mark.parametrize(
    ("text", "cip"),
    [
        ("51.0701", "51.0701"),
        ('="51.0701"', "51.0701"),
        ("510701", "51.0701"),
        ("51.071", "51.0710"),
        ("1.0101", "01.0101"),
        ("10101", "01.0101"),
        ("5107", "51.07"),
        ("5107.0", "51.07"),
        ("51.07", "51.07"),
        ("107", "01.07"),
    ],
)
def test_cip_keeps_its_zeros_and_never_gains_digits(text, cip):
    assert read_cip(text) == cip


@pytest.mark.parametrize("text", ["", "NA", "51", "51.07011", "five", "51-0701", "5107001", "=1+1"])
def test_cip_that_is_none_is_refused(text):
    with pytest.raises(WrongValue):
        read_cip(text)


@given(st.from_regex(r"\A[0-9]{2}\.[0-9]{4}\Z"))
def test_cip_survives_being_a_float(cip):
    assert read_cip(repr(float(cip))) == cip or cip.endswith("00")


def test_levels_are_in_the_words_of_answers():
    levels = [read_credential_level(str(number))[1] for number in range(1, 9)]

    assert levels == [
        "certificate",
        "associate",
        "bachelor",
        "postbaccalaureate",
        "master",
        "doctorate",
        "doctorate",
        "graduate_certificate",
    ]


@pytest.mark.parametrize("text", ["0", "9", "99", "NULL", "Master", "5.5"])
def test_level_outside_the_list_is_refused(text):
    with pytest.raises(WrongValue):
        read_credential_level(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("10024", Decimal(10024)), ("$1,250.50", Decimal("1250.50")), ("0", Decimal(0))]
    + [(word, None) for word in ("NA", "NULL", "PrivacySuppressed", "PS", "", ".", "-2")],
)
def test_amount_is_known_or_unknown(text, amount):
    assert read_amount(text) == amount


@pytest.mark.parametrize("text", ["-5", "1e400", "12345678901", "free", "Infinity", "=1+1"])
def test_amount_that_is_none_is_refused(text):
    with pytest.raises(WrongValue):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7/1/1994 12:00:00 AM", date(1994, 7, 1)),
        ("12/31/2013", date(2013, 12, 31)),
        ("2013-12-31", date(2013, 12, 31)),
        ("-", None),
        ("", None),
    ],
)
def test_date_in_every_form_of_dapip(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize("text", ["4/1//2012", "1/1/8014", "13/31/2013", "2/30/2013", "soon"])
def test_date_that_is_none_is_refused(text):
    with pytest.raises(WrongValue):
        read_date(text)


def test_soc_keeps_its_detail():
    assert [read_soc("11-9111"), read_soc("11-9111.00")] == ["11-9111", "11-9111.00"]


@pytest.mark.parametrize(("text", "flag"), [("1", True), ("0", False), ("1.0", True), ("NA", None)])
def test_flag_is_yes_no_or_unknown(text, flag):
    assert read_flag(text) is flag


def test_publishers_words_for_unknown():
    assert all(map(is_unknown, ["PrivacySuppressed", "NULL", " na ", '"NA"', "-"]))
    assert not any(map(is_unknown, ["0", "no", "nation"]))


@given(st.text(max_size=30), st.sampled_from(READERS))
def test_any_text_is_read_or_refused_in_words(text, reader):
    said = ""

    try:
        reader(text)
    except WrongValue as error:
        said = str(error)

    assert said == "" or said.isprintable()
    assert len(said) < 120
