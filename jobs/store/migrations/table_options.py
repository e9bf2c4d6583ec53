"""What tables are made with in MariaDB from version 0003 on.

It is never changed: who wants something else gives that another name, for a migration does what it did.
"""

from typing import Any

TABLE: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_nopad_bin"))
}
