"""The worst that a megabyte can be, for each format of lists, and processes that read it within hard limits.

`python -m tests.jobs.lists.worst 1000000 csv json` reads all cases of these formats in lists of so many bytes, each in
a process of its own, and prints a line of JSON for each: how many rows were read, why the list was refused (or
nothing), the seconds of processor time and the most memory (in KiB) that reading it took. A process that needs far too
much is killed, and its line says so.
"""

import gc
import gzip
import io
import json
import os
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count, product
from pathlib import Path
from string import ascii_lowercase
from typing import BinaryIO

from jobs.io.http import Unfetched
from jobs.lists.registry import read_records
from jobs.model.records import BadManifest
from tests.jobs.lists.made import ADDRESS, cell, letters, row, spreadsheet, workbook, zipped
from wikitext.messages import message

MEGABYTE = 1_000_000
MOST_KILOBYTES = 200_000
MOST_SECONDS = 15
"""Of processor time, for what would take an hour: a megabyte takes a second or two."""

size_of_lists = MEGABYTE
"""How many bytes lists are of; less, to see what reading takes as they grow."""


def share(number: int) -> int:
    """Of what there is so often in a megabyte, how many there are in a list."""
    return number * size_of_lists // MEGABYTE


def half() -> int:
    """Half of a list's bytes."""
    return size_of_lists // 2


def much(piece: str, size: int = 0) -> str:
    """The piece, again and again."""
    return piece * ((size or size_of_lists) // len(piece.encode()))


def listed(template: str, size: int = 0) -> str:
    """The template again and again, each time with another word for its `%`."""
    size = size or size_of_lists
    words = ("".join(word) for length in count(2) for word in product(ascii_lowercase, repeat=length))
    parts = []
    while size > 0:
        parts.append(template.replace("%", next(words)))
        size -= len(parts[-1])
    return "".join(parts)


def noise() -> bytes:
    """Bytes that mean nothing."""
    return random.Random(1).randbytes(size_of_lists)  # noqa: S311 - the same each time


BEHIND = "</sheetData><{0}>{1}</{0}><sheetData>"
"""Of a sheet, what stands behind its rows."""

TEXT = 'office:value-type="string"><text:p>x</text:p></table:table-cell>'
REPEATED = '<table:table-row table:number-rows-repeated="1048570">'

CONTEXT = '"@context":"http://iiif.io/api/presentation/3/context.json"'
CANVAS = ',{"type":"Canvas"}'
PAIRS = [f'{{"label":"m{n}","value":"x"}}' for n in range(480)]
NESTED = '{"items":[' * 20 + "{}" + "]}" * 20 + ","
SERVICE = '{"profile":[' + "[]," * 20_000 + "1]},"


def manifest(canvases: str, more: str = "") -> str:
    """A manifest of these canvases, in JSON."""
    return f'{{{CONTEXT},"type":"Manifest",{more}"items":[{canvases}]}}'


def canvas(body: str) -> str:
    """A manifest of one canvas with this body on it."""
    page = f'{{"items":[{{"motivation":"painting","body":{body}}}]}}'
    return manifest(f'{{"type":"Canvas","items":[{page}]}}')


OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:d="http://purl.org/dc/elements/1.1/">'
LIDO = '<lido xmlns="http://www.lido-schema.org">'
EVENT = "<event><eventType><term>Production</term></eventType>"
ACTOR = "<eventActor><actorInRole><actor><nameActorSet><appellationValue>%</appellationValue></nameActorSet></actor>"
MODS = '<mods xmlns="http://www.loc.gov/mods/v3">'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://purl.org/dc/elements/1.1/"'
    ' xmlns:e="http://www.europeana.eu/schemas/edm/" xmlns:o="http://www.openarchives.org/ore/terms/"'
    ' xmlns:s="http://www.w3.org/2004/02/skos/core#" xmlns:x="http://purl.org/dc/terms/">'
)
METS = '<mets xmlns="http://www.loc.gov/METS/" xmlns:m="http://www.loc.gov/mods/v3"><dmdSec><mdWrap><xmlData>'
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HEADING = row(1, cell("A1", "a"))
WIDE = row(1, *(cell(f"{letters(n)}1", f"c{n}") for n in range(500)))
SHARED = "<c t='s'><v>0</v></c>"


