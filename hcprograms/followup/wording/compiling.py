"""From a source to what is quickly filled in for each mail: blocks of text and HTML. Pure.

What a source says becomes fixed strings with slots between them. Values are put into the slots,
escaped, after everything has been parsed: nothing in a value is ever read as Markdown or HTML.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

from markdown_it.tree import SyntaxTreeNode

from hcprograms.followup.wording.parsing import Form, is_safe, parse, placeholder_in
from hcprograms.followup.wording.scanning import TOKEN


class Use(Enum):
    """What becomes of a value at its place."""

    WORDS = "words"
    ADDRESS = "address"  # in HTML a link to itself
    LINK = "link"  # where a link begins
    END = "end"  # where it ends


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    use: Use = Use.WORDS


Piece = str | Slot
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph, or an item of a list; left out when nothing is in it."""

    html: Pieces
    text: Pieces
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list or quotation; or the place of a whole fragment (``fragment``).

    ``address``: a button, left out where this placeholder is empty.
    """

    lines: Sequence[Line] = ()
    before: str = ""
    after: str = ""
    around: tuple[str, str] = ("", "")
    between: str = "<br>\n"
    is_heading: bool = False
    fragment: str = ""
    address: str = ""


def compile_body(source: str, *, forms: Mapping[str, Form]) -> tuple[Block, ...]:
    """The blocks of a text; placeholders that ``forms`` does not know stay as they were typed."""
    root = SyntaxTreeNode(parse(source))
    return tuple(block for node in root.children for block in _blocks(node, forms))


def compile_subject(source: str, *, forms: Mapping[str, Form]) -> Pieces:
    """A subject's pieces: placeholders of words, and no Markdown but the backslash."""
    line = " ".join(source.split())
    pieces: list[Piece] = []
    end = 0
    for match in TOKEN.finditer(line):
        known = match[1] is not None and forms.get(match[1]) is Form.WORDS
        escaped = match[0][1] if match[0].startswith("\\") and match[0][1] in "{}\\" else match[0]
        pieces += [line[end : match.start()], Slot(match[1]) if known else escaped]
        end = match.end()
    return (*pieces, line[end:])


