"""Copies are found among many traces; nothing else is."""

import numpy as np
import pytest

from auricle.features.trace import FRAME_S, GAP, pack
from auricle.library import identity_search
from auricle.library.identity_search import find_links

N_FRAMES = 600


def words(seed: int, n: int = N_FRAMES) -> np.ndarray:
    """Return words that no other seed has."""
    return np.random.default_rng(seed).integers(1, 2**32, size=n, dtype=np.uint32)


def trace(found: np.ndarray, first: int = 100) -> bytes:
    return pack([(first, found)])


def spoilt(found: np.ndarray, share: float, seed: int = 99) -> np.ndarray:
    """Return words in which a share of the bits is flipped."""
    rng = np.random.default_rng(seed)
    flips = rng.random((found.size, 32)) < share
    return found ^ np.packbits(flips, axis=1, bitorder="little").view("<u4")[:, 0]


def pairs(traces: list[bytes], proposed: list[tuple[int, int]] | None = None) -> list:
    return [(link.left, link.right) for link in find_links(traces, proposed or [])]


def test_nothing_to_search() -> None:
    assert find_links([]) == []
    assert find_links([b"", b""]) == []
    assert find_links([trace(words(0))]) == []


def test_other_pieces_are_not_linked() -> None:
    assert pairs([trace(words(seed)) for seed in range(20)]) == []


def test_the_same_words_are_linked() -> None:
    (link,) = find_links([trace(words(0)), trace(words(1)), trace(words(0))])
    assert (link.left, link.right) == (0, 2)
    assert link.bit_errors == 0
    assert link.offset_s == 0
    assert link.overlap_s == pytest.approx(N_FRAMES * FRAME_S)


@pytest.mark.parametrize("lost", [-200, 37, 200])
def test_an_offset_is_found(lost: int) -> None:
    (link,) = find_links([trace(words(0), 300), trace(words(0), 300 - lost)])
    assert link.offset_s == pytest.approx(lost * FRAME_S)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.15])
def test_bit_errors_are_measured(share: float) -> None:
    (link,) = find_links([trace(words(0)), trace(spoilt(words(0), share))])
    assert link.bit_errors == pytest.approx(share, abs=0.02)


def test_three_copies_make_three_links() -> None:
    assert pairs([trace(words(0))] * 3) == [(0, 1), (0, 2), (1, 2)]


def test_a_little_in_common_is_not_enough() -> None:
    short = words(0, 60)
    assert pairs([trace(short), trace(short)]) == []
    joined = np.concatenate([short, words(2)])
    assert pairs([trace(np.concatenate([short, words(1)])), trace(joined)]) == []


def test_what_shares_no_word_is_compared_when_proposed() -> None:
    traces = [trace(words(0)), trace(spoilt(words(0), 0.30)), trace(words(1))]
    assert pairs(traces) == []
    assert pairs(traces, [(1, 0), (0, 2), (1, 2)]) == [(0, 1)]


def test_a_common_word_is_no_evidence() -> None:
    drone = np.full(N_FRAMES, 7, dtype=np.uint32)
    traces = [trace(drone) for _ in range(3)]
    assert pairs(traces) == []


def test_gaps_count_for_nothing() -> None:
    holed = words(0).copy()
    holed[::2] = GAP
    (link,) = find_links([trace(words(0)), trace(holed)])
    assert link.overlap_s == pytest.approx(N_FRAMES / 2 * FRAME_S)


def test_a_large_collection_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_search, "MAX_WORDS", 2_000)
    traces = [trace(words(seed)) for seed in range(30)] + [trace(spoilt(words(7), 0.05))]
    assert pairs(traces) == [(7, 30)]


def test_the_best_candidates_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_search, "MAX_CANDIDATES", 1)
    traces = [trace(words(0)), trace(spoilt(words(0), 0.1)), trace(words(0))]
    assert pairs(traces) == [(0, 2)]


def test_two_traces_alone() -> None:
    one, other = trace(words(0), 300), trace(spoilt(words(0), 0.2), 200)
    (found,) = find_links([one, other], [(0, 1)])
    assert found.offset_s == pytest.approx(100 * FRAME_S)
    assert find_links([one, trace(words(1))], [(0, 1)]) == []
    assert find_links([one, b""], [(0, 1)]) == []


def test_too_many_collisions_demand_rarer_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_search, "MAX_COLLISIONS", 700)
    common = words(50, 100)
    traces = [trace(np.concatenate([common, words(seed)])) for seed in range(8)]
    traces.append(trace(np.concatenate([words(60, 100), words(3)])))
    assert pairs(traces) == [(3, 8)]
