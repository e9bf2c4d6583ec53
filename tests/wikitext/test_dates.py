"""Dates are read without guessing and written so that EDTF, Commons and Wikibase each understand them."""

import csv
from pathlib import Path

import edtf
import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mwparserfromhell.nodes import Template

from tests.counting import steps
from wikitext.date_values import Date, Point, Precision
from wikitext.date_words import meanings, phrases
from wikitext.dates import MAX_LENGTH, read_date

RECORDS = Path(__file__).parent.parent / "data" / "museum-records.csv"

points = st.one_of(
    st.integers(1, 21).map(lambda century: f"{century}th century"),
    st.integers(1, 21).map(lambda century: f"{century}th century BCE"),
    st.integers(101, 209).filter(lambda decade: decade % 10).map(lambda decade: f"{decade}0s"),
    st.integers(100, 2100).map(str),
    st.builds("{}-{:02d}-{:02d}".format, st.integers(1000, 2100), st.integers(1, 12), st.integers(1, 28)),
    st.builds("{:02d} May {}".format, st.integers(1, 31), st.integers(100, 2100)),
    st.integers(1, 5000).map("{} BCE".format),
)
parts = st.sampled_from(["", "early ", "late ", "second half of the ", "spring ", "3rd quarter of "])
told = st.builds("{}{}{}".format, st.sampled_from(["", "c. ", "ca.", "um "]), parts, points)
dates = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["", "before ", "after ", "probably "]), told),
    st.builds("{}{}{}".format, told, st.sampled_from([" - ", "-", " or ", " and ", "/"]), told),
    st.builds("between {} and {}{}".format, told, told, st.sampled_from(["", "?"])),
)
pieces = st.sampled_from(list(phrases()) + list("1234567890-/.?~[]{}(),;| xX"))


