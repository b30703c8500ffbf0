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
# # VGG：小卷积核与重复的块
#
# **目标**：明白为什么几个小卷积核胜过一个大的；写一个可以重复使用的块；用五个块搭出 VGG-16；看清参数都在哪里；学会保存、读回权重和优化器的状态；在眼底照片上训练一个窄的 VGG。
#
# AlexNet 证明了卷积网络行得通，却没有说该怎样设计：11x11、5x5、3x3，每一层都不一样，是一个一个试出来的。2014 年，牛津大学视觉几何组
# （Visual Geometry Group，VGG 由此得名）的 Simonyan 和 Zisserman 给出了一条简单的规则：**卷积只用 3x3，池化只用 2x2，把同一种块
# 重复下去**。规则简单，加深就容易：他们从 11 层一直试到 19 层，错误率随深度下降，到 19 层才不再变好。
#
# 在当年的 ImageNet 竞赛（ILSVRC 2014）中，VGG 在定位任务上排名第一，在分类任务上排名第二；分类的第一名是下一章的 GoogLeNet。VGG 结构整齐，特征好用，此后几年，许多检测、分割和风格迁移的方法都以它为骨架。
#
# {{figure:VGG}}
#
# 名字里的 16 数的是有权重的层：13 个卷积加 3 个全连接层。整个网络有 {{parameters:VGG}} 个参数，看一张照片要做
# {{multiply_adds:VGG}} 次乘加。

# %% [markdown] lang="en"
# # VGG: small kernels, repeated blocks
#
# **Goals**: understand why a few small kernels are better than one large kernel; write a block that can be used again and
# again; build VGG-16 from five blocks; see where its parameters are; save and load the weights and the state of the
# optimizer; train a narrow VGG on the fundus photographs.
#
# AlexNet showed that convolutional networks work, but not how to design one. Its layers of 11x11, 5x5 and 3x3 are all
# different and were found by trying. In 2014 Simonyan and Zisserman of the Visual Geometry Group in Oxford (hence the name
# VGG) gave a simple rule: **all convolutions are 3x3, all pooling is 2x2, and the same kind of block is repeated**. With
# such a simple rule it is easy to add depth. They went from 11 layers to 19, and the error fell with the depth; only at 19
# layers it stopped falling.
#
# In the ImageNet contest of that year (ILSVRC 2014) VGG came first in localization and second in classification. The first
# in classification was GoogLeNet, which is the topic of the next chapter. VGG is regular and its features are useful, so
# for years many methods for detection, segmentation and style transfer were built on it.
#
# {{figure:VGG}}
#
# The 16 in its name is the number of layers with weights: 13 convolutions and 3 fully connected (fc) layers. The network
# has {{parameters:VGG}} parameters and needs {{multiply_adds:VGG}} multiply-adds for one photograph.

# %% setup=true
import tempfile
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn
from safetensors.numpy import load_file, save_file

from autograder import open_chapter, open_data, own_answers, own_id, own_seed
from autograder.training import (
    Recipe,
    caption,
    fit,
    show_curves,
    show_figure,
    show_heatmap,
    show_predictions,
)

check = open_chapter("vgg")

# %% [markdown] lang="zh"
# ## 小卷积核
#
# 输出图上的一个数由输入中的一小块算出来，这一小块叫它的**感受野**。一个 3x3 卷积的感受野是 3x3。再接一个 3x3 卷积：它看到前一层的
# 3x3 个数，而最边上的那些数又各自多看到一圈像素。所以**两个 3x3 卷积叠起来，看到 5x5**：每多一个卷积，上下左右各多一个像素。
#
# 既然看得一样远，哪个更省？设输入和输出都是 C 个通道，不计偏置：
#
# | | 权重 | C = 64 |
# | --- | --- | --- |
# | 一个 5x5 | $5 \times 5 \times C \times C = 25C^2$ | 25 x 4,096 = 102,400 |
# | 两个 3x3 | $2 \times (3 \times 3 \times C \times C) = 18C^2$ | 18 x 4,096 = 73,728 |
#
# 权重少了 28%。还有一个好处：两个卷积之间多了一次 ReLU，能表达的函数更多；没有这次 ReLU，两个卷积合起来只不过是一个特殊的 5x5 卷积。
#
# 下面用梯度验证：输出正中间的那个数，依赖 9x9 输入中的哪些像素？

