"""The meter contract, for every meter that is found."""

import pytest

from analysis.collector import meter_classes
from tests.contract.meter_contract import MeterContract

pytestmark = pytest.mark.contract
METERS = meter_classes()


def test_there_are_meters_and_no_two_of_their_columns_share_a_name() -> None:
    names = [(meter.of, name) for meter in METERS.values() for name in meter.columns]
    assert len(names) > 40
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", METERS)
class TestEveryMeter(MeterContract):
    @pytest.fixture(autouse=True)
    def _chosen(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "meter", METERS[kind], raising=False)
