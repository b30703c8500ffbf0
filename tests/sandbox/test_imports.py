"""What Paddle imports and no answer needs is there when it is asked for, in both kinds of children."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.sandbox.bubblewrap import CHILD
from autograder.sandbox.child.on_paddle.imports import DEFERRED

START = f"import json, sys; sys.path.insert(0, {str(CHILD.parent)!r}); from child.on_paddle.imports import import_paddle; import_paddle()\n"


@pytest.fixture(scope="module", params=["warm", "cold"])
def box(request: pytest.FixtureRequest) -> Box:
    return open_bubblewrap_box(warm=request.param == "warm")


def outside(code: str) -> object:
    words = [sys.executable, "-W", "ignore", "-c", START + code]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)


def asked(box: Box, code: str) -> object:
    with box.session() as session:
        session.ask("load", statements=[["answer.py", 1, code]])
        return session.ask("call", target="f", arguments=[])


def test_what_is_deferred_is_not_loaded_even_by_who_walks_over_all_modules() -> None:
    code = """
import gc, inspect, paddle
inspect.getsource(paddle.nn.Linear), inspect.getmodule(paddle.nn.Linear.forward)
kinds = [type(sys.modules[name]).__name__ for name in NAMES]
print(json.dumps([kinds, [name for name in ('setuptools', 'httpx._client') if name in sys.modules], gc.isenabled()]))
"""
    assert outside(code.replace("NAMES", repr(DEFERRED))) == [["Deferred"] * len(DEFERRED), [], True]


def test_httpx_is_the_real_one(box: Box) -> None:
    code = """
import httpx
from httpx import Timeout
def f():
    client = httpx.Client(timeout=Timeout(1))
    return [type(httpx).__name__, httpx.URL('http://a/b').path, type(client).__module__, httpx.__spec__.loader.__class__.__name__]
"""
    assert asked(box, code) == ["module", "/b", "httpx", "SourceFileLoader"]


def test_extensions_in_cpp_can_be_described(box: Box) -> None:
    code = """
import paddle
from paddle.utils.cpp_extension import CppExtension
def f():
    same = paddle.utils.cpp_extension.CppExtension is CppExtension
    return [same, CppExtension(sources=['a.cc']).sources, paddle.utils.cpp_extension.load.__name__]
"""
    assert asked(box, code) == [True, ["a.cc"], "load"]


def test_threads_that_ask_at_once_get_the_whole_module(box: Box) -> None:
    code = """
import threading
import httpx
def f():
    found = []
    threads = [threading.Thread(target=lambda: found.append(httpx.Client.__name__)) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return found
"""
    assert asked(box, code) == ["Client"] * 8


def test_a_module_that_could_not_be_loaded_can_be_asked_again() -> None:
    code = """
import httpx
import importlib.machinery
real, tries = type(httpx.__spec__.loader).exec_module, []
def fail(self, module):
    tries.append(module.__name__)
    raise ImportError('not now')
importlib.machinery.SourceFileLoader.exec_module = fail
try:
    httpx.Client
except ImportError as error:
    said = str(error)
importlib.machinery.SourceFileLoader.exec_module = real
print(json.dumps([said, tries, httpx.Client.__name__]))
"""
    assert outside(code) == ["not now", ["httpx"], "Client"]