# %% [markdown] lang="en"
# ## Small kernels
#
# A number in an output map is computed from a small square of the input. This square is called its **receptive field**. The
# receptive field of one 3x3 convolution is 3x3. Now add a second 3x3 convolution after it: it sees 3x3 numbers of the
# first, and the outer ones among these see one more pixel on their side. So **two 3x3 convolutions together see 5x5**: each
# further convolution adds one pixel on every side.
#
# Both see equally far. Which one needs fewer weights? Let there be C input and C output channels, without biases:
#
# | | weights | C = 64 |
# | --- | --- | --- |
# | one 5x5 | $5 \times 5 \times C \times C = 25C^2$ | 25 x 4,096 = 102,400 |
# | two 3x3 | $2 \times (3 \times 3 \times C \times C) = 18C^2$ | 18 x 4,096 = 73,728 |
#
# The stack has 28% fewer weights. It also has one more ReLU, between the two convolutions, so it can express more
# functions. Without this ReLU the two convolutions together would only be a special 5x5 convolution.
#
# The next cell checks this with gradients: on which pixels of a 9x9 input does the number in the centre of the output
# depend?


# %%
def pixels_seen(*layers):
    """Return 1 for each pixel of a 9x9 input that the middle of the output depends on: int [9, 9]."""
    picture = paddle.ones([1, 1, 9, 9])
    picture.stop_gradient = False
    nn.Sequential(*layers)(picture)[0, 0, 4, 4].backward()
    return (picture.grad[0, 0].numpy() != 0).astype(int)


paddle.seed(0)
stacks = {
    "3x3": [nn.Conv2D(1, 1, 3, padding=1)],
    "3x3 + 3x3": [nn.Conv2D(1, 1, 3, padding=1), nn.Conv2D(1, 1, 3, padding=1)],
    "5x5": [nn.Conv2D(1, 1, 5, padding=2)],
}
figure, axes = plt.subplots(1, 3, figsize=(7, 2.6))
for axis, (name, layers) in zip(axes, stacks.items()):
    seen = pixels_seen(*layers)
    axis.imshow(seen, cmap="Blues", vmin=0, vmax=1.5)
    axis.set_title(f"{name}: {seen.sum()}")
    axis.set_xticks([])
    axis.set_yticks([])
show_figure(
    zh="影响中心输出的输入像素：一个 3x3 有 9 个，两个 3x3 或一个 5x5 有 25 个",
    en="the input pixels on which the central output depends: 9 for one 3x3, 25 for two 3x3 or one 5x5",
)

# %% [markdown] lang="zh"
# ## 任务一：VGGBlock（30 分）
#
# {{figure:VGGBlock}}
#
# **边长**：卷积核 3、填充 1、步长 1 时，边长 $n$ 变成 $n + 2 \times 1 - 3 + 1 = n$，不变。所以一个块里放多少个卷积都行，最后由池化把边长减半。
#
# 写 `VGGBlock(num_convs, in_channels, out_channels)`，三个参数按这个顺序：
#
# - `num_convs` 次（3x3 卷积，填充 1，**ReLU**），然后**一次** 2x2 最大池化，步长 2；
# - 第一个卷积把 `in_channels` 个通道变成 `out_channels` 个，后面的卷积输入输出都是 `out_channels` 个；
# - 卷积用 `nn.Conv2D`（参数的形状才对得上；自己建形状相同的参数也可以）；每个卷积都有偏置，没有批归一化；
# - `num_convs` 可以是任意正整数，包括 1；批大小、（偶数的）高和宽也可以是任意的；
# - **每个卷积有自己的参数，都要登记，都恰好用一次**：`[layer] * 3` 只是同一层重复三遍；梯度要能传到每个参数和输入，中间不要
#   `detach` 或转成 NumPy。
#
# 卷积的个数事先不知道，不能一个个写成 `self.conv1`、`self.conv2`。`nn.LayerList` 像列表一样可以遍历，并且会登记其中的层；`nn.Sequential`
# 也会；**普通的 Python 列表不会**，里面的参数优化器看不到，也就永远不会被训练。