@pytest.mark.parametrize(
    ("text", "written", "wikitext"),
    [
        ("1962", "1962", "1962"),
        ("c. 1780", "1780~", "{{other date|~|1780}}"),
        ("c.1885", "1885~", "{{other date|~|1885}}"),
        ("1630-1648", "1630/1648", "{{other date|between|1630|1648}}"),
        ("c. 1940-1945", "1940~/1945~", "{{other date|~|1940|1945}}"),
        ("c. 1932-c. 1935", "1932~/1935~", "{{other date|~|1932|1935}}"),
        ("19th century", "18XX", "{{other date|century|19}}"),
        ("9th-10th century", "0800/0999",
         "{{complex date|conj=between|date1=9|precision1=century|date2=10|precision2=century}}"),
        ("5th-4th century BCE", "-0499/-0300",
         "{{complex date|conj=between|date1=5|precision1=century|era1=BC|date2=4|precision2=century|era2=BC}}"),
        ("no date", "", "{{other date|unknown}}"),
        ("1630s", "163X", "{{other date|decade|1630}}"),
        ("c. 1920s", "192X~", "{{complex date|date1=1920|adj1=circa|precision1=decade}}"),
        ("early 1850s", "185X", "{{complex date|date1=1850|adj1=early|precision1=decade}}"),
        ("late 18th century", "17XX", "{{complex date|date1=18|adj1=late|precision1=century}}"),
        ("c. last half of the 19th century", "18XX~",
         "{{complex date|date1=19|adj1=2nd half|precision1=century|certainty=circa}}"),
        ("late 18th-early 19th century", "1700/1899",
         "{{complex date|conj=between|date1=18|adj1=late|precision1=century|date2=19|adj2=early|precision2=century}}"),
        ("c. 1761 - mid 1830s", "1761~/1839~",
         "{{complex date|conj=between|date1=1761|date2=1830|adj2=mid|precision2=decade|certainty=circa}}"),
        ("12/12/1933", "1933-12-12", "1933-12-12"),
        ("5/30/1931", "1931-05-30", "1931-05-30"),
        ("3/1959", "1959-03", "1959-03"),
        ("May 14, 1904", "1904-05-14", "1904-05-14"),
        ("October 1946", "1946-10", "1946-10"),
        ("April - May 1938", "1938-04/1938-05", "{{other date|between|1938-04|1938-05}}"),
        ("Autumn 1916", "1916-23", "{{other date|autumn|1916}}"),
        ("after 1625", "1625/..", "{{other date|after|1625}}"),
        ("no earlier than 1906", "1906/..", "{{other date|after|1906}}"),
        ("before 1910", "../1910", "{{other date|before|1910}}"),
        ("1922 or earlier", "../1922", "{{other date|before|1922}}"),
        ("1966/1991", "1966/1991", "{{other date|between|1966|1991}}"),
        ("1879 and 1887", "{1879,1887}", "{{other date|and|1879|1887}}"),
        ("1937?", "1937?", "{{complex date|date1=1937|certainty=presumably}}"),
        ("possibly 1940s", "194X?", "{{complex date|date1=1940|precision1=decade|certainty=possibly}}"),
        ("c. 140 CE", "0140~", "{{other date|~|0140}}"),
        ("c. 3000 BCE", "-2999~", "{{complex date|date1=3000|adj1=circa|era1=BC}}"),
        ("618-906", "0618/0906", "{{other date|between|0618|0906}}"),
        ("1967|", "1967", "1967"),
        ("1630-48", "1630/1648", "{{other date|between|1630|1648}}"),
        ("1868-9", "1868/1869", "{{other date|between|1868|1869}}"),
        ("1905\u201306", "1905/1906", "{{other date|between|1905|1906}}"),
        ("1920 or 1921", "[1920,1921]", "{{other date|or|1920|1921}}"),
        ("c. 1900 or 1901", "[1900~,1901~]", "{{complex date|conj=or|date1=1900|date2=1901|certainty=circa}}"),
        ("before c. 1900", "../1900~", "{{complex date|date1=1900|adj1=before|certainty=circa}}"),
        ("[ca. 1905]", "1905~", "{{other date|~|1905}}"),
        ("19th c.", "18XX", "{{other date|century|19}}"),
        ("eighteenth century", "17XX", "{{other date|century|18}}"),
        ("3rd–2nd century B.C.", "-0299/-0100",
         "{{complex date|conj=between|date1=3|precision1=century|era1=BC|date2=2|precision2=century|era2=BC}}"),
        ("um 1500/1510", "1500~/1510~", "{{other date|~|1500|1510}}"),
        ("wohl um 1880", "1880%", "{{complex date|date1=1880|adj1=circa|certainty=presumably}}"),
        ("1849 (après)", "1849/..", "{{other date|after|1849}}"),
        ("1849 (vor)", "../1849", "{{other date|before|1849}}"),
        ("1630-1648 [ca.]", "1630~/1648~", "{{other date|~|1630|1648}}"),
        ("1849 (probably)", "1849?", "{{complex date|date1=1849|certainty=probably}}"),
        ("19. Jh. (Anfang)", "18XX", "{{complex date|date1=19|adj1=early|precision1=century}}"),
        ("Ende 15./Anfang 16. Jh.", "1400/1599",
         "{{complex date|conj=between|date1=15|adj1=late|precision1=century|date2=16|adj2=early|precision2=century}}"),
        ("1800-talets senare hälft", "18XX", "{{complex date|date1=19|adj1=2nd half|precision1=century}}"),
        ("1900-talets början", "19XX", "{{complex date|date1=20|adj1=early|precision1=century}}"),
        ("أوائل القرن التاسع عشر", "18XX", "{{complex date|date1=19|adj1=early|precision1=century}}"),
    ],
)  # fmt: skip
def test_museums_dates(text: str, written: str, wikitext: str) -> None:
    """What museums write, most of it in the records, becomes EDTF and what Commons shows in any language."""
    date = read_date(text)
    assert date is not None
    assert (date.edtf, date.wikitext) == (written, wikitext)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("القرن التاسع عشر", "18XX"), ("القرن 19", "18XX"), ("القرن ال19", "18XX"), ("القرن 19 الميلادي", "18XX"),
        ("القرن الثالث عشر الميلادي", "12XX"), ("القرن الثالث قبل الميلاد", "-02XX"), ("300 ق.م", "-0299"),
        ("1898م", "1898"), ("1898 م", "1898"), ("١٨٩٨", "1898"), ("١٣١٦ م", "1316"), ("1200 - 1250 م", "1200/1250"),
        ("النصف الأول من القرن التاسع عشر", "18XX"), ("من 1880 إلى 1890", "1880/1890"), ("عام 1898", "1898"),
        ("نحو 1940", "1940~"), ("قبل 1900", "../1900"), ("3 مارس 1921", "1921-03-03"), ("بدون تاريخ", ""),
        ("omkring 1890", "1890~"), ("1880-talet", "188X"), ("1800-talet", "18XX"), ("sent 1700-tal", "17XX"),
        ("mellan 1880 och 1890", "1880/1890"), ("före 1900", "../1900"), ("500 f.Kr.", "-0499"),
        ("våren 1912", "1912-21"),
        ("1800-talets första hälft", "18XX"), ("1900-talets mitt", "19XX"), ("1880-talets slut", "188X"),
        ("1800-talets sista fjärdedel", "18XX"), ("1800-tallets begyndelse", "18XX"), ("1800-tallets midte", "18XX"),
        ("1800-tallets slutning", "18XX"), ("1800-tallets begynnelse", "18XX"), ("1800-tallets slutt", "18XX"),
        ("1800-tallets siste halvdel", "18XX"), ("1800-luvun jälkipuolisko", "18XX"),
        ("den 5 maj 1905", "1905-05-05"), ("andra hälften av 1800-talet", "18XX"), ("odaterad", ""),
        ("um 1890", "1890~"), ("19. Jahrhundert", "18XX"), ("2. Hälfte 19. Jh.", "18XX"), ("1880er Jahre", "188X"),
        ("5. Mai 1905", "1905-05-05"), ("vor 1900", "../1900"), ("500 v. Chr.", "-0499"), ("o. D.", ""),
        ("vers 1880", "1880~"), ("XIXe siècle", "18XX"), ("fin du XIXe siècle", "18XX"), ("années 1880", "188X"),
        ("1er mai 1905", "1905-05-01"), ("avant 1900", "../1900"), ("100 av. J.-C.", "-0099"), ("s.d.", ""),
        ("hacia 1880", "1880~"), ("siglo XIX", "18XX"), ("finales del siglo XIX", "18XX"), ("sin fecha", ""),
        ("5 de mayo de 1905", "1905-05-05"), ("entre 1880 y 1890", "1880/1890"), ("década de 1880", "188X"),
        ("omstreeks 1880", "1880~"), ("19e eeuw", "18XX"), ("eind 19e eeuw", "18XX"), ("jaren 1880", "188X"),
        ("5 mei 1905", "1905-05-05"), ("tussen 1880 en 1890", "1880/1890"), ("na 1850", "1850/.."), ("z.d.", ""),
        ("bis 1900", "../1900"), ("ab 1890", "1890/.."), ("2. H. 19. Jh.", "18XX"),
        ("wohl 1880er Jahre", "188X?"), ("Ende 15. bis Anfang 16. Jh.", "1400/1599"), ("15. - 16. Jh.", "1400/1599"),
        ("5.VIII.1901", "1901-08-05"), ("5.viii.1901", "1901-08-05"), ("12/III/1898", "1898-03-12"),
        ("4. V. 1890", "1890-05-04"), ("5-X-1901", "1901-10-05"), ("5 VIII 1901", "1901-08-05"),
        ("5.ХІІ.1901", "1901-12-05"), ("5.VIII.1901-7.IX.1902", "1901-08-05/1902-09-07"),
        ("17.–18. Jh.", "1600/1799"), ("1880er-Jahre", "188X"),
        ("1700-1800-talet", "1700/1899"), ("1880-90-talet", "1880/1899"),
        ("ok. 1890 r.", "1890~"), ("XIX w.", "18XX"), ("I poł. XX w.", "19XX"), ("3 maja 1890", "1890-05-03"),
        ("od 1890 do 1900", "1890/1900"), ("do 1939 r.", "../1939"), ("między 1880 a 1890", "1880/1890"),
        ("ок. 1890 г.", "1890~"), ("XIX век", "18XX"), ("XVIII–XIX вв.", "1700/1899"), ("3 мая 1890", "1890-05-03"),
        ("с 1890 по 1895", "1890/1895"), ("до 1917 г.", "../1917"), ("1890-е гг.", "189X"),
        ("II в. до н. э.", "-01XX"), ("19-й век", "18XX"),
        ("бл. 1890 р.", "1890~"), ("ХІХ ст.", "18XX"), ("кінець XIX ст.", "18XX"), ("3 травня 1890 року", "1890-05-03"),
        ("1880 circa", "1880~"), ("sec. XIX", "18XX"), ("fine XIX - inizio XX secolo", "1800/1999"),
        ("tra il 1880 e il 1890", "1880/1890"), ("5 maggio 1905", "1905-05-05"), ("anni 1880", "188X"),
        ("cerca de 1880", "1880~"), ("s. XIX", "18XX"), ("final do século XIX", "18XX"), ("do século XIX", "18XX"),
        ("5 de maio de 1905", "1905-05-05"), ("entre 1880 e 1890", "1880/1890"),
        ("1880'erne", "188X"), ("1800-tallet", "18XX"), ("fra 1890 til 1900", "1890/1900"),
        ("3. maj 1890", "1890-05-03"),
        ("begyndelsen af 1800-tallet", "18XX"), ("19. årh.", "18XX"), ("udateret", ""),
        ("1890-årene", "189X"), ("mellom 1880 og 1890", "1880/1890"), ("3. desember 1890", "1890-12-03"),
        ("noin 1890", "1890~"), ("1800-luku", "18XX"), ("1880-luvun loppu", "188X"), ("1890 jälkeen", "1890/.."),
        ("3. toukokuuta 1890", "1890-05-03"), ("ajoittamaton", ""),
        ("1890年5月3日", "1890-05-03"), ("1890年5月", "1890-05"), ("1890年代", "189X"), ("１８９０年頃", "1890~"),
        ("19世紀後半", "18XX"), ("19世紀末〜20世紀初頭", "1800/1999"), ("1890年から1895年", "1890/1895"),
        ("明治23年", "1890"), ("昭和元年", "1926"), ("大正10年5月3日", "1921-05-03"), ("年代不詳", ""),
    ],
)  # fmt: skip
def test_other_languages(text: str, written: str) -> None:
    """The same is told in each of the languages that there are words of."""
    date = read_date(text)
    assert date is not None
    assert date.edtf == written