def lido(described: str = "", kept: str = "", around: str = "eventWrap") -> str:
    """A record in LIDO, of this within its description (in these elements) and its administrative metadata."""
    opened, closed = (f"<{mark}{f'><{mark}'.join(path)}>" for mark, path in nested(around))
    block = f"<descriptiveMetadata xml:lang='de'>{opened}{described}{closed}</descriptiveMetadata>"
    return f"{LIDO}{block}<administrativeMetadata>{kept}</administrativeMetadata></lido>"


def nested(path: str) -> tuple[tuple[str, list[str]], tuple[str, list[str]]]:
    """The marks of the tags that begin and end the elements of a path, and their names in order."""
    names = path.split("/")
    return ("", names), ("/", names[::-1])


def edm(inner: str) -> str:
    """EDM of an object that is said to be `x`, and of this."""
    return f'{RDF}<e:ProvidedCHO rdf:about="x"><d:title>t</d:title>{inner}</rdf:RDF>'


def padded(sheet: str = HEADING, strings: str = "<sst/>", styles: str = "<styleSheet/>") -> bytes:
    """A workbook of this sheet, with what does not pack well in it: so the rest may unpack to thirty times its size."""
    padding = "".join(sha256(b"%d" % n).hexdigest() for n in range(share(28_000)))
    parts = {"xl/sharedStrings.xml": strings, "xl/styles.xml": styles, "pad": padding}
    return workbook(sheet, change=lambda known: known.update(parts))


def shared(text: str, times: int = 1) -> str:
    """The shared strings of a workbook: this one, so often."""
    return f"<sst>{f'<si><t>{text}</t></si>' * times}</sst>"


def style(code: str) -> str:
    """The styles of a workbook in which each number has a format of this character, again and again."""
    formats = f'<numFmts><numFmt numFmtId="200" formatCode="{much(code)}"/></numFmts>'
    return f'<styleSheet>{formats}<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'


SMALL_AND_COSTLY = [
    (row(2, cell("A2", "x")) + row(1_048_576, cell("XFD1048576", "z")), 2),
    (row(2, *[SHARED] * 16_000), 1),
    (f"<row>{SHARED}</row>" * 20_000, 20_000),
    ("<row/>" * 60_000 + f"<row>{SHARED}</row>", 1),
    (row(2, SHARED, "<c/>" * 100_000), 1),
]
"""Rows of sheets, and how many they are for the reader."""


def workbook_of_long_text(sheet: str) -> bytes:
    """A small workbook of a wide sheet, in which one long text may stand in many cells."""
    return workbook(WIDE + sheet, strings=[f"<si><t>{'x' * 50_000}</t></si>"])


