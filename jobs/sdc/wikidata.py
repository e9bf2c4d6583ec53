"""The properties and items of Wikidata that statements about files are made of; their only place.

Source: Commons:Structured data/Modeling, and each property's page on Wikidata.
"""

from enum import Enum


class Property(Enum):
    """A property. `datatype`: what it takes, in Wikibase's words; `label`: its English label."""

    OPERATOR = ("P137", "wikibase-item", "operator")
    CREATOR = ("P170", "wikibase-item", "creator")
    DEPICTS = ("P180", "wikibase-item", "depicts")
    COLLECTION = ("P195", "wikibase-item", "collection")
    INVENTORY_NUMBER = ("P217", "string", "inventory number")
    STATED_IN = ("P248", "wikibase-item", "stated in")
    LICENSE = ("P275", "wikibase-item", "copyright license")
    INCEPTION = ("P571", "time", "inception")
    RETRIEVED = ("P813", "time", "retrieved")
    REFERENCE_URL = ("P854", "url", "reference URL")
    DESCRIBED_AT = ("P973", "url", "described at URL")
    MEDIA_TYPE = ("P1163", "string", "media type")
    POINT_OF_VIEW = ("P1259", "globe-coordinate", "coordinates of the point of view")
    EARLIEST = ("P1319", "time", "earliest date")
    LATEST = ("P1326", "time", "latest date")
    TITLE = ("P1476", "monolingualtext", "title")
    CIRCUMSTANCES = ("P1480", "wikibase-item", "sourcing circumstances")
    NAME_STRING = ("P2093", "string", "author name string")
    URL = ("P2699", "url", "URL")
    COPYRIGHT_STATUS = ("P6216", "wikibase-item", "copyright status")
    SOURCE_OF_FILE = ("P7482", "wikibase-item", "source of file")

    def __init__(self, id_: str, datatype: str, label: str) -> None:
        self.id = id_
        self.datatype = datatype
        self.label = label


PROPERTIES = {one.id: one for one in Property}

CIRCA = "Q5727902"
FILE_ON_THE_INTERNET = "Q74228490"

LABELS = {
    CIRCA: "circa",
    FILE_ON_THE_INTERNET: "file available on the internet",
    "Q50423863": "copyrighted",
    "Q19652": "public domain",
    "Q88088423": "copyrighted, dedicated to the public domain",
    "Q99263261": "no known copyright restrictions",
    "Q6938433": "CC0",
    "Q20007257": "CC BY 4.0",
    "Q18199165": "CC BY-SA 4.0",
}
"""What items that often stand in previews are called; others are shown by their numbers."""

ENTITY = "http://www.wikidata.org/entity/"
EARTH = ENTITY + "Q2"
GREGORIAN = ENTITY + "Q1985727"
JULIAN = ENTITY + "Q1985786"