@pytest.mark.parametrize(
    "text",
    [
        "1984", "1984-06", "1984-06-02", "1984~", "1984-06?", "1984%", "198X", "19XX", "-0099", "-03XX", "1964/2008",
        "1964-05/1970-01", "../1985", "1985/..", "[1667,1668]", "{1960,1961}", "1930-21", "1984~/1990~",
    ],
)  # fmt: skip
def test_edtf_is_read(text: str) -> None:
    """A text that is EDTF already means itself."""
    date = read_date(text)
    assert date is not None
    assert date.edtf == text


@pytest.mark.parametrize(
    "text",
    [
        "", "foo", "0", "12", "1/2/1905", "3/4/1932", "11/7/1929", "05.03.1905", "1905-06", "2009-11", "1912-21",
        "1905/06",
        "1900s", "1900er", "1648-1630", "30 February 1905", "1905-00", "1905-02-30",
        "Edo period (1603-1867)", "1833/I", "c. 1715-1725; c. 1700", "26th Dynasty (664-525 BCE)", "late Qing?",
        "1904|1937", "June 10-12, 1954", "before early 1850s", "from 1905", "[1905,1906,1907]", "1905-05-05-05",
        "c1905", "[c1905]",
        "Winter 1890-91", "Winter 1890/91", "-1890", "-1890?", "1890-95 BC", "150-25 BC", "années 1880-1890",
        "1880, 1870", "[1890]-1895", "1900-1910s", "1880, c. 1890?", "lata 80. XIX w.", "r. 1558-1603",
        "5 мая 1890 ст. ст.",
        "31.II.1901", "5.XIII.1901", "0.I.1901", "5 x 1901", "5 i 1901", "um 1500/10",
        "17th-18th century (early)", "1849-1850 (after)", "1849? (nach)", "1849 (nach Dürer)",
        "1316 هـ", "1316هـ", "١٣١٦هـ", "1316 هـ / 1898 م", "1316/1898 م", "1316, 1898 م", "١٣١٦", "۱۳۷۷", "عام 1316",
        "القرن 13 هـ", "القرن الثالث عشر الهجري", "القرن الثالث عشر", "القرن 13", "12 ربيع الأول 1898",
        "江戸時代", "江戸時代 19世紀", "明治3年", "昭和65年", "1900年代",
        "昭和30年代", "188.", "ca 188.", "940/1533", "30 January 1648/9", "5 February 1663/4", "1800-, 1900-tal",
        "0000", "0000-00-00", "9999", "1905/9999", "9999-12-31",
    ],
)  # fmt: skip
def test_what_is_not_read(text: str) -> None:
    """What can mean two things, is no date or says more than a date is not read."""
    assert read_date(text) is None


