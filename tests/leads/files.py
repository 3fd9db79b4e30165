"""Files as people have them, made by hand: each as small as it may be."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DOC = OLE + "WordDocument".encode("utf-16-le")
EXE = b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode."
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def pack(**parts: str) -> bytes:
    """A packed folder; ``__`` in a name stands for a slash, ``_dot_`` for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return file.getvalue()


def make_docx(types: str | bytes = "<Types/>", **more: str) -> bytes:
    file = io.BytesIO(pack(word__document_dot_xml="<w/>", **more))
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("[Content_Types].xml", types)
    return file.getvalue()


def make_odt(**more: str) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    return pack(mimetype=kind, content_dot_xml="<c/>", **more)


DOCX, ODT = make_docx(), make_odt()


def as_file(name: str = "resume.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


OFFICE = "http://schemas.microsoft.com/office/2006/relationships"
RENAMED = (
    '<Types><Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    "</Types>"
)
"""Macros in a part of another name, which Word finds by what it is said to be."""