CASES: dict[str, Callable[[], str | bytes]] = {
    "csv heading of commas": lambda: much(","),
    "csv row of commas": lambda: "a,b\n" + much(","),
    "csv wide rows": lambda: ",".join(f"c{n}" for n in range(500)) + "\n" + much("," * 499 + "x\n"),
    "csv one giant cell": lambda: "a,b\n" + much("x"),
    "csv quotes never closed": lambda: "a,b\n" + much('"'),
    "csv quote opened and lines": lambda: 'a,b\n"' + much("x,\n"),
    "csv empty rows": lambda: "a,b\n" + much("\n"),
    "csv rows of a letter": lambda: "a\n" + much("x\n"),
    "json deep arrays": lambda: '[{"a":' + much("["),
    "json deep objects": lambda: much('{"a":'),
    "json numbers": lambda: '[{"a":1}' + much(",1") + "]",
    "json numbers in a value": lambda: '[{"a":[1' + much(",1") + "]}]",
    "json empty arrays in a value": lambda: '[{"a":[1' + much(",[]") + "]}]",
    "json huge numbers": lambda: '[{"a":1}' + much(',{"a":1e999999}') + "]",
    "json huge exponents": lambda: '[{"a":1e99999999999999999999999999}]' + much(" "),
    "json long integers": lambda: '[{"a":1}' + much(f',{{"a":{"9" * 3999}}}') + "]",
    "json one endless number": lambda: '[{"a":' + much("9") + "}]",
    "json one endless key": lambda: '{"' + much("a") + '":1}',
    "json one endless text": lambda: '[{"a":"' + much("x") + '"}]',
    "json arrays of objects": lambda: '{"z":[]' + listed(',"%":[{}]') + "}",
    "json lines of objects": lambda: '{"a":1}\n' + much('{"a":1}\n'),
    "json lines broken": lambda: '{"a":1}\n' + much("x\n"),
    "json lines of braces": lambda: '{"a":1}\n' + much("{\n"),
    "json lines deep objects": lambda: '{"a":1}\n' + much('{"a":' * 400 + "1" + "}" * 400 + "\n"),
    "iiif wide canvases": lambda: manifest(f'{{"type":"Canvas"}}{much(CANVAS)}', f'"metadata":[{",".join(PAIRS)}],'),
    "iiif endless metadata": lambda: manifest(
        '{"type":"Canvas"}', '"metadata":[{}' + much(',{"label":"a","value":1}') + "],"
    ),
    "iiif nested bodies": lambda: canvas(f"[{much(NESTED)}{{}}]"),
    "iiif html": lambda: manifest('{"type":"Canvas"}', '"label":"<' + much("<br") + '>",'),
    "iiif languages": lambda: manifest('{"type":"Canvas"}', '"label":{"z":["x"]' + listed(',"%":["x"]') + "},"),
    "iiif services": lambda: canvas(f'{{"service":[{much(SERVICE)}{{}}]}}'),
    "iiif collection": lambda: (
        f'{{{CONTEXT},"type":"Collection","items":[{{}}' + much(',{"type":"Manifest","id":"x"}') + "]}"
    ),
    "iiif collections in turn": lambda: (
        f'{{{CONTEXT},"type":"Collection","items":[{{"id":"y"}}' + much(',{"type":"Collection"}') + "]}"
    ),
    "tabular fields": lambda: '{"schema":{"fields":[{"name":"a"}' + much(",{}") + ']},"data":[[]]}',
    "tabular wide row": lambda: '{"schema":{"fields":[{"name":"a"}]},"data":[["x"' + much(",1") + "]]}",
    "tabular languages": lambda: '{"schema":{"fields":[{"name":"a"}]},"data":[[{"z":1' + listed(',"%":1') + "}]]}",
    "wiki cells": lambda: "{|\n! a\n|-\n| x " + much("|| "),
    "wiki heading of cells": lambda: "{|\n! a " + much("!! "),
    "wiki rows": lambda: "{|\n! a\n" + much("|-\n"),
    "wiki rows of a letter": lambda: "{|\n! a\n" + much("|-\n|x\n"),
    "wiki nested tables": lambda: "{|\n! a\n|-\n| x\n" + much("{|\n|\n"),
    "wiki span and spaces": lambda: "{|\n! a\n|-\n| rowspan=" + much(" ") + "| x\n",
    "wiki comments": lambda: "{|\n! a\n|-\n| x\n" + much("<!--"),
    "wiki nowiki and tags": lambda: "{|\n! a\n|-\n| x\n<nowiki>" + much("<"),
    "wiki templates": lambda: "{|\n! a\n|-\n| x\n" + much("{{a|"),
    "wiki nested templates": lambda: "{|\n! a\n|-\n| x\n" + much("{{" * 12 + "\n||" + "}}" * 12),
    "wiki breaks": lambda: "{|\n! a\n|-\n| x\n<br" + much(" "),
    "wiki references": lambda: "{|\n! a\n|-\n| &#" + much("9") + ";\n|}",
    "oai billion laughs": lambda: f"<?xml version='1.0'?><!DOCTYPE x [{LAUGHS}]>{OAI}{much('&l9;')}",
    "oai deep": lambda: OAI + much("<a>"),
    "oai deep record": lambda: f"{OAI}<record>" + much("<a>"),
    "oai small records": lambda: OAI + much("<record><d:title>x</d:title></record>") + "</OAI-PMH>",
    "oai nested values": lambda: f"{OAI}<record>" + much("<d:title>x") + much("</d:title>") + "</record></OAI-PMH>",
    "oai attributes": lambda: f"{OAI}<record" + listed(' %="x"') + "/></OAI-PMH>",
    "oai one endless attribute": lambda: f'{OAI}<record a="' + much("x") + '"/></OAI-PMH>',
    "oai one endless comment": lambda: f"{OAI}<!--" + much("x"),
    "oai namespaces": lambda: OAI + listed('<a xmlns:%="x"/>'),
    "oai one long namespace": lambda: f'<OAI-PMH xmlns="{much("x", half())}">' + listed("<%/>", half()),
    "oai tags of namespaces": lambda: f"{OAI}<a " + much("xmlns:"),
    "oai tag without end": lambda: f"{OAI}<a" + much(" "),
    "oai many names": lambda: OAI + listed("<%/>"),
    "oai text without end": lambda: f"{OAI}<record><d:title>" + much("x"),
    "oai references": lambda: f"{OAI}<record><d:title>" + much("&#120;") + "</d:title></record></OAI-PMH>",
    "lido deep": lambda: LIDO + much("<a>"),
    "lido events": lambda: lido(much(f"<eventSet>{EVENT}</event></eventSet>")),
    "lido actors": lambda: lido(
        f"<eventSet>{EVENT}" + listed(f"{ACTOR}</actorInRole></eventActor>") + "</event></eventSet>"
    ),
    "lido roles": lambda: lido(
        f"<eventSet>{EVENT}"
        + listed(f"{ACTOR}<roleActor><term>% of</term></roleActor></actorInRole></eventActor>")
        + "</event></eventSet>"
    ),
    "lido actors shown": lambda: lido(
        f"<eventSet>{EVENT}"
        + much(
            f"<eventActor><displayActorInRole>{'(after,' * 40}</displayActorInRole>"
            "<actorInRole><actor><nameActorSet><appellationValue>x</appellationValue></nameActorSet></actor>"
            "</actorInRole></eventActor>"
        )
        + "</event></eventSet>"
    ),
    "lido titles": lambda: lido(
        listed("<titleSet xml:lang='%'><appellationValue>x</appellationValue></titleSet>"),
        around="objectIdentificationWrap/titleWrap",
    ),
    "lido descriptions": lambda: lido(
        much("<descriptiveNoteValue>x</descriptiveNoteValue>"),
        around="objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet",
    ),
    "lido sizes": lambda: lido(
        listed("<measurementsSet><measurementType>%</measurementType><measurementValue>1</measurementValue>").replace(
            "</measurementValue>", "</measurementValue></measurementsSet>"
        ),
        around="objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet/objectMeasurements",
    ),
    "lido files": lambda: lido(
        kept="<resourceWrap>"
        + listed(
            "<resourceSet><resourceRepresentation><linkResource>https://%</linkResource></resourceRepresentation>"
            "</resourceSet>"
        )
        + "</resourceWrap>"
    ),
    "lido terms": lambda: lido(
        f"<objectWorkType>{much('<term>x</term>')}</objectWorkType>",
        around="objectClassificationWrap/objectWorkTypeWrap",
    ),
    "lido records": lambda: (
        f"<lidoWrap>{much(f'{LIDO}<objectPublishedID>http://x</objectPublishedID></lido>')}</lidoWrap>"
    ),
    "lido small records": lambda: (
        '<l:lidoWrap xmlns:l="http://www.lido-schema.org">' + much("<l:lido/>") + "</l:lidoWrap>"
    ),
    "lido small descriptions": lambda: (
        '<l:lidoWrap xmlns:l="http://www.lido-schema.org">'
        + much("<l:lido><l:descriptiveMetadata/></l:lido>")
        + "</l:lidoWrap>"
    ),
    "mods small records": lambda: (
        '<m:modsCollection xmlns:m="http://www.loc.gov/mods/v3">'
        + much("<m:mods><m:note/></m:mods>")
        + "</m:modsCollection>"
    ),
    "mods deep": lambda: MODS + much("<relatedItem>"),
    "mods names": lambda: MODS + listed("<name><namePart>%</namePart></name>") + "</mods>",
    "mods roles": lambda: MODS + listed("<name><role><roleTerm>%</roleTerm></role></name>") + "</mods>",
    "mods dates": lambda: f"{MODS}<originInfo>{much('<dateIssued>1</dateIssued>')}</originInfo></mods>",
    "mods origins": lambda: MODS + much("<originInfo><dateIssued/></originInfo>") + "</mods>",
    "mods identifiers": lambda: MODS + listed('<identifier type="local">%</identifier>') + "</mods>",
    "mods languages": lambda: MODS + listed('<abstract lang="%">x</abstract>') + "</mods>",
    "mods files": lambda: (
        MODS
        + listed('<location><url access="raw object">http://%</url></location>')
        + f"<note>{'x' * 90_000}</note></mods>"
    ),
    "mods subjects": lambda: f"{MODS}<subject>{much('<topic>x</topic>')}</subject></mods>",
    "mets groups": lambda: (
        f"{METS}<m:mods/></xmlData></mdWrap></dmdSec><fileSec>" + much("<fileGrp/>") + "</fileSec></mets>"
    ),
    "mets records": lambda: METS + much("<m:mods><m:note>x</m:note></m:mods>") + "</xmlData></mdWrap></dmdSec></mets>",
    "mets files": lambda: (
        f"{METS}<m:mods/></xmlData></mdWrap></dmdSec><fileSec><fileGrp>"
        + listed('<file><FLocat href="http://%"/></file>')
        + "</fileGrp></fileSec></mets>"
    ),
    "edm deep": lambda: edm("<d:creator><a>" + much("<b><c>")),
    "edm circle": lambda: edm(
        listed('<d:creator rdf:resource="%"/>', half())
        + "</e:ProvidedCHO>"
        + listed(
            '<e:Agent rdf:about="%"><s:prefLabel rdf:resource="%"/><d:creator rdf:resource="x"/></e:Agent>',
            size_of_lists // 2,
        )
    ),
    "edm one label": lambda: edm(
        much('<d:creator rdf:resource="y"/>', half())
        + f'</e:ProvidedCHO><e:Agent rdf:about="y"><s:prefLabel>{much("x", half())}</s:prefLabel></e:Agent>'
    ),
    "edm labels": lambda: edm(
        much('<d:creator rdf:resource="y"/>', half())
        + f'</e:ProvidedCHO><e:Agent rdf:about="y">{much("<s:prefLabel>x</s:prefLabel>", half())}</e:Agent>'
    ),
    "edm no label": lambda: edm(
        much('<d:creator rdf:resource="y"/>', half())
        + f'</e:ProvidedCHO><e:Agent rdf:about="y">{much("<e:begin/>", half())}</e:Agent>'
    ),
    "edm files": lambda: edm(
        f"<d:description>{'x' * 90_000}</d:description></e:ProvidedCHO><o:Aggregation>"
        + listed('<e:isShownBy rdf:resource="http://%"/>')
        + "</o:Aggregation>"
    ),
    "edm one file": lambda: edm(
        "</e:ProvidedCHO>"
        "<o:Aggregation>"
        + listed('<e:isShownBy rdf:resource="%"/>', half())
        + f'</o:Aggregation><e:WebResource rdf:about="aa">{much("<d:description>x</d:description>", half())}'
        + "</e:WebResource>"
    ),
    "edm small objects": lambda: edm("</e:ProvidedCHO>" + much("<e:ProvidedCHO/>")),
    "edm small titles": lambda: edm("</e:ProvidedCHO>" + much("<e:ProvidedCHO><d:title/></e:ProvidedCHO>")),
    "edm objects": lambda: edm(
        "</e:ProvidedCHO>" + listed('<e:ProvidedCHO rdf:about="%"><d:title>x</d:title></e:ProvidedCHO>')
    ),
    "edm aggregations": lambda: edm(
        "</e:ProvidedCHO>" + much('<o:Aggregation><e:aggregatedCHO rdf:resource="x"/></o:Aggregation>')
    ),
    "edm kinds": lambda: edm(
        "</e:ProvidedCHO><o:Aggregation>" + much('<rdf:type rdf:resource="x"/>') + "</o:Aggregation>"
    ),
    "edm properties": lambda: edm(much("<x:a/>") + "</e:ProvidedCHO>"),
    "oai small mods": lambda: (OAI + much("<record><m:mods/></record>") + "</OAI-PMH>").replace(
        "xmlns:d", 'xmlns:m="http://www.loc.gov/mods/v3" xmlns:d', 1
    ),
    "oai mods": lambda: OAI + much(f"<record>{MODS}<note>x</note></mods></record>") + "</OAI-PMH>",
    "oai edm": lambda: OAI + much(f"<record>{edm('</e:ProvidedCHO>')}</record>") + "</OAI-PMH>",
    "oai lido": lambda: (
        OAI + much(f"<record>{LIDO}<objectPublishedID>http://x</objectPublishedID></lido></record>") + "</OAI-PMH>"
    ),
    "oai files": lambda: (
        OAI
        + "<record>"
        + MODS
        + listed('<location><url access="raw object">http://%</url></location>')
        + "</mods></record></OAI-PMH>"
    ),
    "xlsx bomb": lambda: padded(HEADING + much("<row/>", 40 * size_of_lists)),
    "xlsx rows": lambda: padded(HEADING + "<row/>" * share(300_000)),
    "xlsx cells": lambda: padded(HEADING + ("<row>" + "<c><v>1</v></c>" * 400 + "</row>") * share(600)),
    "xlsx huge numbers": lambda: padded(HEADING + "<row><c><v>1e999999</v></c></row>" * share(200_000)),
    "xlsx endless number": lambda: padded(HEADING + row(2, f"<c><v>{much('9')}</v></c>")),
    "xlsx long shared string in every cell": lambda: padded(
        WIDE + f"<row>{SHARED * 500}</row>" * share(200), strings=shared(" " + "x" * share(1_900_000))
    ),
    "xlsx long shared string in every heading": lambda: padded(
        row(1, SHARED * 16_000), strings=shared("x" * share(1_900_000))
    ),
    "xlsx shared space in every cell": lambda: padded(
        HEADING + f"<row>{SHARED * 500}</row>" * share(400), strings=shared(" " * share(1_900_000))
    ),
    "xlsx wide shared strings": lambda: padded(strings=shared("\U0001f600" + "x" * share(1_800_000), times=14)),
    "xlsx format of zeros": lambda: padded(
        WIDE + ("<row>" + "<c><v>1</v></c>" * 500 + "</row>") * share(100), styles=style("0")
    ),
    "xlsx format of brackets": lambda: padded(HEADING + row(2, "<c><v>1</v></c>"), styles=style("[")),
    "xlsx one endless attribute": lambda: padded(HEADING + f'<row a="{"x" * share(25_000_000)}"/>'),
    "xlsx one endless beginning": lambda: padded(strings=f"<!--{'x' * share(25_000_000)}--><sst/>"),
    "xlsx many names": lambda: padded(HEADING + listed("<%/>", share(5_000_000))),
    "xlsx many attributes": lambda: padded(HEADING + "<row " + listed(' %="x"', share(1_900_000)) + "/>"),
    "xlsx deep row": lambda: padded(HEADING + "<row>" + "<c>" * share(600_000)),
    "xlsx merged": lambda: padded(
        HEADING
        + "<row><c><v>1</v></c></row>" * share(60_000)
        + BEHIND.format(
            "mergeCells", "".join(f'<mergeCell ref="{letters(n)}1:{letters(n)}99999"/>' for n in range(share(9_000)))
        )
    ),
    "xlsx linked": lambda: padded(
        HEADING
        + "<row><c><v>1</v></c></row>" * share(60_000)
        + BEHIND.format("hyperlinks", '<hyperlink ref="A1:A99999"/>' * share(90_000))
    ),
    "xlsx hidden": lambda: padded(HEADING + '<row hidden="1"><c><v>1</v></c></row>' * share(100_000)),
    "xlsx formulas": lambda: padded(HEADING + f"<row><c><f>HYPERLINK( {much(' ')}</f></c></row>"),
    "xlsx formats of numbers": lambda: padded(
        HEADING + "<row><c><v>1.5</v></c></row>" * share(60_000), styles=style("&quot;x&quot;0#?" * 25 + ".0#")
    ),
    "html rows": lambda: "<table><tr><td>a" + much("<tr><td>b"),
    "html cells": lambda: "<table><tr><td>a" + much("<td>"),
    "html tags": lambda: "<table><tr><td>a<tr><td>b" + much("<"),
    "html words": lambda: "<table><tr><td>a<tr><td>b" + much("<b>x</b> "),
    "html comments": lambda: "<table>" + much("<!--") + "<tr><td>a",
    "html heads": lambda: "<table>" + much("<head>") + "<tr><td>a",
    "html spans": lambda: "<table><tr><td " + much("colspan=") + ">a",
    "zip bomb": lambda: zipped({"a.csv": "a,b\n" + "x,y\n" * 51_000_000}),
    "zip names": lambda: zipped({f"{n}.csv": "" for n in range(share(9_000))}),
    "gzip bomb": lambda: gzip.compress(b"a,b\n" + b"x,y\n" * 51_000_000, 1),
    "ods bomb": lambda: spreadsheet(
        f'{REPEATED}<table:table-cell table:number-columns-repeated="16384" {TEXT}</table:table-row>'
    ),
    "ods rows": lambda: spreadsheet(f"<table:table-row><table:table-cell {TEXT}</table:table-row>" * share(200_000)),
    "excel97 noise": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(),
    "encoding noise": lambda: noise().replace(b"\0", b"\1").replace(b"\n", b" "),
    "encoding letters": lambda: much("å").encode("cp1252"),
    "encoding lines": lambda: much("å;ä\n").encode("cp1252"),
    "xlsx small, cells far away": lambda: workbook_of_long_text(SMALL_AND_COSTLY[0][0]),
    "xlsx small, one wide row": lambda: workbook_of_long_text(SMALL_AND_COSTLY[1][0]),
    "xlsx small, many rows": lambda: workbook_of_long_text(SMALL_AND_COSTLY[2][0]),
    "xlsx small, empty rows": lambda: workbook_of_long_text(SMALL_AND_COSTLY[3][0]),
    "xlsx small, empty cells": lambda: workbook_of_long_text(SMALL_AND_COSTLY[4][0]),
}


