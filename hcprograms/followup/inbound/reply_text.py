"""What a person wrote in a mail, without what they quote and how they sign. Pure."""

import html as entities
import re

MAX_HTML = 100_000
BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "hr", "blockquote", "table"}
# Their content is no text for readers. Not "head": HTML allows its end tag to be left out.
SILENT_ENDS = {
    "script": re.compile("</script", re.IGNORECASE),
    "style": re.compile("</style", re.IGNORECASE),
    "title": re.compile("</title", re.IGNORECASE),
    "template": re.compile("</template", re.IGNORECASE),
}

MAX_HEAD_LINE = 400
# The line above a quotation, as mail programs write it: "On Monday, Ann wrote:".
OPENERS = ("on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "w dniu ", "vào ", "dne ")
WROTE = (
    r"wrote|writes|schrieb|écrit|escribió|scritto|schreef|geschreven|escreveu|skrev"
    r"|napisał\w*(?:\(a\))?|pisze|napsala?|napísala?|kirjoitti|írta|yazdı|viết|a scris"
    r"|написала?|пишет|пише|написав"
)
WROTE_BY = re.compile(rf"(?:\b(?:{WROTE})(?!\w))|写道|寫道|작성|のメール|さんは")
# Bounded (RFC 5321, 4.5.3.1): without an end it would search a long text once for each character.
ADDRESS_AND_TIME = re.compile(r"[<(\[]?[^\s<>()@]{1,64}@[^\s<>()@]{1,255}[>)\]]?")
CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}")

ORIGINAL = re.compile(
    r"^(-{2,}\s*(original|ursprüngliche|message d.origine|mensaje original|messaggio originale"
    r"|oorspronkelijk|mensagem original|wiadomość oryginalna|исходное|forwarded|weitergeleitete)"
    r"|_{8,}$|begin forwarded message)",
    re.IGNORECASE,
)
# The block of headers above a quotation of Outlook's, in the languages it comes in.
SENDER_FIELD = re.compile(
    r"^\*?(from|von|de|da|van|od|från|fra|lähettäjä|от|від|발신|寄件者|发件人|差出人|kimden)\s*:\*?\s",
    re.IGNORECASE,
)
OTHER_FIELD = re.compile(
    r"^\*?(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|enviada|fecha"
    r"|para|asunto|assunto|inviato|data|a|oggetto|verzonden|aan|onderwerp|wysłano|do|temat|skickat"
    r"|till|ämne|sendt|til|emne|lähetetty|aihe|отправлено|дата|кому|тема|발송|수신|제목|寄件日期"
    r"|收件者|主旨|发送时间|收件人|主题|送信日時|宛先|件名|gönderme|kime|konu)\s*:\*?(\s|$)",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"^(--|(sent from my|sent via|get outlook for|von meinem|gesendet von|envoyé de mon"
    r"|enviado desde|enviado do meu|inviato da|verzonden vanaf|wysłane z)\b.*)$",
    re.IGNORECASE,
)


def strip_quoted_reply(text: str) -> str:
    """Return the lines that are neither quoted nor a signature, above and below quotations.

    Lines marked with ">" are quoted, and so is the line above them that names who wrote. A head
    of a quotation without such marks below it (Outlook's) ends what the person wrote.
    """
    lines = [line.strip() for line in text.split("\n")]
    own: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if ORIGINAL.match(line) or SIGNED.match(line) or _is_header_block(lines, number):
            # Answers may stand below a marked quotation that follows a signature.
            is_signature = SIGNED.match(line)
            number = _find_quoted(lines, number) if is_signature else len(lines)
            continue
        length = _measure_quotation_head(lines, number)
        if length:
            after = _skip_blank(lines, number + length)
            if after == len(lines) or not _is_quoted(lines[after]):
                break
            number = after
        elif _is_quoted(line):
            number += 1
        else:
            own.append(line)
            number += 1
    return "\n".join(own).strip()


def _is_quoted(line: str) -> bool:
    return line.startswith((">", "|"))


def _skip_blank(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number]:
        number += 1
    return number


def _find_quoted(lines: list[str], number: int) -> int:
    """The next line that is marked as quoted; else the end."""
    return next((at for at in range(number, len(lines)) if _is_quoted(lines[at])), len(lines))


