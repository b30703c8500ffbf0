"""What the accuracy check asks on top of `operations`: the fast way through a trained network. No recording depends on it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from paddle import inference

from .operations import Operations, Tree

MOST_IN_BFLOAT16 = 100_000_000  # parameters: with VGG's 134 million the child's 4 GiB of addresses are not enough


class Measuring(Operations):
    """Operations, and the ones that measure a trained network."""

    def __init__(self, namespace: dict[str, Any] | None = None, layers: list[str] | None = None) -> None:
        super().__init__(namespace, layers)
        self.predictors: dict[str, Any] = {}  # by what they compute in

    def do_compile(self, target: Any, shape: list[int]) -> Tree:
        """Make oneDNN predictors of a network in eval mode, for float32 images [N, *shape]; return what each computes in."""
        network = self._object(target)
        network.eval()
        folder = Path(tempfile.mkdtemp())
        try:
            with _forward_kept(network):
                spec = [paddle.static.InputSpec([None, *shape], "float32")]
                paddle.jit.save(
                    paddle.jit.to_static(network, input_spec=spec, full_graph=True), str(folder / "network")
                )
            # Where the processor multiplies bfloat16 no faster, it only costs digits; a large network has no room for both.
            small = sum(parameter.size for parameter in network.parameters()) <= MOST_IN_BFLOAT16
            fast = paddle.base.core.supports_bfloat16_fast_performance()
            forms = ["float32", "bfloat16"] if small and fast else ["float32"]
            self.predictors = {form: _predictor(folder, form) for form in forms}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return forms

    def do_predict(self, images: Any, form: str) -> Tree:
        """Return what the predictor gives for images float32 [N, C, H, W]."""
        predictor = self.predictors[form]
        predictor.get_input_handle(predictor.get_input_names()[0]).copy_from_cpu(images)
        predictor.run()
        return np.array(predictor.get_output_handle(predictor.get_output_names()[0]).copy_to_cpu())


def _predictor(folder: Path, form: str) -> Any:
    config = inference.Config(str(folder / "network.json"), str(folder / "network.pdiparams"))
    config.disable_gpu()
    config.disable_glog_info()
    config.enable_mkldnn()
    config.set_cpu_math_library_num_threads(1)
    if form == "bfloat16":
        config.enable_mkldnn_bfloat16()
    return inference.create_predictor(config)


@contextlib.contextmanager
def _forward_kept(network: paddle.nn.Layer) -> Iterator[None]:
    """Undo what `to_static` does to the network itself: eager passes stay eager."""
    own = vars(network).get("forward")
    try:
        yield
    finally:
        vars(network).pop("forward", None)
        if own is not None:
            vars(network)["forward"] = own
