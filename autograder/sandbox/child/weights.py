"""Read a weights file without running anything that is in it.

safetensors is a JSON header and raw bytes. A `.pdparams` file is a pickle; its opcodes are read one by one by a small
machine that knows plain data and NumPy arrays only, so a name such as `os.system` is reported and never looked up.
"""

from __future__ import annotations

import json
import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .pairs import paired

Arrays = dict[str, np.ndarray[Any, Any]]
MAX_HEADER = 8 << 20
MAX_OPCODES = 2_000_000
MAX_ARRAYS = 20_000
SAFETENSORS_DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "uint16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
FLOATS = ("float64", "float32", "float16")


class UnreadableWeights(Exception):
    """`reason` is one of: damaged, code, form, empty; `detail` says more."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def read_weights(content: np.ndarray[Any, Any], pdparams: bool) -> Arrays:
    """Return name → array of a weights file given as uint8 [bytes]; bfloat16 comes as float32."""
    buffer = memoryview(np.ascontiguousarray(content, dtype=np.uint8))  # type: ignore[arg-type]
    if not len(buffer):
        raise UnreadableWeights("empty", "0 bytes")
    try:
        arrays = read_pdparams(bytes(buffer)) if pdparams else read_safetensors(buffer)
    except UnreadableWeights:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, RecursionError) as error:
        raise UnreadableWeights("damaged", f"{type(error).__name__}: {error}"[:200]) from None
    if not arrays:
        raise UnreadableWeights("empty", "no arrays")
    return arrays


def read_safetensors(buffer: memoryview) -> Arrays:
    """Return the arrays of a safetensors file; they share memory with `buffer`."""
    if len(buffer) < 8:
        raise UnreadableWeights("damaged", f"{len(buffer)} bytes")
    length = int.from_bytes(buffer[:8], "little")
    if length > min(MAX_HEADER, len(buffer) - 8):
        raise UnreadableWeights("damaged", f"a header of {length} bytes in a file of {len(buffer)}")
    header = json.loads(bytes(buffer[8 : 8 + length]).decode("utf-8"))
    data, arrays = buffer[8 + length :], {}
    if not isinstance(header, dict) or len(header) > MAX_ARRAYS:
        raise UnreadableWeights("form", "the header is not a table of arrays")
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (int(offset) for offset in entry["data_offsets"])
        if not 0 <= start <= end <= len(data):
            raise UnreadableWeights("damaged", f"{name[:60]}: bytes {start} to {end} of {len(data)}")
        dtype = SAFETENSORS_DTYPES[entry["dtype"]]
        shape = tuple(int(size) for size in entry["shape"])
        array = np.frombuffer(data[start:end], dtype).reshape(shape)
        arrays[str(name)] = widened(array) if entry["dtype"] == "BF16" else array
    return arrays


def widened(bits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return bfloat16 bits (uint16) as float32."""
    return (bits.astype(np.uint32) << 16).view(np.float32).reshape(bits.shape)


@dataclass
class _Name:
    """A global that the pickle speaks of: known ones only, and never imported."""

    name: str


@dataclass
class _Array:
    """An array under construction."""

    value: np.ndarray[Any, Any] | None = None


@dataclass
class _Type:
    """A dtype under construction."""

    code: str
    order: str = "<"

    def dtype(self) -> np.dtype[Any]:
        found = np.dtype(self.code)
        if found.hasobject:
            raise UnreadableWeights("code", f"dtype {self.code}")
        return found.newbyteorder(">" if self.order == ">" else "<")


NAMES = {
    "numpy._core.multiarray _reconstruct": "reconstruct",
    "numpy.core.multiarray _reconstruct": "reconstruct",
    "numpy._core.multiarray scalar": "scalar",
    "numpy.core.multiarray scalar": "scalar",
    "numpy ndarray": "ndarray",
    "numpy dtype": "dtype",
    "collections OrderedDict": "dict",
    "builtins tuple": "tuple",
    "__builtin__ tuple": "tuple",
    "_codecs encode": "encode",
}
_MARK = object()


@dataclass
class _Machine:
    """The stack and the memory of a pickle."""

    stack: list[Any] = field(default_factory=list)
    memory: dict[int, Any] = field(default_factory=dict)

    def to_mark(self) -> list[Any]:
        """Pop everything above the last mark, and the mark."""
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:
            place -= 1
        taken = self.stack[place + 1 :]
        del self.stack[place:]
        return taken

    def run(self, opcode: str, argument: Any) -> None:
        """Carry out one opcode, or refuse it."""
        if opcode in _PUSH_ARGUMENT:
            self.stack.append(argument)
        elif opcode in _CONSTANTS:
            self.stack.append(_CONSTANTS[opcode]())
        elif opcode in _STEPS:
            _STEPS[opcode](self, argument)
        elif opcode not in ("PROTO", "FRAME", "STOP"):
            raise UnreadableWeights("code", opcode)


def _named(machine: _Machine, name: str) -> None:
    if name not in NAMES:
        raise UnreadableWeights("code", name.replace(" ", ".")[:100])
    machine.stack.append(_Name(NAMES[name]))


def _stack_global(machine: _Machine, _: Any) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    _named(machine, f"{module} {name}")


def _reduce(machine: _Machine, _: Any) -> None:
    arguments, function = machine.stack.pop(), machine.stack.pop()
    name = function.name if isinstance(function, _Name) else ""
    made: Any
    if name == "reconstruct":
        made = _Array()
    elif name == "dtype":
        made = _Type(str(arguments[0]))
    elif name == "dict":
        made = dict(arguments[0]) if arguments else {}
    elif name == "tuple":
        made = tuple(arguments[0]) if arguments else ()
    elif name == "encode":
        made = str(arguments[0]).encode("latin-1")
    elif name == "scalar":
        made = np.frombuffer(arguments[1], arguments[0].dtype(), 1).reshape(())
    else:
        raise UnreadableWeights("code", "a call of something that is no known function")
    machine.stack.append(made)