@given(dates)
def test_what_is_read_is_edtf(text: str) -> None:
    """Whatever date comes of a text, its EDTF is valid, and means the same bounds to the library."""
    date = read_date(text)
    if date is not None and date.edtf:
        assert edtf.is_valid_edtf(date.edtf), (text, date.edtf)
        if date.relation in {"is", "between"} and date.first and not date.first.part:
            parsed = edtf.parse_edtf(date.edtf)
            assert tuple(parsed.lower_strict()[:3]) == date.first.bounds[0]


@given(dates)
def test_edtf_reads_back(text: str) -> None:
    """A date's EDTF, read again, is written in the same way."""
    date = read_date(text)
    if date is not None and date.edtf and (again := read_date(date.edtf)) is not None:
        assert again.edtf == date.edtf


@given(st.one_of(dates, st.lists(pieces, max_size=8).map("".join), st.text(max_size=40)))
def test_wikitext_is_one_template_or_a_date(text: str) -> None:
    """Whatever is read, what goes onto the page is one ISO date or one call of one of two templates, no more."""
    date = read_date(text)
    if date is not None:
        [node] = mwparserfromhell.parse(date.wikitext).nodes
        if isinstance(node, Template):
            assert str(node.name) in {"other date", "complex date"}
        else:
            assert {*str(node)} <= {*"0123456789-"}


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("5 May 1905", "+1905-05-05T00:00:00Z", "+1905-05-05T00:00:00Z", 11),
        ("May 1905", "+1905-05-00T00:00:00Z", "+1905-05-00T00:00:00Z", 10),
        ("1905", "+1905-00-00T00:00:00Z", "+1905-00-00T00:00:00Z", 9),
        ("1880s", "+1880-00-00T00:00:00Z", "+1880-00-00T00:00:00Z", 8),
        ("19th century", "+1801-00-00T00:00:00Z", "+1801-00-00T00:00:00Z", 7),
        ("4th century BCE", "-0400-00-00T00:00:00Z", "-0400-00-00T00:00:00Z", 7),
        ("1 BCE", "-0001-00-00T00:00:00Z", "-0001-00-00T00:00:00Z", 9),
        ("1630-1648", "+1630-00-00T00:00:00Z", "+1648-00-00T00:00:00Z", 9),
        ("1995-6, 2007", "+1995-00-00T00:00:00Z", "+2007-00-00T00:00:00Z", 9),
        ("1905-1910s", "+1905-00-00T00:00:00Z", "+1910-00-00T00:00:00Z", 8),
        ("before 1900", None, "+1900-00-00T00:00:00Z", 9),
        ("after 1850", "+1850-00-00T00:00:00Z", None, 9),
        ("n.d.", None, None, None),
    ],
)
def test_wikibase(text: str, earliest: str | None, latest: str | None, precision: int | None) -> None:
    """For Wikibase there is the earliest and the latest date, in its calendar without a year 0, and the precision."""
    date = read_date(text)
    assert date is not None
    assert (date.earliest.time if date.earliest else None) == earliest
    assert (date.latest.time if date.latest else None) == latest
    assert date.precision == precision


