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


class Measuring(Operations):
    """Operations, and the ones that measure a trained network."""

    predictor: Any = None

    def do_compile(self, target: Any, shape: list[int]) -> Tree:
        """Make a oneDNN predictor of a network in eval mode, for float32 images [N, *shape]; see `predict`."""
        network = self._object(target)
        network.eval()
        folder = Path(tempfile.mkdtemp())
        try:
            with _forward_kept(network):
                spec = [paddle.static.InputSpec([None, *shape], "float32")]
                paddle.jit.save(
                    paddle.jit.to_static(network, input_spec=spec, full_graph=True), str(folder / "network")
                )
            config = inference.Config(str(folder / "network.json"), str(folder / "network.pdiparams"))
            config.disable_gpu()
            config.disable_glog_info()
            config.enable_mkldnn()
            config.set_cpu_math_library_num_threads(1)
            self.predictor = inference.create_predictor(config)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def do_predict(self, images: Any) -> Tree:
        """Return what the predictor gives for images float32 [N, C, H, W]."""
        self.predictor.get_input_handle(self.predictor.get_input_names()[0]).copy_from_cpu(images)
        self.predictor.run()
        return np.array(self.predictor.get_output_handle(self.predictor.get_output_names()[0]).copy_to_cpu())


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
