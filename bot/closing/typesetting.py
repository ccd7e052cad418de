"""Sets the closing report as a PDF, in a process of its own that can be killed (product §12.2).

Its child runs this file as a program: JSON in, PDF out. A document that takes too long, or breaks the typesetter,
takes nothing else with it.
"""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import typst

SECONDS: Final = 10.0  # it takes less than one
TEMPLATE: Final = Path(__file__).with_name("report.typ")
BODY_END: Final = "<body-end>"  # a mark in the template, whose value is the page
BODY_PAGES: Final = 2


class NotTypeset(Exception):
    """The document was not made, in time or at all."""


_UNDER_WAY: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[bytes]] = {}


async def typeset_content(content: Mapping[str, Any]) -> bytes:
    """The file of a delivery; what goes to several people at once is made once. Raises: NotTypeset."""
    documents = content["documents"]
    key = asyncio.get_running_loop(), json.dumps(documents, sort_keys=True)
    if key not in _UNDER_WAY:
        _UNDER_WAY[key] = asyncio.create_task(typeset_documents(documents))
        _UNDER_WAY[key].add_done_callback(lambda _: _UNDER_WAY.pop(key))
    return await asyncio.shield(_UNDER_WAY[key])  # one who gives up takes nothing from the others


async def typeset_documents(documents: Sequence[Mapping[str, Any]], *, seconds: float = SECONDS) -> bytes:
    """The first of them whose body fits, else the last, as a PDF. Raises: NotTypeset."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # nothing of the surroundings
        str(Path(__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # it may have people's words
    )
    try:
        async with asyncio.timeout(seconds):
            pdf, _ = await child.communicate(json.dumps(documents).encode())
    except TimeoutError:
        raise NotTypeset(f"not within {seconds} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0 or not pdf.startswith(b"%PDF"):
        raise NotTypeset(f"ended with {child.returncode}")
    return pdf


def compile_documents(
    documents: Sequence[Mapping[str, Any]], *, form: Literal["pdf", "png"] = "pdf"
) -> list[bytes]:
    """Compiles the first that fits as a PDF, or with `form` "png" as a picture of each page."""
    compilers = (_build_compiler(each) for each in documents[:-1])
    fitting = (each for each in compilers if int(each.query(BODY_END, field="value", one=True)) <= BODY_PAGES)
    compiler = next(fitting, None) or _build_compiler(documents[-1])
    made = compiler.compile(input=TEMPLATE.read_bytes(), format=form)
    assert made is not None
    return made if isinstance(made, list) else [made]


def _build_compiler(document: Mapping[str, Any]) -> "typst.Compiler":
    import typst  # 34 MB that nobody but the child needs

    return typst.Compiler(
        TEMPLATE.read_bytes(),
        root=TEMPLATE.parent,
        ignore_system_fonts=True,  # the same everywhere: by the fonts that typst brings
        sys_inputs={"report": json.dumps(document)},
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(compile_documents(json.load(sys.stdin))[0])
