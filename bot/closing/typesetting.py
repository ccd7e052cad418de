"""Sets the closing report as a PDF, in a process of its own that can be killed (product §12.2).

Its child runs this file as a program: JSON in, PDF out. A document that takes too long, or breaks the typesetter,
takes nothing else with it; one that breaks it is set once more, in letters that cannot.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.closing.glyphs import PLAIN, list_printable_characters, replace_missing

if TYPE_CHECKING:
    import typst

SECONDS: Final = 15.0  # of both tries; a long report takes one or two
PROGRAM: Final = Path(__file__)
TEMPLATE: Final = Path(__file__).with_name("report.typ")
BODY_END: Final = "<body-end>"  # a mark in the template, whose value is the pages where results and body end
BODY_PAGES: Final = 2


class NotTypeset(Exception):
    """The document was not made, in time or at all."""


_UNDER_WAY: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[bytes]] = {}


async def typeset_content(content: Mapping[str, Any]) -> bytes:
    """The file of a delivery; what goes to several people at once is made once. Raises: NotTypeset."""
    documents = content["documents"]
    key = asyncio.get_running_loop(), json.dumps(documents, sort_keys=True)
    if key not in _UNDER_WAY:
        _UNDER_WAY[key] = asyncio.create_task(typeset_documents(documents, program=PROGRAM))
        _UNDER_WAY[key].add_done_callback(lambda _: _UNDER_WAY.pop(key))
    return await asyncio.shield(_UNDER_WAY[key])  # one who gives up takes nothing from the others


async def typeset_documents(
    documents: Sequence[Mapping[str, Any]], *, seconds: float = SECONDS, program: Path = PROGRAM
) -> bytes:
    """The first of them whose body fits, else the last, as a PDF. Raises: NotTypeset."""
    data = json.dumps(documents).encode()
    try:
        async with asyncio.timeout(seconds):
            code, pdf = await _run_child(program, data)
            if code != 0:
                code, pdf = await _run_child(program, data, PLAIN)
    except TimeoutError:
        raise NotTypeset(f"not within {seconds} s") from None
    if code != 0 or not pdf.startswith(b"%PDF"):
        raise NotTypeset(f"ended with {code}")
    return pdf


async def _run_child(program: Path, data: bytes, *arguments: str) -> tuple[int | None, bytes]:
    """Runs it to its end, or kills it. Returns its exit code and what it has written."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # nothing of the surroundings
        str(program),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # it may have people's words
    )
    try:
        written, _ = await child.communicate(data)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode, written


def compile_documents(
    documents: Sequence[Mapping[str, Any]], *, form: Literal["pdf", "png"] = "pdf", is_plain: bool = False
) -> list[bytes]:
    """Compiles the first that fits as a PDF, or with `form` "png" as a picture of each page.

    `is_plain`: in letters, figures and signs of Latin only, which no font has to help out with.
    """
    printable = list_printable_characters(find_fonts_folder().glob("*.ttf"), is_plain=is_plain)
    build = partial(_build_compiler, fonts=load_fonts(), printable=printable)
    compiler = _build_first_fitting(documents[:-1], build) or build(documents[-1])
    made = compiler.compile(input=TEMPLATE.read_bytes(), format=form)
    assert made is not None
    return made if isinstance(made, list) else [made]


def _build_first_fitting(
    documents: Sequence[Mapping[str, Any]], build: Callable[[Mapping[str, Any]], "typst.Compiler"]
) -> "typst.Compiler | None":
    """Skips those whose results, on the first page, have turned out to be too long for it."""
    too_long: object = None
    for each in documents:
        if too_long is not None and each["parts"] == too_long:
            continue
        compiler = build(each)
        results_end, body_end = json.loads(compiler.query(BODY_END, field="value", one=True))
        if body_end <= BODY_PAGES:
            return compiler
        if results_end > 1:
            too_long = each["parts"]
    return None


def find_fonts_folder() -> Path:
    """Finds Noto's fonts, for the scripts and signs that those of typst lack."""
    import manimgx_fonts

    return Path(manimgx_fonts.__path__[0])


def load_fonts() -> "typst.Fonts":
    """Loads the fonts that typst brings, and Noto's; none of the system's: it is the same everywhere."""
    import typst  # 34 MB that nobody but the child needs

    return typst.Fonts(include_system_fonts=False, font_paths=[find_fonts_folder()])


def _build_compiler(document: Mapping[str, Any], *, fonts: "typst.Fonts", printable: set[int]) -> "typst.Compiler":
    import typst

    report, shown = json.dumps(document), json.dumps(replace_missing(document, printable))
    return typst.Compiler(
        TEMPLATE.read_bytes(),
        root=TEMPLATE.parent,
        font_paths=fonts,
        sys_inputs={"report": shown, "lacks": "letters" if shown != report else ""},
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(compile_documents(json.load(sys.stdin), is_plain=PLAIN in sys.argv)[0])