# %% [markdown] lang="en"
# ## Task 1: VGGBlock (30 points)
#
# {{figure:VGGBlock}}
#
# **Sides**: with kernel 3, padding 1 and stride 1, a side $n$ becomes $n + 2 \times 1 - 3 + 1 = n$, so it does not change.
# A block may therefore have any number of convolutions. The pooling at its end halves the side.
#
# Write `VGGBlock(num_convs, in_channels, out_channels)`, with the three arguments in this order:
#
# - The block has `num_convs` times (3x3 convolution with padding 1, **ReLU**), and then **one** 2x2 max-pooling layer with
#   stride 2.
# - The first convolution has `in_channels` input channels and `out_channels` output channels; the others have
#   `out_channels` of both.
# - Convolutions are `nn.Conv2D`, so that the parameters have the expected shapes; parameters of your own with the same
#   shapes will do, too. Every convolution has a bias. There is no batch norm.
# - `num_convs` may be any positive number, 1 included. The batch size and the (even) height and width may also be any
#   positive numbers.
# - **Each convolution has its own parameters, is registered, and is used exactly once**: `[layer] * 3` is the same layer
#   three times. Gradients must reach every parameter and the input: use no `detach`, and do not convert to NumPy on the
#   way.
#
# The number of convolutions is not known beforehand, so you cannot write them one by one as `self.conv1`, `self.conv2`. You
# can loop over an `nn.LayerList` like over a list, and it registers its layers. `nn.Sequential` registers them too. **A
# plain Python list does not**: the optimizer does not see the parameters in it, so they are never trained.


# %% task="block"
class VGGBlock(nn.Layer):
    """num_convs times (3x3 convolution, ReLU), then 2x2 max-pooling.

    x: float32 [N, in_channels, H, W]; returns float32 [N, out_channels, H / 2, W / 2].
    """

    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        # zh: TODO：num_convs 个卷积和一个池化；每个卷积的输入通道数是多少？怎样让它们都被登记？
        # en: TODO: num_convs convolutions and a pooling layer; how many input channels does each have? How are they registered?
        ### BEGIN SOLUTION
        widths = [in_channels] + [out_channels] * (num_convs - 1)
        self.convs = nn.LayerList([nn.Conv2D(width, out_channels, 3, padding=1) for width in widths])
        self.pool = nn.MaxPool2D(2, 2)
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：哪几步要重复，哪一步只做一次？
        # en: TODO: which steps are repeated, which is done once?
        ### BEGIN SOLUTION
        for conv in self.convs:
            x = F.relu(conv(x))  # [N, out_channels, H, W]
        return self.pool(x)  # [N, out_channels, H / 2, W / 2]
        ### END SOLUTION


# %% check="block"
check("block")

# %% [markdown] lang="zh"
# 块里的卷积越多，参数和感受野越大，输出形状却不变：深度可以单独调节。

# %% [markdown] lang="en"
# With more convolutions a block has more parameters and a larger receptive field, but the shape of its output stays the
# same. So you can choose the depth freely.

# %%
patch = paddle.rand([2, 16, 32, 32])
for num_convs in (1, 2, 3, 4):
    block = VGGBlock(num_convs, 16, 32)
    parameters = sum(parameter.size for parameter in block.parameters())
    print(f"num_convs={num_convs}: {list(patch.shape)} -> {list(block(patch).shape)}, {parameters:,} parameters")

