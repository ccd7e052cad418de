"""What Duet holds of a person: no table and no column is forgotten (product §13.3, §17)."""

import pytest
from sqlalchemy import JSON, Column, Enum, String, TypeDecorator

from storage import tables
from storage.personal import HOLDINGS, OF_NOBODY
from storage.project_erasure import ANSWERED
from storage.types import ExactDecimal, PydanticJson

TABLES = {table.name: table for table in tables.metadata.sorted_tables}


def has_words(column: "Column[object]") -> bool:
    """Whether ids of people, or what people wrote, may stand in it."""
    kind = column.type
    if isinstance(kind, Enum | ExactDecimal) or column.name == "team_id":
        return False
    of = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return isinstance(of, String | JSON) or isinstance(kind, PydanticJson)


def test_each_table_is_somebodys_or_nobodys() -> None:
    """§13.3: a new one says in storage/personal.py of whom it holds what, or why of nobody."""
    assert TABLES.keys() == HOLDINGS.keys() | OF_NOBODY.keys()
    assert not HOLDINGS.keys() & OF_NOBODY.keys()


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_each_column_with_words_is_accounted_for(table: str) -> None:
    """§13.3: it names people, or holds what they wrote, or neither; each is said once."""
    holding, columns = HOLDINGS[table], TABLES[table].c
    said = [*holding.of_people, *holding.words, *holding.codes, *holding.withheld]
    assert sorted(said) == sorted({*said}), "one of them stands twice"
    assert {*said} == {column.name for column in columns if has_words(column)}
    beside = {name for names in holding.partly.values() for name in names}
    through = holding.through
    of_other = () if through is None else ((through.table, through.column), (table, through.key))
    assert beside <= {column.name for column in columns}
    assert all(column in TABLES[name].c for name, column in of_other)


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_of_all_words_it_is_said_who_wrote_them_or_why_they_stay(table: str) -> None:
    """§17: by that a person's words are erased, and a new table's are not forgotten."""
    holding = HOLDINGS[table]
    for column, said in holding.words.items():
        assert said, column
        assert isinstance(said, str) or {*said} <= {*holding.of_people}, column
    assert {*holding.goes_with} <= {*holding.of_people}


def test_answers_are_tables_of_projects() -> None:
    """§17: what goes with a project's answers is found by the project, its own or that of what it points at."""
    for name in ANSWERED:
        parents = [key.column.table.name for key in TABLES[name].foreign_keys]
        assert "project_id" in TABLES[name].c or any("project_id" in TABLES[parent].c for parent in parents), name
