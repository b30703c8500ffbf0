"""The files of a new chapter: a small real network that builds, verifies and grades at once.

`@CHAPTER@` is the chapter's id and `@CLASS@` the name of its class.
"""

from __future__ import annotations

CHAPTER = """\
title: {zh: "@CLASS@：两层卷积的小网络", en: "@CLASS@: a small network of two convolutions"}
tasks:
  - id: network
    title: {zh: 搭建 @CLASS@, en: Build @CLASS@}
    names: [@CLASS@]
    points: 40
    hint:
      zh: 照着结构表一层一层写，每写一层就打印一次形状。
      en: Follow the table layer by layer and print the shape after each.
    checks:
      - id: shape
        points: 8
        hint:
          zh: 边长依次是 32-16-8；输出形状是 [N, num_classes]。
          en: The sides are 32-16-8; the output has the shape [N, num_classes].
      - id: parameters
        points: 8
        hint:
          zh: 每个卷积和全连接层都有偏置；层要登记在 self 上（或用 Sequential、LayerList），普通列表里的层不会被登记。
          en: >-
            Every convolution and every fc layer has a bias. Register the layers on self, in a Sequential or in a
            LayerList; layers in a plain Python list are not registered.
      - id: behaviour
        points: 8
        hint:
          zh: 每个卷积之后一次 ReLU；用最大池化；返回 logits，不做 softmax。
          en: Use ReLU after each convolution, and max-pooling. The result is logits, without softmax.
      - id: classes
        points: 6
        hidden: true
        hint: {zh: 最后一层的宽度是 num_classes。, en: The last layer has num_classes outputs.}
        announced: {zh: "`num_classes` 可以不是 2", en: "`num_classes` may be other than 2"}
      - id: batches
        points: 10
        hidden: true
        hint:
          zh: 批大小可以是任意的，不要写死；梯度要能从输出一路传回输入，中间不要 detach 或转成 NumPy。
          en: >-
            The batch size may be any positive number, so do not write one into the code. Gradients must go from the
            output back to the input, so use no detach and no conversion to NumPy on the way.
        announced: {zh: 批大小 N 可以是任意正整数, en: the batch size N may be any}
  - id: why_padding
    title: {zh: 为什么要填充, en: Why padding is needed}
    kind: written
    points: 10
    question_guide:
      zh: 3x3 的卷积不填充时边长每次减 2（4 分）；填充 1 让边长不变，只由池化来减半（3 分）；K = 16 x 8 x 8 = 1024（3 分）。
      en: >-
        Without padding a 3x3 convolution makes each side smaller by 2 (4). Padding 1 keeps the sides, so that only the
        pooling halves them (3). K = 16 x 8 x 8 = 1024 (3).
"""

ARCHITECTURE = '''\
"""The network of this chapter, declared for its figures, tables and size tests."""

from autograder.facts import Flatten, Linear, MaxPool, Network, conv_relu
from autograder.text import Text

NETWORK = Network(
    name="@CLASS@",
    title=Text(zh="@CLASS@（2 类）", en="@CLASS@ (2 classes)"),
    input_shape=(3, 32, 32),
    layers=(
        *(*conv_relu(8, 3, padding=1), MaxPool(2, 2)),
        *(*conv_relu(16, 3, padding=1), MaxPool(2, 2)),
        *(Flatten(), Linear(2)),
    ),
)

NETWORKS = {NETWORK.name: NETWORK}
'''

CHECKS = '''\
"""The checks of this chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Behaviour, OutputShape, Parameters

ONE, THREE = (1, 3, 32, 32), (3, 3, 32, 32)

CHECKS = {
    "network.shape": OutputShape(name="@CLASS@", arguments=(2,), inputs=(ONE, THREE)),
    "network.parameters": Parameters(name="@CLASS@", arguments=(2,)),
    "network.behaviour": Behaviour(name="@CLASS@", arguments=(2,), inputs=(THREE,), seed=11),
    "network.classes": OutputShape(name="@CLASS@", arguments=(7,), inputs=(THREE,)),
    "network.batches": Behaviour(name="@CLASS@", arguments=(2,), inputs=(THREE, ONE), seed=4711, gradients=True),
}
'''

NOTEBOOK = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="zh"
# # @CLASS@
#
# **目标**：用两个卷积搭一个小网络，看清每一层的形状和参数。
#
# {{figure:@CLASS@}}
#
# 图中箭头上是每张图的形状（通道 x 高 x 宽）；下表加上批大小 N，并数出每层要训练的参数，`num_classes` 取 2：
#
# {{table:@CLASS@}}
#
# 填充 1 让 3x3 的卷积不改变边长，每次池化把边长减半，所以边长依次是 32-16-8。

# %% [markdown] lang="en"
# # @CLASS@
#
# **Goals**: build a small network of two convolutions; see the shape and the parameters of every layer.
#
# {{figure:@CLASS@}}
#
# The arrows carry the shape for one picture (channels x height x width). The table adds the batch size N and counts
# the parameters to be trained in each layer, here with `num_classes` = 2:
#
# {{table:@CLASS@}}
#
# With padding 1 a 3x3 convolution keeps the sides, and each pool halves them: hence 32-16-8.

# %% setup=true
import warnings

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import paddle
import paddle.nn.functional as F
from paddle import nn

from autograder import open_chapter

check = open_chapter("@CHAPTER@")

# %% [markdown] lang="zh"
# ## 任务一：@CLASS@（40 分）
#
# - 结构如上表；每个卷积和全连接层都带偏置；**每个卷积之后一次 ReLU**，最后一层之后没有；
# - 返回 **logits**，不做 softmax；
# - `num_classes` 可以不是 2；批大小 N 可以是任意正整数，不要写死；
# - 梯度要能从输出传到每个参数和输入，中间不要 `detach` 或转成 NumPy。

