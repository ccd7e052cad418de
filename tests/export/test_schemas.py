"""The json for programs is documented, and its documents are true (product §13.3)."""

import pytest

from tests.export.schemas import FOLDER, build_schemas, render_schema


@pytest.mark.parametrize("name", ["project.schema.json", "person.schema.json"])
def test_the_documented_schema_is_that_of_the_file(name: str) -> None:
    """§13.3: whoever changes a name sees it here. One that goes, or means something else, is another `version`."""
    drifted = (
        "the file has changed: `python -m tests.export.schemas` writes docs/files anew; is it another version?"
    )
    assert (FOLDER / name).read_text("utf-8") == render_schema(build_schemas()[name]), drifted