def format_of(case: str) -> str:
    """The first word of its name."""
    return case.partition(" ")[0]


def read(file: BinaryIO) -> tuple[int, str]:
    """How many rows are read, and why no more."""
    rows = 0
    try:
        for _ in read_records(file, _fetch, ADDRESS).rows:
            rows += 1
    except (BadManifest, Unfetched) as error:
        return rows, error.why.key
    return rows, ""


@contextmanager
def _fetch(address: str) -> Iterator[BinaryIO]:
    if address:
        raise Unfetched(message("web-no-answer", address))
    yield io.BytesIO()


def _kilobytes(name: str) -> int:
    found = re.search(rf"^{name}:\s*(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) if found else 0


def measured(content: bytes) -> dict[str, str | int | float]:
    """Read the list, within limits, in a process that did nothing before; returns what came of it and what it took."""
    file = io.BytesIO(content)
    before, used = _kilobytes("VmRSS"), time.process_time()
    resource.setrlimit(resource.RLIMIT_AS, (_kilobytes("VmSize") * 1024 + 2 * MOST_KILOBYTES * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + MOST_SECONDS,) * 2)
    rows, refused = read(file)
    seconds = round(time.process_time() - used, 2)
    return {"rows": rows, "refused": refused, "seconds": seconds, "peak": _kilobytes("VmHWM") - before}


def main(formats: Collection[str]) -> None:
    """Read the cases of these formats."""
    for name in filter(lambda name: format_of(name) in formats, CASES):
        made = CASES[name]()
        content = made.encode() if isinstance(made, str) else made
        gc.collect()
        process = os.fork()
        if process == 0:
            status = 1
            try:
                print(json.dumps({"case": name, **measured(content)}), flush=True)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(process, 0)
        if status:
            print(json.dumps({"case": name, "killed": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    size_of_lists = int(sys.argv[1])
    main(sys.argv[2:])