# %% [markdown] lang="zh"
# ## 任务二：VGG（50 分）
#
# 有了块，整个卷积部分只要一张小表就能说清楚：五对（卷积个数，通道数）。VGG-16 是
# `((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))`，这就是 `conv_arch` 的默认值。
#
# **边长**：卷积不改变边长，五次池化各减半：224-112-56-28-14-7。通道数反过来，从 3 升到 512：位置信息越来越粗，每个位置的描述越来越丰富。
# 展平之后每张照片有 K = C x H x W 个数，K 由你从最后一个块的输出算出来。
#
# 写 `VGG(conv_arch=..., num_classes=1)`，两个参数按这个顺序，默认值如上：
#
# - 输入 `[N, 3, 224, 224]`，五个块，展平，全连接 4096、4096、`num_classes`，都有偏置；
# - 用你自己的块和层搭建，不直接取 `paddle.vision.models` 里现成的网络；全连接层用 `nn.Linear`；
# - 评分的机器上只有 `paddle`、`numpy`、`cv2`、`matplotlib` 和 Python 标准库，也只读这一份笔记本：自己写的其他文件不会一起读；
# - **前两个全连接层之后各有 ReLU 和丢弃法（dropout），丢弃率 0.5**；最后一层之后什么都没有，返回 logits；其他地方也没有丢弃法；
# - 丢弃法只在训练模式下起作用；评估模式下什么也不做，连缩放也没有。`nn.Dropout(0.5)` 会跟随 `train()` 和 `eval()`；
#   `F.dropout` **不会**，要写 `training=self.training`；
# - **`conv_arch` 可以是任意五对数**，只有最后的通道数总是 512：卷积个数和通道数都取自它，每个块的输入通道数就是上一个块的输出通道数，
#   不要写死；
# - `num_classes` 可以不是 1；批大小 N 可以是任意正整数；
# - 每个参数都要登记、都要参与计算，梯度要能从输出传到每个参数和输入。

# %% [markdown] lang="en"
# ## Task 2: VGG (50 points)
#
# With this block, a small table describes all convolutions: five pairs (number of convolutions, channels). VGG-16 is
# `((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))`, which is the default value of `conv_arch`.
#
# **Sides**: convolutions do not change the side, and five pooling layers halve it: 224-112-56-28-14-7. At the same time the
# number of channels grows from 3 to 512: the position becomes coarser, and the description of each position becomes richer.
# After flattening, each photograph has K = C x H x W numbers. Compute K from the output of the last block.
#
# Write `VGG(conv_arch=..., num_classes=1)`, with the two arguments in this order and the default value above:
#
# - The input is `[N, 3, 224, 224]`. Then come the five blocks, flattening, and fc layers with 4096, 4096 and `num_classes`
#   outputs, all with a bias.
# - Build the network from your own blocks and layers; do not take a ready-made network from `paddle.vision.models`. fc
#   layers are `nn.Linear`.
# - The grading machine has only `paddle`, `numpy`, `cv2`, `matplotlib` and the Python standard library. It reads only this
#   notebook and no other file that you wrote.
# - **ReLU and then dropout with rate 0.5 follow each of the first two fc layers**. Nothing follows the last layer: the
#   result is logits. There is no dropout anywhere else.
# - Dropout drops only in train mode. In eval mode it does nothing and does not scale either. `nn.Dropout(0.5)` follows
#   `train()` and `eval()`; `F.dropout` **does not**, unless you write `training=self.training`.
# - **`conv_arch` may be any five pairs**; only the last number of channels is always 512. Take the numbers of convolutions
#   and channels from it. The number of input channels of a block is the number of output channels of the block before. Do
#   not write any of these numbers into the code.
# - `num_classes` may be other than 1; the batch size N may be any positive number.
# - Every parameter is registered and is used, and gradients reach every parameter and the input.


# %% task="network"
class VGG(nn.Layer):
    """images: float32 [N, 3, 224, 224] in [-1, 1]; returns logits: float32 [N, num_classes].

    conv_arch: five pairs (number of convolutions, output channels), the last with 512 channels.
    """

    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        # zh: TODO：按 conv_arch 建五个块；每个块的输入通道数从哪里来？
        # en: TODO: create the five blocks of conv_arch; where does the number of input channels of each come from?
        ### BEGIN SOLUTION
        blocks = []
        in_channels = 3
        for num_convs, out_channels in conv_arch:
            blocks.append(VGGBlock(num_convs, in_channels, out_channels))
            in_channels = out_channels
        self.blocks = nn.Sequential(*blocks)
        ### END SOLUTION
        # zh: TODO：三个全连接层和丢弃法；第一个全连接层有多少输入？
        # en: TODO: three fc layers and dropout; how many inputs does the first one have?
        ### BEGIN SOLUTION
        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：块、展平、全连接；哪里有 ReLU，哪里有丢弃法？
        # en: TODO: blocks, flatten, fc; where does ReLU come, and where dropout?
        ### BEGIN SOLUTION
        x = self.blocks(x)  # [N, 512, 7, 7]
        x = paddle.flatten(x, 1)  # [N, 25088]
        x = self.dropout(F.relu(self.fc1(x)))  # [N, 4096]
        x = self.dropout(F.relu(self.fc2(x)))  # [N, 4096]
        return self.fc3(x)  # [N, num_classes]
        ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# ## 参数都在哪里
