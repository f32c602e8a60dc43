"""One session per process, backbone and thread count; only a backbone is accepted."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from auricle.errors import BundleCorrupt
from auricle.models import load_model
from auricle.models.session import Session, shared_session

from ..tiny import N_BANDS, make_tiny_bundle, tiny_onnx


def test_it_maps_log_mels_to_embeddings() -> None:
    levels = np.full((3, 64, 20), -50.0, dtype=np.float32)
    found = Session(tiny_onnx()).run(levels)
    assert found.shape == (3, N_BANDS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, 0.5, atol=1e-6)


@pytest.mark.parametrize("n_frames", [1, 7, 500])
@pytest.mark.parametrize("batch", [1, 5])
def test_any_batch_and_length(batch: int, n_frames: int) -> None:
    session = Session(tiny_onnx())
    assert session.run(np.zeros((batch, 64, n_frames), np.float32)).shape == (batch, N_BANDS)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_thread_count_reaches_onnx_runtime(tiny_bundle: Path, threads: int) -> None:
    model = load_model(tiny_bundle, threads=threads)
    options = model.session._session.get_session_options()
    assert options.intra_op_num_threads == threads
    assert options.inter_op_num_threads == 1
    assert model.session.threads == threads


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_is_refused(tiny_bundle: Path, threads: int) -> None:
    with pytest.raises(ValueError, match="threads must be positive"):
        load_model(tiny_bundle, threads=threads)


def test_one_session_per_process_and_thread_count(tiny_bundle: Path, tmp_path: Path) -> None:
    first = load_model("tiny")
    assert load_model(tiny_bundle).session is first.session
    assert load_model("tiny", threads=2).session is not first.session
    other = make_tiny_bundle(tmp_path / "other", gain=3.0)
    assert load_model(Path(str(other.folder))).session is not first.session


def test_threads_that_ask_at_once_share_one_session() -> None:
    model = tiny_onnx(gain=7.0)
    with ThreadPoolExecutor(8) as pool:
        sessions = set(pool.map(lambda _: shared_session("at once", model, 1), range(16)))
    assert len(sessions) == 1
    gc.collect()
    assert shared_session("at once", model, 1) in sessions


@pytest.mark.parametrize("data", [b"", b"no protobuf at all", tiny_onnx()[:200]])
def test_what_is_no_onnx_is_refused(data: bytes) -> None:
    with pytest.raises(BundleCorrupt, match="cannot load the backbone"):
        Session(data)


def test_another_output_is_refused() -> None:
    with pytest.raises(BundleCorrupt, match=r"must map 'log_mel' .* outputs \['logits'\]"):
        Session(tiny_onnx(output="logits"))


def test_onnx_runtime_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    Session(tiny_onnx()).run(np.zeros((1, 64, 9), np.float32))
    with pytest.raises(BundleCorrupt):
        Session(b"garbage")
    assert capfd.readouterr() == ("", "")