def test_circa() -> None:
    """A date that is about right says so, and one that is exact does not."""
    assert [date.circa for date in map(read_date, ["c. 1780", "1770-c. 1780", "1780"]) if date] == [True, True, False]


def test_values_can_be_made() -> None:
    """A date is a plain value that needs no text."""
    date = Date("between", Point(1880, precision=Precision.DECADE), Point(1905, 5, 5, Precision.DAY))
    assert date.edtf == "1880/1905-05-05"


@pytest.mark.parametrize(
    "words",
    [{"JUNE": ["june"]}, {"M6": ["June"]}, {"M6": [" "]}, {"M6": ["mai."]}, {"OR": ["of"]}],
)
def test_words_of_dates_are_held_to_the_rules(words: dict[str, list[str]]) -> None:
    """A language's file says known things, in lower case, and no phrase that means another thing in any language."""
    others = {"M5": ["mai"], "": ["of"]}
    assert meanings([("xx.json", others)]) == {"mai": "M5", "of": ""}
    with pytest.raises(ValueError, match=r"yy\.json"):
        meanings([("xx.json", others), ("yy.json", words)])


@pytest.mark.parametrize(
    ("text", "written", "wikitext"),
    [
        ("date not known", "", "{{other date|unknown}}"),
        ("?1829", "1829?", "{{complex date|date1=1829|certainty=presumably}}"),
        ("?c.1900", "1900%", "{{complex date|date1=1900|adj1=circa|certainty=presumably}}"),
        ("published 1819", "1819", "1819 (published)"),
        ("2009, printed 2015", "2009", "2009 (printed 2015)"),
        ("first published 1794, this impression 1980s", "1794", "1794 (first published; this impression 1980s)"),
        ("1930 (cast 1955)", "1930", "1930 (cast 1955)"),
        ("1887-1887", "1887", "1887"),
        ("late 1800s", "18XX", "{{complex date|date1=19|adj1=late|precision1=century}}"),
        ("18C.", "17XX", "{{other date|century|18}}"),
        ("early 20C.", "19XX", "{{complex date|date1=20|adj1=early|precision1=century}}"),
        ("19th Century/LATE", "18XX", "{{complex date|date1=19|adj1=late|precision1=century}}"),
        ("197?", "197X", "{{other date|decade|1970}}"),
        ("18--", "18XX", "{{other date|century|19}}"),
        ("1905-05-03 00:00:00", "1905-05-03", "1905-05-03"),
        ("painted in 1902", "1902", "1902"),
        ("exhibited 1819", "1819", "1819 (exhibited)"),
        ("reprinted 1990", "1990", "1990 (reprinted)"),
        ("1898, retouched c. 1912", "1898", "1898 (retouched c. 1912)"),
        ("1995–6, 2007", "{1995..1996,2007}", "{{other date|between|1995|1996}}, 2007"),
        ("1995, 2007, printed 2009", "{1995,2007}", "1995, 2007 (printed 2009)"),
        ("[189-?]", "189X?", "{{complex date|date1=1890|precision1=decade|certainty=presumably}}"),
        ("[18--?]", "18XX?", "{{complex date|date1=19|precision1=century|certainty=presumably}}"),
        ("[189-]", "189X", "{{other date|decade|1890}}"),
        (
            "1890-1910er",
            "1890/1919",
            "{{complex date|conj=between|date1=1890|precision1=decade|date2=1910|precision2=decade}}",
        ),
        (
            "1850-60s",
            "1850/1869",
            "{{complex date|conj=between|date1=1850|precision1=decade|date2=1860|precision2=decade}}",
        ),
        ("100-50 BC", "-0099/-0049", "{{complex date|conj=between|date1=0100|era1=BC|date2=0050|era2=BC}}"),
        ("1944-01-01T00:00:00Z", "1944", "1944"),
        ("1870 (made)", "1870", "1870"),
        ("1880-90 ca.", "1880~/1890~", "{{other date|~|1880|1890}}"),
        ("1901 (printed <b>[[1905]]</b>)", "1901", "1901 (printed &#60;b&#62;&#91;&#91;1905&#93;&#93;&#60;/b&#62;)"),
    ],
)
def test_dates_as_lists_have_them(text: str, written: str, wikitext: str) -> None:
    """A printing or casting stands beside the work's own date; an open digit is a decade or century, never a year.

    A date with a question mark is presumably right: to cataloguers (AACR2 1.4F7) it is probable.
    """
    date = read_date(text)
    assert date is not None
    assert (date.edtf, date.wikitext) == (written, wikitext)


