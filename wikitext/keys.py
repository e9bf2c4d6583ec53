"""How names that people write are compared: those of parameters, of columns, of fields."""


def key(name: str) -> str:
    """The form in which names are compared: case, `_`, `-` and white space make no difference.

    Behind an `@` is a language's code, with `-` between its parts however it is written.

    >>> key("Object_Number"), key("title@pt_BR"), key("Title @ pt br")
    ('object number', 'title@pt-br', 'title@pt-br')
    """
    bare, at, code = name.partition("@")
    return f"{' '.join(_words(bare))}{at}{language_code(code)}"


def language_code(code: str) -> str:
    """A language's code as wikis write it: in lower case, `-` between its parts."""
    return "-".join(_words(code))


def _words(name: str) -> list[str]:
    return name.replace("_", " ").replace("-", " ").casefold().split()
