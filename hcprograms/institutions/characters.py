"""Characters: those without a shape are removed, accents and capitals are folded."""

import unicodedata

# Not of category Cf, and drawn as nothing all the same (Default_Ignorable_Code_Point of Unicode's
# DerivedCoreProperties.txt): the grapheme joiner and the fillers of Hangul and Khmer.
BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"

# The zero-width non-joiner and joiner: spelling in Persian and Sinhala, glue in emoji.
JOINERS = "\u200c\u200d"

# Scripts whose letters never change with a joiner between them.
SCRIPTS_WITHOUT_JOINERS = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARMENIAN", "GEORGIAN")


def is_invisible(character: str) -> bool:
    """Whether a character is drawn as nothing: category Cf, or a letter without a shape."""
    return unicodedata.category(character) == "Cf" or character in BLANK_LETTERS


def remove_invisible(text: str) -> str:
    """Return the text without invisible characters.

    A joiner stays behind a letter, a mark or a picture that it can change; between Latin letters it
    would only make two names out of one.
    """
    if text.isascii():
        return text
    shown: list[str] = []
    for character in text:
        if (
            not is_invisible(character)
            or character in JOINERS
            and shown
            and _takes_joiner(shown[-1])
        ):
            shown.append(character)
    return "".join(shown)


def _takes_joiner(before: str) -> bool:
    category = unicodedata.category(before)
    if category[0] in "LM":
        name = unicodedata.name(before, "")
        return not name.startswith(SCRIPTS_WITHOUT_JOINERS)
    return category in ("So", "Sk")  # pictures, and the skin colors behind them


def fold_text(text: str) -> str:
    """Return the text without capitals and accents, for comparing and searching."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
