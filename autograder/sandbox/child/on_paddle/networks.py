"""What can be asked of networks that are written with Paddle."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Collection
from typing import Any

import numpy as np
import paddle

from ..errors import Slip, describe_error
from ..operations import Namespace, Operations, as_array, plain
from ..pairs import paired
from ..weights import UnreadableWeights, fit_weights, read_weights
from . import borrowed, fill, stand_ins, trace
from .fully_connected import MatrixGradient, alone, factored
from .slips import misspelt, note_on, tensor_in

Tree = Any


class PaddleOperations(Operations):
    """Operations, and those on networks."""

    def __init__(self, namespace: Namespace | None = None, layers: list[str] | None = None) -> None:
        super().__init__(namespace, layers)
        self.made: tuple[Any, Any] | None = None  # what the last `make` was asked for, and what it made
        self.described: Tree = []  # its parameters as they were then, before it ever ran
        self.sizes: dict[tuple[int, ...], Tree] = {}  # what its eval passes came to, by the shape of the images

    def described_error(self, error: BaseException) -> Tree:
        """Return what is told of an exception."""
        return describe_error(error, note_on)

    def do_seed(self, seed: int) -> Tree:
        """Seed every random number generator the student's code may use."""
        super().do_seed(seed)
        paddle.seed(seed)

    def do_borrowed(self) -> Tree:
        """Return what of Paddle's ready-made networks was constructed or called so far."""
        return sorted(borrowed.seen)[:20]

    def do_make(self, target: str, arguments: list[Any], named: list[str] | None = None, blank: bool = False) -> Tree:
        """Make a network. The last one is kept: asked for again with the same arguments it is the answer.

        Args:
            named: See `_new`.
            blank: Parameters without an initializer of their own start at zero, which is quicker where they get filled.
        """
        wanted = (target, arguments, named, blank)
        if self.made is None or self.made[0] != wanted:
            self.made = None  # let go of the old one first: two VGGs at once would need too much memory
            self.sizes.clear()
            with stand_ins.no_initial_values() if blank else contextlib.nullcontext():
                network = self._new(target, arguments, named)
            self.made = wanted, network
            self.described = describe(network) if isinstance(network, paddle.nn.Layer) else []
        return {"$handle": -1}

    def do_describe_new(
        self, target: str, arguments: list[Any], named: list[str] | None = None, blank: bool = False
    ) -> Tree:
        """Return what `describe` says of a network that `make` makes, before it ever ran; without memory for its
        parameters where it can be made so."""
        if self.made is None or self.made[0] != (target, arguments, named, blank):
            with contextlib.suppress(Exception), paddle.LazyGuard():
                return describe(self._new(target, arguments, named))
        self.do_make(target, arguments, named, blank)
        return self.described

    def do_defaults(self, target: str) -> Tree:
        """Return `[name, default]` of each argument of the student's own signature that a call may leave out; a default
        that is no number, text, True, False or None is told by its type alone."""
        try:
            parameters = inspect.signature(self.namespace[target]).parameters.values()
        except (TypeError, ValueError):
            return []
        given = [(one.name, one.default) for one in parameters if one.default is not inspect.Parameter.empty]
        return [[name, plain(value)] for name, value in given]

    def _new(self, target: str, arguments: list[Any], named: list[str] | None) -> Any:
        """Call `target`. named: what the last of the arguments are called; each is passed by that name where the
        student's own signature has it, by its place elsewhere, for learners put other arguments first."""
        function = self.namespace[target]
        if note := misspelt(function):
            raise Slip(note)
        given = [self._argument(part) for part in arguments]
        first = len(given) - len(named or ())
        last = dict(paired(named or (), given[first:]))
        known = passed_by_name(function, len(given), last) if last else frozenset()
        by_place = [value for name, value in last.items() if name not in known]
        return function(*given[:first], *by_place, **{name: last[name] for name in known})

    def do_loop(
        self,
        target: str,
        loader: Any,
        num_classes: int,
        dropout: float,
        seed: int,
        training: bool,
        learning_rate: float | None = None,
        parameters: bool = False,
    ) -> Tree:
        """Call `target(model, loader)`, with gradient descent with momentum as a third argument where there is a learning rate, on a
        small network of ours in the given mode; its values and all random numbers come from `seed`.

        Returns `{"result", "passes": [training, gradients on, batch size] of each, "training": the mode afterwards, None
        where layers are left in both,
        "stepped": with an optimizer: whether this one ever made a step,
        "parameters": their values by name and the running statistics, where asked for}`.
        """
        self.do_seed(seed)
        network = stand_ins.ProbeNetwork(num_classes, dropout)
        fill.fill(network, seed)
        network.train() if training else network.eval()
        arguments = [network, self._argument(loader)]
        if learning_rate is not None:
            optimizer = paddle.optimizer.Momentum(learning_rate, momentum=0.9, parameters=network.parameters())
            arguments.append(optimizer)
        result = plain(self.namespace[target](*arguments))
        modes = {bool(layer.training) for layer in network.sublayers(include_self=True)}
        answer = {
            "result": result,
            "passes": stand_ins.passes_of(network),
            "training": modes.pop() if len(modes) == 1 else None,
        }
        if learning_rate is not None:
            answer["stepped"] = bool(optimizer.state_dict())
        if parameters:
            answer["parameters"] = {name: as_array(value) for name, value in network.state_dict().items()}
        return answer

    def do_optimizer(self, model: Any, learning_rate: float) -> Tree:
        """Make an Adam optimizer for a model."""
        parameters = self._object(model).parameters()
        return self._keep(paddle.optimizer.Adam(learning_rate=learning_rate, parameters=parameters))

    def do_fill(self, target: Any, seed: int, ready: list[list[Any]] | None = None) -> Tree:
        """Fill a network's parameters by shape and kind.

        Args:
            ready: `[kind, shape]` of the values in each of `files`.
        """
        keys = [(kind, tuple(shape)) for kind, shape in ready or []]
        fill.fill(self._object(target), seed, dict(paired(keys, self.files)))

    def do_forward(self, target: Any, images: Any, training: bool = False, steps: bool = False) -> Tree:
        """Return `{"output" or "error"}` of one forward pass without gradients; steps: and what its layers did, "steps"."""
        network = self._object(target)
        network.train() if training else network.eval()
        with paddle.no_grad():
            return self._passed(network, paddle.to_tensor(images), training, steps)[1]

    def _passed(self, network: Any, images: Any, training: bool, steps: bool = False) -> tuple[Any, Tree]:
        """Return what a network makes of a tensor, None where it raises, and `{"output" or "error"}`; note its sizes.

        steps: return what its layers did, too, see `trace.Stages`.
        """
        output = None
        answer: dict[str, Any]
        with trace.stages(network, steps) as stages:
            try:
                output = tensor_in(network(images))
                answer = {"output": as_array(output)}
            except BaseException as error:
                answer = {"error": self.described_error(error)}
        if self.made and network is self.made[1] and not training:
            size = list(answer["output"].shape) if "output" in answer else None
            self.sizes[tuple(images.shape)] = {"output": size, "error": answer.get("error"), "stages": stages.sizes}
        if stages.steps is not None:
            answer["steps"] = stages.steps
        return output, answer

    def do_sizes(self, target: Any, shape: list[int]) -> Tree:
        """Return `{"output": shape or None, "error": None or what was raised, "stages"}` of an eval pass of the last network
        made, for images of a shape; one that has run already is not run again."""
        if tuple(shape) not in self.sizes:
            self.do_forward(target, np.zeros(shape, np.float32))
        return self.sizes[tuple(shape)]

    def do_gradients(self, target: Any, images: Any, seed: int, steps: bool = False) -> Tree:
        """Return `{"output", "input", "without_gradient"}` of one eval pass, or its `{"error"}`; steps: see `do_forward`.

        "input" is the input's gradient of sum(output * weights), with normal weights from `seed`; "without_gradient" says
        how many trainable parameters got none.
        """
        network = self._object(target)
        network.eval()
        forget_gradients(network)
        x = paddle.to_tensor(images, stop_gradient=False)
        with factored(matrices(network)) as factors:
            output, answer = self._passed(network, x, False, steps)
            if "error" in answer:
                return answer
            weights = np.random.default_rng(seed).standard_normal(answer["output"].shape).astype(np.float32)
            (output * paddle.to_tensor(weights)).sum().backward()
        trained = [p for p in network.parameters() if not p.stop_gradient]
        idle = [p for p in trained if p.grad is None and not factors.get(id(p))]
        gradient = np.zeros_like(images) if x.grad is None else as_array(x.grad)
        forget_gradients(network)
        return {**answer, "input": gradient, "without_gradient": len(idle)}

    def do_silenced(self, target: Any, images: Any, training: bool) -> Tree:
        """Return `[shape, fraction of rows, fraction of columns, mean input]` per matrix, for one image.

        The fractions are those without a gradient: a row is one of its inputs, zero for the image; a column one of its
        outputs that comes to nothing. The mean of its inputs is read from gradients, too, and None where the layer has
        no bias: a weight's gradient is its input times the gradient of the bias.
        """
        network = self._object(target)
        network.train() if training else network.eval()
        forget_gradients(network)
        biases = fill.biases(network)
        looked_at = {id(matrix) for matrix in matrices(network)}
        looked_at |= {id(bias) for matrix, bias in biases.items() if matrix in looked_at}
        with alone(network.parameters(), looked_at), factored(matrices(network)) as factors:
            output = tensor_in(network(paddle.to_tensor(images)))
            # Not the plain sum, which of a softmax is one whatever is silenced: rounding alone would decide.
            (output * paddle.linspace(1.0, 2.0, output.shape[-1])).sum().backward()
        rows = []
        for matrix in matrices(network):
            found, rest = factors.get(id(matrix), []), matrix.grad
            if found or rest is not None:
                gradient = MatrixGradient(found, None if rest is None else as_array(rest))
                shape = [int(size) for size in matrix.shape]
                rows.append([shape, *gradient.idle(), mean_input(gradient, biases.get(id(matrix)))])
        forget_gradients(network)
        return sorted(rows, key=lambda row: row[:3])

    def do_initial(self, target: str, arguments: list[Any], named: list[str] | None = None) -> Tree:
        """Make a new network and return `[shape, largest absolute value, standard deviation, largest absolute value of the bias]`
        of its matrices; the last is None without a bias."""
        self.made = None
        self.sizes.clear()
        with stand_ins.no_initial_filters():
            network = self._new(target, arguments, named)
        biases, rows = fill.biases(network), []
        for matrix in matrices(network):
            values, bias = as_array(matrix), biases.get(id(matrix))
            largest = None if bias is None else float(np.abs(as_array(bias)).max())
            rows.append([list(values.shape), float(np.abs(values).max()), float(values.std(dtype=np.float64)), largest])
        return rows

    def do_load_weights(self, target: Any, content: Any, pdparams: bool) -> Tree:
        """Put a weights file (uint8 array) into a network where all of it fits; see `weights.fit_weights`."""
        network = self._object(target)
        try:
            given = read_weights(content, pdparams)
        except UnreadableWeights as error:
            return {"unreadable": error.reason, "detail": error.detail}
        own = network.state_dict()
        answer = fit_weights(given, own)
        if not any(answer[key] for key in ("missing", "wrong_shape", "wrong_dtype", "not_finite")):
            for name, parameter in own.items():
                same = parameter.dtype == paddle.float32
                values = np.asarray(given[name], np.float32) if same else given[name]
                parameter.set_value(values if same else paddle.to_tensor(np.array(values)).astype(parameter.dtype))
        return answer

    def _object(self, handle: Any) -> Any:
        if handle["$handle"] == -1 and self.made is not None:
            return self.made[1]
        return super()._object(handle)