@pytest.mark.parametrize("text", ["1970 (printed)", "1955 (cast)", "1870, published", "printed 1970"])
def test_a_date_of_an_issue_is_not_the_works(text: str) -> None:
    """Wherever the word for it stands."""
    date = read_date(text)
    assert date is not None
    assert not date.of_work
    assert date.edtf in text


def test_a_long_text_is_not_read() -> None:
    """A text over the limit is no date."""
    assert read_date("1905".rjust(MAX_LENGTH)) == read_date("1905")
    assert read_date("1905".rjust(MAX_LENGTH + 1)) is None


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1-",
        "c. ",
        "between ",
        " and ",
        "1905 or ",
        "(",
        "i",
        "1. ",
        "- ",
        "?",
        "s. ",
        "a",
        "80-",
        "1年",
        "1, ",
        "(um ",
        "5.x.",
    ],
)
def test_hostile_texts_are_read_in_time(piece: str) -> None:
    """No text of the longest length takes more than a few steps a character."""
    read_date("1905")  # the first date of a process finds the words of every language
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]
    assert steps(lambda: read_date(text)) < 20 * MAX_LENGTH


def test_the_museum_agrees() -> None:
    """What is read lies where the museum's own machine dates lie, but for those that contradict its words."""
    with RECORDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [row for row in rows if row["creation_date_earliest"][:1].isdigit() and row["creation_date_latest"]]
    compared = agreed = 0
    for row in told:
        date = read_date(row["creation_date"])
        if date is None or date.first is None or date.relation not in {"is", "between"} or date.circa or date.beside:
            continue
        first, last = date.first.bounds[0][0], (date.second or date.first).bounds[1][0]
        compared += 1
        # Before 1600 its machine dates are a year early.
        agreed += (
            first - 1 <= int(row["creation_date_earliest"][:4]) and int(row["creation_date_latest"][:4]) <= last + 1
        )
    assert (compared, agreed) == (1904, 1877)