def _measure_quotation_head(lines: list[str], number: int) -> int:
    """How many lines from here name who wrote what follows: 0 to 3."""
    if not lines[number]:
        return 0
    for count in range(1, 4):
        part = lines[number : number + count]
        if len(part) < count or not part[-1] or _is_quoted(part[-1]):
            return 0
        if _names_writer(" ".join(part)):
            return count
    return 0


def _names_writer(line: str) -> bool:
    if len(line) > MAX_HEAD_LINE or not line.endswith((":", "：")):
        return False
    plain = line.lower()
    wrote = WROTE_BY.search(plain)
    if wrote and plain.startswith(OPENERS):
        return True
    has_digit = any(one.isdigit() for one in plain)
    if wrote and has_digit:
        return True
    # Some languages leave the verb out: a time and an address are enough.
    return bool(has_digit and CLOCK.search(plain) and ADDRESS_AND_TIME.search(plain))


def _is_header_block(lines: list[str], number: int) -> bool:
    """Whether the headers of a quoted message begin here: a sender and two fields more."""
    if not SENDER_FIELD.match(lines[number] + " "):
        return False
    following = [line for line in lines[number + 1 : number + 8] if line][:5]
    return sum(bool(OTHER_FIELD.match(line)) for line in following) >= 2


def strip_html(html: str) -> str:
    """Return HTML as plain text; quoted parts are marked by ">". Takes linear time."""
    return _Scanner(html[:MAX_HTML]).read()


class _Scanner:
    """Reads HTML from left to right once, however broken.

    Not html.parser, which looks for the same missing end again and again, in quadratic time, and
    raises AssertionError on some marked sections.
    """

    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.quoted = 0
        self.parts: list[str] = []
        self._missing: set[str] = set()

    def read(self) -> str:
        while self.at < len(self.html):
            opened = self.html.find("<", self.at)
            if opened < 0:
                self._add(self.html[self.at :])
                break
            self._add(self.html[self.at : opened])
            self.at = opened
            self._read_markup()
        return "".join(self.parts)

    def _read_markup(self) -> None:
        html, at = self.html, self.at
        if html.startswith("<!--", at):
            end = self._find("-->", at + 4)
            # Without an end it is no comment: the words behind it must not be lost.
            self.at = end + 3 if end >= 0 else at + 4
            return
        following = html[at + 1 : at + 2]
        if not (following.isalpha() or following in ("/", "!", "?")) or not following:
            self.parts.append("<")
            self.at = at + 1
            return
        end = self._find_end_of_tag(at)
        if end < 0:
            self.at = at + 1
            return
        self.at = end + 1
        name = re.match(r"/?[A-Za-z][A-Za-z0-9]{0,20}", html[at + 1 : at + 24])
        if name:
            self._take_tag(name[0].lower())

    def _find_end_of_tag(self, at: int) -> int:
        """The ">" that ends the tag, not one within an attribute's quotes."""
        end = self._find(">", at)
        for quote in ('"', "'"):
            if end >= 0 and self.html.count(quote, at, end) % 2:
                closing = self._find(quote, end)
                further = self._find(">", closing) if closing >= 0 else -1
                end = further if further >= 0 else end
        return end

    def _find(self, what: str, start: int) -> int:
        """As ``str.find``, which is not asked again for what is missing from here on."""
        if what in self._missing:
            return -1
        found = self.html.find(what, start)
        if found < 0:
            self._missing.add(what)
        return found

    def _take_tag(self, name: str) -> None:
        is_end, tag = name.startswith("/"), name.lstrip("/")
        if tag in SILENT_ENDS and not is_end:
            self._skip_silent(tag)
        elif tag == "blockquote":
            self.quoted = max(0, self.quoted + (-1 if is_end else 1))
        if tag in BREAKS and not (is_end and tag == "br"):
            self.parts.append("\n> " if self.quoted else "\n")

    def _skip_silent(self, tag: str) -> None:
        if tag in self._missing:
            return
        end = SILENT_ENDS[tag].search(self.html, self.at)
        if end is None:
            self._missing.add(tag)
        else:
            self.at = end.start()

    def _add(self, text: str) -> None:
        if not text:
            return
        words = " ".join(_unescape(text).split())
        before = " " if text[0].isspace() else ""
        after = " " if text[-1].isspace() and words else ""
        self.parts.append(f"{before}{words}{after}")


def _unescape(text: str) -> str:
    # A reference of thousands of digits is no number to int(), which raises.
    return entities.unescape(re.sub(r"&#[xX]?[0-9a-fA-F]{9,};?", " ", text))
