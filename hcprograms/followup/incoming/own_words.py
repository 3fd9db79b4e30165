"""What somebody wrote themselves in a mail, without what they quote and how they sign. Pure."""

import re
from html.parser import HTMLParser

MAX_HTML = 200_000
BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote", "table"}
SILENT = {"script", "style", "head", "title", "template"}

# “On Monday, Ann wrote:” in several languages; it may be broken over three lines.
OPENERS = ("on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ")
QUOTE = re.compile(
    r"^(on|am|le|el|il|op|em|den)\b.{0,300}"
    r"\b(wrote|schrieb|écrit|escribió|scritto|schreef|escreveu|skrev)\b.{0,120}:$",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^(-{2,}\s*(original|ursprüngliche|message d.origine|mensaje original|forwarded)"
    r"|_{8,}$|(from|von|de|da|van):\s.*@)",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"^(--|(sent from my|sent via|von meinem|gesendet von|envoyé de mon|enviado desde)\b.*)$",
    re.IGNORECASE,
)


def find_own_words(text: str) -> str:
    """The lines before the first quotation that fills the rest, and before a signature."""
    lines = [line.strip() for line in text.split("\n")]
    own: list[str] = []
    for number, line in enumerate(lines):
        if _begins_quotation(lines[number : number + 3]) or SIGNED.match(line):
            break
        if not line.startswith((">", "|")):
            own.append(line)
    return "\n".join(own).strip()


def _begins_quotation(lines: list[str]) -> bool:
    first = lines[0]
    if ORIGINAL.match(first):
        return True
    if not first.lower().startswith(OPENERS):
        return False
    return any(QUOTE.match(" ".join(lines[:count])) for count in range(1, len(lines) + 1))


def strip_html(html: str) -> str:
    """HTML as plain text; quoted parts are marked by “>”."""
    reader = _Text()
    reader.feed(html[:MAX_HTML])
    reader.close()
    return "".join(reader.parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self._quoted += tag == "blockquote"
        if tag in BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in SILENT))
        self._quoted = max(0, self._quoted - (tag == "blockquote"))
        if tag in BREAKS and tag != "br":
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))

    def _break(self) -> None:
        self.parts.append("\n> " if self._quoted else "\n")
