"""What a scan tells."""

from auricle.library import ScanReport
from auricle.library.scan_report import Outcome


def report(*problems: str, **outcomes: int) -> ScanReport:
    none: dict[Outcome, int] = {"analysed": 0, "failed": 0, "recognised": 0, "changing": 0}
    return ScanReport(none | outcomes, 0, 0, 0, problems, 0.0)


def test_a_scan_is_complete_when_nothing_failed() -> None:
    assert report(analysed=3, changing=1).complete
    assert not report(analysed=3, failed=1).complete
    assert not report("/music: not there").complete