#
# 先把一张随机图像送进去，看每一层的输出；再数每一层的参数，画成条形图。运行之前先猜：13 个卷积和 3 个全连接层，哪一层最大？

# %% [markdown] lang="en"
# ## Where the parameters are
#
# The next two cells send a random image through the network and print the output of each layer; then they count the
# parameters of each layer and draw them as bars. Before you run them, guess: which of the 13 convolutions and 3 fc layers
# has the most parameters?

# %%
paddle.seed(0)
network = VGG()
network.eval()
image = paddle.rand([1, 3, 224, 224]) * 2 - 1


def print_shape(layer, inputs, output):
    print(f"{layer.full_name():<16} {list(inputs[0].shape)} -> {list(output.shape)}")


hooks = [layer.register_forward_post_hook(print_shape) for layer in network.sublayers() if not layer.sublayers()]
with paddle.no_grad():
    logits = network(image)
for hook in hooks:
    hook.remove()

# %%
sizes = {}
for name, parameter in network.named_parameters():
    layer_name = name.rpartition(".")[0]
    sizes[layer_name] = sizes.get(layer_name, 0) + parameter.size
total = sum(sizes.values())
for layer_name, size in sizes.items():
    print(f"{layer_name:<20} {size:>12,} {size / total:>7.1%}")
print(f"{'total':<20} {total:>12,}")

plt.figure(figsize=(7, 4))
plt.barh(list(sizes), [size / 1e6 for size in sizes.values()])
plt.gca().invert_yaxis()
plt.xlabel(caption("百万个参数", "million parameters"))
plt.tight_layout()
show_figure(
    zh="条形图：每层有多少百万个参数，第一个全连接层最多",
    en="bar chart of the parameters of each layer in millions; the first fc layer has the most",
)

# %% [markdown] lang="zh"
# 和下面的结构表对照一下（表由课程自己的算式得出，没有运行你的代码）：
#
# {{table:VGG}}
#
# 绝大部分参数在第一个全连接层：展平后的每一个数都和 4096 个输出相连。几乎全部的计算在卷积里（同一组权重用在每个位置上），它们的参数却只占一小部分。训练照片只有 400 张，参数这么多的网络完全可以把照片背下来，所以这里需要丢弃法；下一章的 GoogLeNet 干脆不要大的全连接层。

# %% [markdown] lang="en"
# Compare with the table of the network below (it is computed by the course's own formulas, without running your code):
#
# {{table:VGG}}
#
# Most parameters are in the first fc layer, which connects every flattened number with all 4096 outputs. Nearly all of the
# multiply-adds are in the convolutions (the same weights are used at every position), but they have only a small part of
# the parameters. There are only 400 training photographs. With so many parameters the network could simply memorize them,
# so dropout is needed here. GoogLeNet in the next chapter does without large fc layers.

# %% [markdown] lang="zh"
# ## 权重存一半
#
# `float32` 的一个数占 4 个字节，{{parameters:VGG}} 个参数就是大约 537 MB，上传下载都不方便。`float16`（半精度）只占 2 个字节：大约有三位
# 有效数字，最大 65,504。权重都不大，差第四位数字也不要紧，所以训练和计算用 `float32`，**存盘时用 `float16`**，读回来再变成
# `float32`。下面的单元存一次、读一次，比较前后的 logit：差多少，足以改变判断吗？

# %% [markdown] lang="en"
# ## Weights at half size
#
# A `float32` number takes 4 bytes, so {{parameters:VGG}} parameters take about 537 MB, which is inconvenient to upload and
# download. `float16` (half precision) takes only 2 bytes: it has about three decimal digits, and its largest number is
# 65,504. Weights are small, and their fourth digit does not matter much. So we train and compute in `float32`, **save in
# `float16`**, and convert back to `float32` after loading. The next cell saves and loads once and compares the logits
# before and after. How large is the difference? Is it large enough to change an answer?

