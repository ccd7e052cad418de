"""What a test expects to be refused."""

import pytest

from bot.runtime.errors import Refusal


def raises_refusal(key: str) -> pytest.RaisesExc[Refusal]:
    """As `pytest.raises`, for the refusal with this key."""
    return pytest.raises(Refusal, check=lambda error: error.key == key)