def _build(machine: _Machine, _: Any) -> None:
    state, thing = machine.stack.pop(), machine.stack[-1]
    if isinstance(thing, _Array):
        _, shape, kind, fortran, raw = state
        array = np.frombuffer(raw, kind.dtype())
        thing.value = array.reshape(tuple(shape), order="F" if fortran else "C")
    elif isinstance(thing, _Type):
        thing.order = str(state[1])
    else:
        raise UnreadableWeights("code", "an object with a state of its own")


def _set_items(machine: _Machine, _: Any) -> None:
    items = machine.to_mark()
    machine.stack[-1].update(paired(items[::2], items[1::2]))


def _set_item(machine: _Machine, _: Any) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.stack[-1][key] = value


def _append(machine: _Machine, _: Any) -> None:
    value = machine.stack.pop()
    machine.stack[-1].append(value)


def _appends(machine: _Machine, _: Any) -> None:
    items = machine.to_mark()
    machine.stack[-1].extend(items)


def _dict(machine: _Machine, _: Any) -> None:
    items = machine.to_mark()
    machine.stack.append(dict(paired(items[::2], items[1::2])))


def _tuple_of(count: int) -> Callable[[_Machine, Any], None]:
    def make(machine: _Machine, _: Any) -> None:
        taken = machine.stack[-count:]
        if len(taken) < count:
            raise IndexError("the stack is too short")
        del machine.stack[-count:]
        machine.stack.append(tuple(taken))

    return make


def _remember(machine: _Machine, argument: Any) -> None:
    machine.memory[len(machine.memory) if argument is None else int(argument)] = machine.stack[-1]


def _recall(machine: _Machine, argument: Any) -> None:
    machine.stack.append(machine.memory[int(argument)])


_PUSH_ARGUMENT = frozenset(
    [
        "INT",
        "BININT",
        "BININT1",
        "BININT2",
        "LONG",
        "LONG1",
        "LONG4",
        "FLOAT",
        "BINFLOAT",
        "UNICODE",
        "SHORT_BINUNICODE",
        "BINUNICODE",
        "BINUNICODE8",
        "BINBYTES",
        "SHORT_BINBYTES",
        "BINBYTES8",
        "BYTEARRAY8",
        "STRING",
        "BINSTRING",
        "SHORT_BINSTRING",
    ]
)
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "MARK": lambda: _MARK,
}
_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "MEMOIZE": _remember,
    "PUT": _remember,
    "BINPUT": _remember,
    "LONG_BINPUT": _remember,
    "GET": _recall,
    "BINGET": _recall,
    "LONG_BINGET": _recall,
    "POP": lambda machine, _: machine.stack.pop(),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.to_mark())),
    "LIST": lambda machine, _: machine.stack.append(machine.to_mark()),
    "TUPLE1": _tuple_of(1),
    "TUPLE2": _tuple_of(2),
    "TUPLE3": _tuple_of(3),
    "DICT": _dict,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "APPEND": _append,
    "APPENDS": _appends,
    "GLOBAL": _named,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce,
    "BUILD": _build,
}


def read_pdparams(content: bytes) -> Arrays:
    """Return the arrays of what `paddle.save` wrote: a state dict, or a dict that holds exactly one."""
    machine = _Machine()
    for count, (opcode, argument, _) in enumerate(pickletools.genops(content)):
        if count > MAX_OPCODES:
            raise UnreadableWeights("form", f"more than {MAX_OPCODES} steps")
        machine.run(opcode.name, argument)
    (found,) = machine.stack
    if not isinstance(found, dict):
        raise UnreadableWeights("form", f"a {type(found).__name__} in place of a state dict")
    own = _arrays_of(found)
    inner = [arrays for value in found.values() if isinstance(value, dict) and (arrays := _arrays_of(value))]
    return own if own or len(inner) != 1 else inner[0]


def _arrays_of(table: dict[Any, Any]) -> Arrays:
    arrays: Arrays = {}
    for name, value in table.items():
        if isinstance(value, tuple) and len(value) == 2:  # a tensor is saved as (its name, its values)
            value = value[1]
        if isinstance(value, _Array) and value.value is not None and isinstance(name, str):
            array = value.value
            arrays[name] = widened(array) if array.dtype == np.uint16 else array  # Paddle writes bfloat16 as bits
    if len(arrays) > MAX_ARRAYS:
        raise UnreadableWeights("form", f"more than {MAX_ARRAYS} arrays")
    return arrays


def fit_weights(given: Arrays, own: dict[str, Any]) -> dict[str, Any]:
    """Compare a file with a network's own state: names, shapes, dtypes, values.

    Args:
        own: Name → tensor.
    """
    common = [name for name in own if name in given]
    wrong_shape = [[n, list(given[n].shape), [int(s) for s in own[n].shape]] for n in common]
    floats = [n for n in common if "float" in str(own[n].dtype)]
    return {
        "missing": sorted(name for name in own if name not in given)[:20],
        "unexpected": sorted(name for name in given if name not in own)[:20],
        "matching": len(common),
        "wrong_shape": [row for row in wrong_shape if row[1] != row[2]][:20],
        "wrong_dtype": [[n, str(given[n].dtype)] for n in floats if str(given[n].dtype) not in FLOATS][:20],
        "not_finite": [n for n in floats if given[n].dtype.kind == "f" and not np.isfinite(given[n]).all()][:20],
    }