# %%
half = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "half.safetensors"
    save_file(half, file)
    print(f"float32: {4 * total / 1e6:.0f} MB, float16: {file.stat().st_size / 1e6:.0f} MB")
    restored = {name: value.astype(np.float32) for name, value in load_file(file).items()}
network.set_state_dict(restored)
with paddle.no_grad():
    print(f"logit before: {logits.item():.6f}, after: {network(image).item():.6f}")
del network, half, restored  # they take more than a gigabyte of memory

# %% [markdown] lang="zh"
# ## 接着训练，要存什么
#
# 评分只要权重；要从断点**接着训练**，只存权重还不够。带动量的优化器为每个参数记着一个速度，它是以前各步梯度的加权和；丢了它，下一步就和没有中断时不一样。优化器的 `state_dict()` 给出这些数，`set_state_dict()` 把它们放回去。
#
# 下面用一个小网络比较三种做法：不中断；权重和优化器都读回；只读回权重。`fit` 的检查点就是第二种，另外还记着做到第几轮、第几批。

# %% [markdown] lang="en"
# ## What to save to continue training
#
# Grading needs only the weights. To **continue training** after an interruption, the weights alone are not enough. An
# optimizer with momentum keeps a velocity for every parameter, which is a weighted sum of the earlier gradients. Without it
# the next step differs from the step without an interruption. `state_dict()` of the optimizer gives these numbers, and
# `set_state_dict()` puts them back.
#
# The next cell compares three ways on a small network: no interruption; weights and optimizer restored; only the weights
# restored. The checkpoint of `fit` works in the second way. It also records the epoch and the batch.


# %%
def steps(optimizer, count=5):
    for _ in range(count):
        loss = (small(inputs) - targets).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
    return loss.item()


def copied(state):
    return {name: value.clone() if isinstance(value, paddle.Tensor) else value for name, value in state.items()}


paddle.seed(1)
inputs, targets, small = paddle.rand([20, 4]), paddle.rand([20, 1]), nn.Linear(4, 1)
optimizer = paddle.optimizer.Momentum(0.05, 0.9, parameters=small.parameters())
steps(optimizer)
weights, velocities = copied(small.state_dict()), copied(optimizer.state_dict())
print("not interrupted:      ", steps(optimizer))

small.set_state_dict(weights)
optimizer.set_state_dict(velocities)
print("weights and optimizer:", steps(optimizer))

small.set_state_dict(weights)
print("weights only:         ", steps(paddle.optimizer.Momentum(0.05, 0.9, parameters=small.parameters())))

# %% [markdown] lang="zh"
# ## 训练（10 分）
#
# VGG-16 的计算量很大：在 2 个 CPU 核上一轮要 {{time:vgg16.epoch}}。所以这里训练一个**窄的 VGG**：前四个块的宽度是 VGG-16 的八分之一，最后一个块只有一个卷积，宽度仍是 512，三个全连接层也不变。它有 {{parameters:NarrowVGG}} 个参数（大部分在全连接层），一张照片只要 {{multiply_adds:NarrowVGG}} 次乘加。你的 `VGG` 不用改，`conv_arch` 换一下就行——这就是把结构写成一张小表的好处。
#
# 完整的 VGG-16 我们训练过一次，两轮，曲线如下；准确率 {{recorded:vgg16.best.accuracy}}，AUC {{recorded:vgg16.best.auc}}：
#
# {{curves:vgg16}}
#
# 下面的单元用你的读取器和循环训练窄的 VGG，把权重以半精度存到 `vgg.safetensors`。一轮约 {{time:vgg.epoch}}（一个忙碌的 CPU 核），三轮约 {{time:vgg.training}}；内核中断了，再运行一次就接着训练。**把权重文件和笔记本一起提交**：评分时按这里的 `conv_arch` 搭网络，在验证照片上算准确率，至少要 {{accuracy:minimum}}。
#
# 参考答案（一个种子）得到准确率 {{recorded:vgg.best.accuracy}}（95% 区间约 ±{{interval:vgg}}；最好的一轮是在打分的照片上选的），AUC {{recorded:vgg.best.auc}}。对照：不用网络的 8x8 岭回归是 {{recorded:baselines.ridge_8.accuracy}}，三个平均颜色是 {{recorded:baselines.mean_colours.accuracy}}（见 AlexNet 一章）。