def passed_by_name(function: Any, count: int, names: Collection[str]) -> frozenset[str]:
    """Return those of `names` by which arguments can be passed to a function or class; none where its signature is unknown.

    With `**settings` any name can be, which is taken where there is no place for all of `count` arguments.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return frozenset()
    kinds = [parameter.kind for parameter in parameters]
    places = sum(kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds)
    if inspect.Parameter.VAR_KEYWORD in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds and places < count:
        return frozenset(names)
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return frozenset(parameter.name for parameter in parameters if parameter.kind in named) & frozenset(names)


def matrices(network: Any) -> list[Any]:
    """Return the parameters [inputs, outputs] of a network."""
    return [parameter for kind, parameter in fill.kinds(network) if kind == "matrix"]


def describe(network: Any) -> Tree:
    """Return shape and trainability of every parameter and buffer, sorted."""
    return sorted(
        [[int(size) for size in parameter.shape], not parameter.stop_gradient] for parameter in fill.held_by(network)
    )


def mean_input(matrix: MatrixGradient, bias: Any) -> float | None:
    """Return the mean of what came into a fc layer with one image, from its gradients; None without a bias."""
    if bias is None or bias.grad is None:
        return None
    gradient = as_array(bias.grad).reshape(-1)
    column = int(np.abs(gradient).argmax())
    if not gradient[column]:
        return None
    return float((matrix.column(column) / gradient[column]).mean())


def forget_gradients(network: Any) -> None:
    """Drop all gradients and their memory."""
    for parameter in network.parameters():
        parameter.clear_gradient(False)
