"""What is asked on top of `operations`: threads, and the fast way through a trained network. No recording depends on it."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from paddle import inference
from paddle.base.layer_helper import LayerHelper

from ..operations import Namespace
from .adaptation import to_static_works
from .networks import PaddleOperations, Tree

OLDER, NEWER = "network.pdmodel", "network.json"
CONVOLUTIONS = ("conv2d", "depthwise_conv2d")
# Operations that Paddle 3.3 adds to graphs of the newer form alone.
ON_ONE_TENSOR = frozenset(
    ("sigmoid", "tanh", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "abs", "sin", "cos", "floor")
)


class Measuring(PaddleOperations):
    """Operations, and the ones that measure a trained network."""

    def __init__(self, namespace: Namespace | None = None, layers: list[str] | None = None) -> None:
        super().__init__(namespace, layers)
        self.compiled = Path()  # the folder of the last network that was compiled
        self.predictor: tuple[str, Any] | None = None  # what it computes in, and itself

    def do_threads(self, count: int) -> Tree:
        """Let Paddle use so many threads from now on."""
        paddle.base.core.set_num_threads(count)

    def do_compile(self, target: Any, shape: list[int]) -> Tree:
        """Write a network in eval mode as a static graph for float32 images [N, *shape]; return what it may compute in."""
        network = self._object(target)
        network.eval()
        self.predictor, self.compiled = None, Path(tempfile.mkdtemp())
        spec = [paddle.static.InputSpec([None, *shape], "float32")]
        try:
            # A predictor of a graph of the older form is made in a tenth of the time: of the newer one (PIR) Paddle folds
            # constants one by one, and it cannot be told of biases. Some functions know the newer form only.
            with _older_graphs():
                _write_graph(network, spec, self.compiled)
            model = self.compiled / OLDER
            model.write_bytes(with_plain_biases(model.read_bytes()))
        except Exception:
            (self.compiled / OLDER).unlink(missing_ok=True)
            _write_graph(network, spec, self.compiled)
        # Where the processor multiplies bfloat16 no faster, it only costs digits.
        fast = paddle.base.core.supports_bfloat16_fast_performance()
        return ["float32", "bfloat16"] if fast else ["float32"]

    def do_predict(self, images: Any, form: str) -> Tree:
        """Return what a oneDNN predictor that computes in `form` gives for images float32 [N, C, H, W]."""
        if self.predictor is None or self.predictor[0] != form:
            self.predictor = None  # let go of the other one first: each has the weights in a form of its own
            self.predictor = form, _predictor(self.compiled, form)
        predictor = self.predictor[1]
        predictor.get_input_handle(predictor.get_input_names()[0]).copy_from_cpu(images)
        predictor.run()
        return np.array(predictor.get_output_handle(predictor.get_output_names()[0]).copy_to_cpu())


@contextlib.contextmanager
def _older_graphs() -> Iterator[None]:
    """Let graphs be of the older form, the only one that Paddle 2.6 has."""
    try:
        from paddle.pir_utils import DygraphOldIrGuard
    except ImportError:
        yield
        return
    with DygraphOldIrGuard(), _operations_of_both_forms():
        yield


@contextlib.contextmanager
def _operations_of_both_forms() -> Iterator[None]:
    try:
        methods: Any = importlib.import_module("paddle.base.dygraph.generated_tensor_methods_patch")
    except ImportError:
        yield
        return
    plain = methods._C_ops
    methods._C_ops = _OfBothForms(plain)
    try:
        yield
    finally:
        methods._C_ops = plain


class _OfBothForms:
    """Paddle's operations, of which those on one tensor are also known to graphs of the older form."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def __getattr__(self, name: str) -> Any:
        plain = getattr(self._plain, name)
        if name not in ON_ONE_TENSOR:
            return plain

        def operation(*given: Any, **named: Any) -> Any:
            x, *others = (value for value in (*given, *named.values()) if value is not None)
            if others or not isinstance(x, paddle.static.Variable):
                return plain(*given, **named)
            made = LayerHelper(name)
            out = made.create_variable_for_type_inference(dtype=x.dtype)
            made.append_op(type=name, inputs={"X": x}, outputs={"Out": out})
            return out

        return operation


class _AsWritten(paddle.nn.Layer):
    """A network in a layer that is not rewritten as source text: tracing runs the student's code as it is."""

    def __init__(self, network: paddle.nn.Layer) -> None:
        super().__init__()
        self.network = network
        self.eval()

    @paddle.jit.not_to_static
    def forward(self, x: Any) -> Any:
        return self.network(x)


def _write_graph(network: paddle.nn.Layer, spec: list[Any], folder: Path) -> None:
    with to_static_works(), _without_places_of_operations():
        graph = paddle.jit.to_static(_AsWritten(network), input_spec=spec, full_graph=True)
        paddle.jit.save(graph, str(folder / "network"))


@contextlib.contextmanager
def _without_places_of_operations() -> Iterator[None]:
    """Have Paddle not look up where each operation stands in the source: it cannot read a name such as `a.ipynb, cell 3`."""
    program_translator: Any = importlib.import_module("paddle.jit.dy2static.program_translator")
    name = "update_op_callstack_with_origin_info"
    plain = getattr(program_translator, name)
    setattr(program_translator, name, lambda program: program)
    try:
        yield
    finally:
        setattr(program_translator, name, plain)


def with_plain_biases(model: bytes) -> bytes:
    """Return a graph in which each convolution's bias is added as it is stored, [C], not as reshaped to [1, C, 1, 1].

    Paddle's passes know a convolution and its bias as one operation in that form only; without it bfloat16 stops at each.
    """
    graph = paddle.base.core.ProgramDesc(model)
    block = graph.block(0)
    operations = [block.op(place) for place in range(block.op_size())]
    makers = {name: operation for operation in operations for name in operation.output_arg_names()}
    users: dict[str, list[Any]] = {}
    for operation in operations:
        for name in operation.input_arg_names():
            users.setdefault(name, []).append(operation)

    def adds_bias(user: Any, bias: str) -> bool:
        if user.type() != "elementwise_add" or user.input("Y") != [bias] or user.input("X") == [bias]:
            return False
        return makers[user.input("X")[0]].type() in CONVOLUTIONS if user.input("X")[0] in makers else False

    for place in reversed(range(len(operations))):
        reshape = operations[place]
        if reshape.type() != "reshape2":
            continue
        (stored,), (bias,) = reshape.input("X"), reshape.output("Out")
        variable, shape = block.find_var_recursive(stored.encode()), list(reshape.attr("shape"))
        whole = variable is not None and variable.persistable() and list(variable.shape()) == shape[1:2]
        adding = users.get(bias, [])
        if whole and shape == [1, *shape[1:2], 1, 1] and adding and all(adds_bias(user, bias) for user in adding):
            for user in adding:
                user._rename_input(bias, stored)
                user._set_attr("axis", 1)
            block._remove_op(place, place + 1)
    return bytes(graph.serialize_to_string())


def _predictor(folder: Path, form: str) -> Any:
    model = folder / OLDER if (folder / OLDER).exists() else folder / NEWER
    config = inference.Config(str(model), str(folder / "network.pdiparams"))
    config.disable_gpu()
    config.disable_glog_info()
    config.enable_mkldnn()
    config.set_cpu_math_library_num_threads(1)
    if form == "bfloat16":
        config.enable_mkldnn_bfloat16()
    return inference.create_predictor(config)
