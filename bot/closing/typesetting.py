"""Sets the closing report as a PDF, in a process of its own that can be killed (product §12.2).

Its child runs this file as a program: JSON in, PDF out. A document that takes too long, or breaks the typesetter,
takes nothing else with it.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import typst

SECONDS: Final = 10.0  # it takes less than one
TEMPLATE: Final = Path(__file__).with_name("report.typ")


class NotTypeset(Exception):
    """The document was not made, in time or at all."""


async def typeset_document(document: Mapping[str, Any], *, seconds: float = SECONDS) -> bytes:
    """The document as a PDF. Raises: NotTypeset."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # nothing of the surroundings
        str(Path(__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            pdf, _ = await child.communicate(json.dumps(document).encode())
    except TimeoutError:
        raise NotTypeset(f"not within {seconds} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0 or not pdf.startswith(b"%PDF"):
        raise NotTypeset(f"ended with {child.returncode}")  # what it said may have people's words
    return pdf


async def typeset_content(content: Mapping[str, Any]) -> bytes:
    """The file of a delivery. Raises: NotTypeset."""
    return await typeset_document(content["document"])


def compile_document(document: str, *, form: Literal["pdf", "png"] = "pdf") -> list[bytes]:
    """The PDF, or with `form` "png" a picture of each page."""
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        root=TEMPLATE.parent,
        ignore_system_fonts=True,  # the same everywhere: by the fonts that typst brings
        sys_inputs={"report": document},
    )
    made = compiler.compile(format=form)
    assert made is not None
    return made if isinstance(made, list) else [made]


if __name__ == "__main__":
    sys.stdout.buffer.write(compile_document(sys.stdin.read())[0])
