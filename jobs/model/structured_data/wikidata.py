"""The properties and items of Wikidata that statements about files are made of; their only place.

Source: Commons:Structured data/Modeling, and each property's page on Wikidata.
"""

from enum import Enum


class Property(Enum):
    """A property, called what the message `property-P137` says. `datatype`: what it takes, in Wikibase's words."""

    OPERATOR = ("P137", "wikibase-item")
    CREATOR = ("P170", "wikibase-item")
    DEPICTS = ("P180", "wikibase-item")
    COLLECTION = ("P195", "wikibase-item")
    INVENTORY_NUMBER = ("P217", "string")
    STATED_IN = ("P248", "wikibase-item")
    LICENSE = ("P275", "wikibase-item")
    APPLIES_TO_PART = ("P518", "wikibase-item")
    INCEPTION = ("P571", "time")
    RETRIEVED = ("P813", "time")
    REFERENCE_URL = ("P854", "url")
    MAIN_SUBJECT = ("P921", "wikibase-item")
    DESCRIBED_AT = ("P973", "url")
    MEDIA_TYPE = ("P1163", "string")
    POINT_OF_VIEW = ("P1259", "globe-coordinate")
    EARLIEST = ("P1319", "time")
    LATEST = ("P1326", "time")
    TITLE = ("P1476", "monolingualtext")
    CIRCUMSTANCES = ("P1480", "wikibase-item")
    WORKSHOP_OF = ("P1774", "wikibase-item")
    FOLLOWER_OF = ("P1775", "wikibase-item")
    CIRCLE_OF = ("P1776", "wikibase-item")
    MANNER_OF = ("P1777", "wikibase-item")
    POSSIBLE_CREATOR = ("P1779", "wikibase-item")
    SCHOOL_OF = ("P1780", "wikibase-item")
    AFTER_A_WORK_BY = ("P1877", "wikibase-item")
    NAME_STRING = ("P2093", "string")
    URL = ("P2699", "url")
    ROLE = ("P3831", "wikibase-item")
    NATURE = ("P5102", "wikibase-item")
    COPYRIGHT_STATUS = ("P6216", "wikibase-item")
    REPRESENTS = ("P6243", "wikibase-item")
    SOURCE_OF_FILE = ("P7482", "wikibase-item")

    def __init__(self, id_: str, datatype: str) -> None:
        self.id = id_
        self.datatype = datatype


PROPERTIES = {one.id: one for one in Property}

ANONYMOUS = "Q4233718"
ATTRIBUTION = "Q230768"
CIRCUMSTANCES = {"circa": "Q5727902", "presumably": "Q18122778", "probably": "Q56644435", "possibly": "Q30230067"}
"""What is said of a date, as Commons shows it again (Module:Wikidata date reads it for Template:Complex date)."""

FILE_ON_THE_INTERNET = "Q74228490"
COMMONS_FILE, ANALOG_WORK = "Q51954352", "Q112134971"

NAMES = {"Q6938433": "CC0", "Q20007257": "CC BY 4.0", "Q18199165": "CC BY-SA 4.0"}
"""What some items are called in every language; others have a message (`item-Q19652`) or are shown by their numbers."""

ENTITY = "http://www.wikidata.org/entity/"
EARTH = ENTITY + "Q2"
GREGORIAN = ENTITY + "Q1985727"
JULIAN = ENTITY + "Q1985786"