# %% [markdown] lang="en"
# ## Task 1: @CLASS@ (40 points)
#
# - the layers of the table; every convolution and fc layer has a bias; **ReLU after each convolution**, none after the
#   last layer;
# - the result is **logits**, without softmax;
# - `num_classes` may be other than 2; the batch size N may be any, so do not write one down;
# - gradients reach every parameter and the input: no `detach`, no detour through NumPy.


# %% task="network"
class @CLASS@(nn.Layer):
    """images: float32 [N, 3, 32, 32]; returns logits: float32 [N, num_classes]."""

    # zh: TODO：在 __init__ 里建层，在 forward 里连起来
    # en: TODO: make the layers in __init__, connect them in forward
    ### BEGIN SOLUTION
    def __init__(self, num_classes=2):
        super().__init__()
        self.conv1 = nn.Conv2D(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2D(8, 16, 3, padding=1)
        self.pool = nn.MaxPool2D(2, 2)
        self.fc = nn.Linear(16 * 8 * 8, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))  # [N, 8, 16, 16]
        x = self.pool(F.relu(self.conv2(x)))  # [N, 16, 8, 8]
        return self.fc(paddle.flatten(x, 1))  # [N, num_classes]

    ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# 送一批随机图像进去，看看输出：每张图 `num_classes` 个数。

# %% [markdown] lang="en"
# Send a batch of random pictures through: `num_classes` numbers come out for each.

# %%
paddle.seed(0)
print(@CLASS@(num_classes=2)(paddle.rand([3, 3, 32, 32])).shape)

# %% [markdown] written="why_padding" lang="zh"
# ## 问答（10 分）
#
# 两个卷积为什么都要填充 1？写出全连接层的输入数 K 是怎样从 32x32 算出来的。
#
# ### BEGIN SOLUTION
# 3x3 的卷积不填充时，边长每次减 2；填充 1，边长不变，只由池化来减半：32-16-8。第二个卷积有 16 个通道，所以 K = 16 x 8 x 8 = 1024。
# ### END SOLUTION

# %% [markdown] written="why_padding" lang="en"
# ## Written question (10 points)
#
# Why do both convolutions have padding 1? Show how the number K of inputs of the fc layer follows from 32x32.
#
# ### BEGIN SOLUTION
# Without padding a 3x3 convolution takes 2 from each side. With padding 1 the sides stay, and only the pools halve them:
# 32-16-8. The second convolution has 16 channels, hence K = 16 x 8 x 8 = 1024.
# ### END SOLUTION
'''

MISTAKES = """\
# Wrong answers that learners hand in, as changes of the solution: `from` stands once in the task, `to` is written instead.
# kills: the checks that must fail. `autograder mistakes @CHAPTER@ ID --diff` shows one.
mistakes:
  - id: average_pool
    kills: [network.behaviour]
    cause:
      zh: 池化用了平均，应取最大值。
      en: You average; the pools take the maximum.
    changes:
      - from: MaxPool2D
        to: AvgPool2D

  - id: classes_ignored
    kills: [network.classes]
    cause:
      zh: 你把 2 写死了；最后一层的宽度应是 num_classes。
      en: You wrote 2 into the code; the last layer has num_classes outputs.
    changes:
      - from: 8, num_classes)
        to: 8, 2)

  - id: missing_fc
    kills: [network.shape, network.parameters]
    cause:
      zh: 展平之后缺了全连接层。
      en: The fc layer after the flattening is missing.
    changes:
      - from: self.fc = nn.Linear(16 * 8 * 8, num_classes)
        to: ""
      - from: self.fc(paddle.flatten(x, 1))
        to: paddle.flatten(x, 1)

  - id: no_padding
    kills: [network.parameters]
    cause:
      zh: 卷积没有填充，边长变成 32-30-15-13-6。
      en: The convolutions have no padding, so the sides are 32-30-15-13-6.
    changes:
      - from: |
          self.conv1 = nn.Conv2D(3, 8, 3, padding=1)
          self.conv2 = nn.Conv2D(8, 16, 3, padding=1)
        to: |
          self.conv1 = nn.Conv2D(3, 8, 3)
          self.conv2 = nn.Conv2D(8, 16, 3)
      - from: 16 * 8 * 8
        to: 16 * 6 * 6

  - id: no_relu_after_conv2
    kills: [network.behaviour]
    cause:
      zh: 第二个卷积之后缺了 ReLU。
      en: The ReLU after the second convolution is missing.
    changes:
      - from: F.relu(self.conv2(x))
        to: self.conv2(x)
"""

_RIGHT = """\
# right: one Sequential with layers of activation
from paddle import nn


class @CLASS@(nn.Layer):
    def __init__(self, classes=2):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2D(3, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2D(2),
            nn.Conv2D(8, 16, 3, padding="SAME"),
            nn.ReLU(),
            nn.MaxPool2D(2),
            nn.Flatten(),
            nn.Linear(1024, classes),
        )

    def forward(self, images):
        return self.layers(images)
"""


FILES = {
    "chapter.yml": CHAPTER,
    "notebook.py": NOTEBOOK,
    "checks.py": CHECKS,
    "architecture.py": ARCHITECTURE,
    "mistakes.yml": MISTAKES,
    "right/sequential.py": _RIGHT,
}


def sample_answers(class_name: str) -> tuple[str, ...]:
    """Return what three students of a sample class hand in: a right answer and two mistakes."""
    right = "\n".join(_RIGHT.split("\n")[1:]).replace("@CLASS@", class_name)
    forgotten = right.replace("            nn.ReLU(),\n", "", 1)
    return right, right.replace("MaxPool2D", "AvgPool2D"), forgotten