def _blocks(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> Iterator[Block]:
    if node.type == "heading":
        level = min(int(node.tag[1:]), 3)
        html, text = _join(_lines(node, forms), " ")
        line = Line(html, tuple(one.upper() if isinstance(one, str) else one for one in text))
        yield Block([line], f"<h{level}>", f"</h{level}>", is_heading=True)
    elif node.type in ("bullet_list", "ordered_list"):
        tag = "ul" if node.type == "bullet_list" else "ol"
        start = f' start="{node.attrs["start"]}"' if "start" in node.attrs else ""
        items = list(_items(node, forms))
        yield Block(items, f"<{tag}{start}>", f"</{tag}>", ("<li>", "</li>"), "\n")
    elif node.type == "blockquote":
        lines = [_with_breaks(block) for child in node.children for block in _blocks(child, forms)]
        yield Block(lines, "<blockquote>", "</blockquote>", between="\n")
    elif node.type == "hr":
        yield Block([Line(("<hr>",), ("-" * 40,))], between="")
    elif node.type == "paragraph":
        yield _paragraph(node, forms)


def _paragraph(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> Block:
    inline = node.children[0].children if node.children else []
    only = inline[0] if len(inline) == 1 else None
    if only is not None and only.type == "placeholder" and forms.get(only.content) is Form.BLOCK:
        return Block(fragment=only.content)
    if only is not None and only.type == "link" and is_allowed(_href(only), forms):
        return _button(only, forms)
    muted = only is not None and only.type == "em"
    return Block(list(_lines(node, forms)), '<p class="muted">' if muted else "<p>", "</p>")


def _button(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> Block:
    """A link alone on its line is a button, and in the text an address on a line of its own."""
    address = _href(node)
    html, text = _join(_inline(node, forms), " ")
    name = placeholder_in(address)
    if name:
        opening: Pieces = ('<a class="button" href="', Slot(name), '">')
        where: Pieces = (Slot(name),)
    else:
        opening, where = (f'<a class="button" href="{escape(address)}">',), (_plain(address),)
    line = Line((*opening, *html, "</a>"), (*text, ":\n", *where))
    return Block([line], '<p class="act">', "</p>", address=name)


def _items(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> Iterator[Line]:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for offset, item in enumerate(node.children):
        blocks = [block for child in item.children for block in _blocks(child, forms)]
        html: list[Piece] = []
        text: list[Piece] = []
        for place, block in enumerate(blocks):
            inner = _with_breaks(block, bare=block.before == "<p>" and place == 0)
            html += inner.html
            text += ["\n", *inner.text] if text else inner.text
        mark = f"{number + offset}. " if number else "* "
        indented = (one.replace("\n", "\n  ") if isinstance(one, str) else one for one in text)
        yield Line(tuple(html), tuple(indented), mark)


def _with_breaks(block: Block, *, bare: bool = False) -> Line:
    """A whole block as one line of another."""
    html: list[Piece] = [] if bare else [block.before]
    text: list[Piece] = []
    for line in block.lines:
        if text:
            html.append(block.between)
            text.append("\n")
        html += [block.around[0], *line.html, block.around[1]]
        text += [line.mark, *line.text]
    return Line((*html, "" if bare else block.after), tuple(text))


def _join(lines: Iterator[Line], glue: str) -> tuple[Pieces, Pieces]:
    html: list[Piece] = []
    text: list[Piece] = []
    for line in lines:
        html += [glue, *line.html] if html else line.html
        text += [glue, *line.text] if text else line.text
    return tuple(html), tuple(text)


def _lines(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> Iterator[Line]:
    for inline in node.children:
        yield from _inline(inline, forms)


def _inline(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> Iterator[Line]:
    html: list[Piece] = []
    text: list[Piece] = []
    for child in node.children:
        if child.type in ("softbreak", "hardbreak"):
            yield Line(tuple(html), tuple(text))
            html, text = [], []
            continue
        more_html, more_text = _span(child, forms)
        html += more_html
        text += more_text
    yield Line(tuple(html), tuple(text))


def _span(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> tuple[list[Piece], list[Piece]]:
    if node.type == "placeholder":
        slot = _slot(node.content, forms)
        literal = escape(slot) if isinstance(slot, str) else slot
        return [literal], [slot]
    if node.type in ("strong", "em"):
        html, text = _join(_inline(node, forms), " ")
        return [f"<{node.tag}>", *html, f"</{node.tag}>"], list(text)
    if node.type == "link":
        return _link(node, forms)
    return [escape(node.content)], [node.content]


def _slot(name: str, forms: Mapping[str, Form]) -> Piece:
    form = forms.get(name)
    if form is None or form is Form.BLOCK:
        return f"{{{name}}}"
    return Slot(name, Use.ADDRESS if form is Form.ADDRESS else Use.WORDS)


def _link(node: SyntaxTreeNode, forms: Mapping[str, Form]) -> tuple[list[Piece], list[Piece]]:
    address = _href(node)
    html, text = _join(_inline(node, forms), " ")
    if not is_allowed(address, forms):
        return list(html), list(text)
    name = placeholder_in(address)
    if name:
        ends = [*text, Slot(name, Use.END)]
        return [Slot(name, Use.LINK), *html, Slot(name, Use.END)], ends
    plain = _plain(address)
    where = [] if text in ((address,), (plain,)) else [f" ({plain})"]
    return [f'<a href="{escape(address)}">', *html, "</a>"], [*text, *where]


def is_allowed(address: str, forms: Mapping[str, Form]) -> bool:
    """Whether a link may lead there."""
    name = placeholder_in(address)
    return forms.get(name) is Form.ADDRESS if name else is_safe(address)


def _href(node: SyntaxTreeNode) -> str:
    return str(node.attrs.get("href", ""))


def _plain(address: str) -> str:
    """What a reader of the text sees of an address: a mail's or telephone's without its scheme."""
    return address.partition(":")[2] if address.startswith(("mailto:", "tel:")) else address