# %% [markdown] lang="en"
# ## Training (10 points)
#
# VGG-16 needs a lot of computation: one epoch takes {{time:vgg16.epoch}} on 2 CPU cores. So here you train a **narrow
# VGG**. Its first four blocks have an eighth of the channels of VGG-16. Its last block has only one convolution, still with
# 512 channels, and the three fc layers do not change. It has {{parameters:NarrowVGG}} parameters (most of them in the fc
# layers) and needs only {{multiply_adds:NarrowVGG}} multiply-adds for one photograph. You need not change your `VGG`, only
# pass another `conv_arch`. This is the advantage of a network that is described by a small table.
#
# We trained the full VGG-16 once, for two epochs. Its accuracy is {{recorded:vgg16.best.accuracy}} and its AUC is
# {{recorded:vgg16.best.auc}}. These are its curves:
#
# {{curves:vgg16}}
#
# The next cell trains the narrow VGG with your readers and training functions, and saves the weights in half precision as
# `vgg.safetensors`. One epoch takes about {{time:vgg.epoch}} on one busy CPU core, and three epochs take about
# {{time:vgg.training}}. If the kernel stops, run the cell again, and the training continues. **Hand in the weights file
# together with the notebook**: grading builds the network with this `conv_arch` and computes the accuracy on the validation
# photographs, which must be at least {{accuracy:minimum}}.
#
# The reference solution (one seed) reached an accuracy of {{recorded:vgg.best.accuracy}} (the 95% interval is about
# ±{{interval:vgg}}; the best epoch is chosen on the same photographs that give the score) and an AUC of
# {{recorded:vgg.best.auc}}. For comparison: ridge regression on photographs of 8x8, without any network, has
# {{recorded:baselines.ridge_8.accuracy}}, and the three mean colours have {{recorded:baselines.mean_colours.accuracy}} (see
# the AlexNet chapter).

# %% training=true
palm = open_data("palm")  # says so where these are not the real photographs
readers = own_answers("reader", "data_loader", "valid_data_loader")
loops = own_answers("lenet_palm", "train_one_epoch", "evaluate")
photographs = palm.reader_sets(readers.data_loader, readers.valid_data_loader)

narrow = ((2, 8), (2, 16), (3, 32), (3, 64), (1, 512))  # grading builds this network
# zh: 在网上的笔记本里，要在引号里写上学号：种子由学号算出，每人不同；写一次就记住了
# en: in a hosted notebook, write your student id between the quotes once; your seed is computed from it and differs from those of others
own_id("")
recipe = Recipe(epochs=3, batch_size=10, learning_rate=0.001, momentum=0.9, seed=own_seed("vgg", 1), half=True)
paddle.seed(recipe.seed)
model = VGG(narrow, num_classes=1)
history = fit(
    model,
    photographs,
    recipe,
    weights="vgg.safetensors",
    train_one_epoch=loops.train_one_epoch,
    evaluate=loops.evaluate,
)
show_curves(history)

# %% check="training"
check("training")

# %% [markdown] lang="zh"
# ## 看看网络的判断
#
# 先看判对的、判错的和最没把握的照片，旁边是概率。再看热力图（Grad-CAM）：颜色越红，那里的特征把 logit 抬得越高。病理性近视的改变多在视盘周围和黄斑；如果很大一份落在黑边里，网络学到的就不是病变。
#
# 参考答案的窄 VGG 在六张照片上标出的几乎是同一块地方，靠近中央，健康的眼睛也一样。这样的热力图说明不了它看到了哪处病变：红色只表示那里的特征推高了 logit，不表示网络找到了病灶。你的网络也是这样吗？

# %% [markdown] lang="en"
# ## Look at the answers of the network
#
# First you see photographs with right answers, with wrong answers, and those of which the network was least sure, with
# their probabilities. Then you see heat maps (Grad-CAM): the redder a place is, the more its features raise the logit. The
# damage of pathologic myopia is mostly around the optic disc and at the macula. If a large fraction of the heat lies in the
# black border, the network has not learned the damage.
#
# The narrow VGG of the reference solution marks nearly the same area in all six photographs, close to the centre, and also
# in healthy eyes. Such a heat map does not show which damage the network saw: red only means that the features there raise
# the logit, not that the network found a lesion. Does your network do the same?

# %% training=true
show_predictions(model, photographs)
show_heatmap(model, photographs)

# %% [markdown] written="why_small" lang="zh"
# ## 问答（10 分）
#
# 一、把三个 3x3 卷积叠起来，与一个 7x7 卷积相比（输入输出都是 C 个通道，不计偏置）：各看到多大一块？各有多少权重？还有什么不同？
#
# 二、如果输入换成 256x256，VGG-16 哪些层的参数个数要变，变成多少输入？为什么别的层不变？
#
# ### BEGIN SOLUTION
# 一、两者都看到 7x7：每多一个 3x3 卷积，四周各多看一圈，边长依次是 3、5、7。三个 3x3 有 $3 \times 9C^2 = 27C^2$ 个权重，一个 7x7 有
# $49C^2$ 个，前者只有后者的 55%。三个卷积之后各有一次 ReLU，一共三次，能表达的函数更多；代价是训练时要保存的中间结果也更多。
#
# 二、五次池化把边长变成 256-128-64-32-16-8，展平后有 512 x 8 x 8 = 32,768 个数，原来是 512 x 7 x 7 = 25,088 个。只有第一个全连接层要改：它的每个输出都与
# 展平后的每个数相连。卷积核的权重在每个位置上共用，与图像大小无关；后两个全连接层的输入仍是 4,096 个。
# ### END SOLUTION

# %% [markdown] written="why_small" lang="en"
# ## Written question (10 points)
#
# 1. Compare a stack of three 3x3 convolutions with one 7x7 convolution (C input and C output channels, without biases). How
#    large a square does each of them see? How many weights does each of them have? What else is different?
#
# 2. If the input were 256x256, which layers of VGG-16 would have a different number of parameters, and how many inputs
#    would they have? Why do the other layers not change?
#
# ### BEGIN SOLUTION
# 1. Both see 7x7: each further 3x3 convolution sees one more pixel on every side, so the sides are 3, 5, 7. Three 3x3
#    convolutions have $3 \times 9C^2 = 27C^2$ weights, and one 7x7 convolution has $49C^2$, so the stack has only 55% of
#    them. The stack has three ReLUs instead of one, so it can express more functions. Its price is that more intermediate
#    results must be kept in memory in training.
#
# 2. The five pooling layers make the sides 256-128-64-32-16-8, so there are 512 x 8 x 8 = 32,768 flattened numbers instead
#    of 512 x 7 x 7 = 25,088. Only the first fc layer changes, because each of its outputs is connected with every flattened
#    number. The weights of a convolution are shared by all positions and do not depend on the size of the image. The other
#    two fc layers still have 4,096 inputs.
# ### END SOLUTION

# %% [markdown] lang="zh"
# ## 小结
#
# | 想法 | 好处 | 代价 |
# | --- | --- | --- |
# | 小卷积核叠起来 | 看得一样远，权重更少，非线性更多 | 中间结果多，训练时占内存 |
# | 同一种块重复五次 | 一张小表就是整个结构，容易加深 | 再加深就难训练了 |
# | 三个大全连接层 | 把所有位置的特征合在一起判断 | 大部分参数在这里，文件大，容易背下照片 |
#
# 下一章的 GoogLeNet 换一个方向，让网络变**宽**：一个块里同时用几种大小的卷积核，用 1x1 卷积压缩通道，最后不要大的全连接层。为什么“再加深就难训练”，要到 ResNet 一章才有答案。

# %% [markdown] lang="en"
# ## Summary
#
# | idea | advantage | price |
# | --- | --- | --- |
# | stacked small kernels | the same receptive field, fewer weights, more non-linearity | many intermediate results, which take memory in training |
# | the same kind of block, five times | a small table is the whole design; depth is easy to add | even deeper networks are hard to train |
# | three large fc layers | the features of all positions are judged together | most of the parameters are here: a large file, and easy overfitting |
#
# GoogLeNet in the next chapter takes another direction and makes the network **wide**: it uses kernels of several sizes
# side by side in one block, reduces the number of channels with 1x1 convolutions, and has no large fc layers at the end.
# Why even deeper networks are hard to train is answered in the ResNet chapter.
