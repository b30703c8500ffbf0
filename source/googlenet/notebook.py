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
# # GoogLeNet：把网络做宽
#
# **目标**：写出 Inception 块，让四条不同的路并排处理同一张特征图，再拼到一起；弄清 1x1 卷积为什么能省下一大半参数；
# 用九个块搭成 GoogLeNet；在眼底照片上训练它。
#
# 2014 年的 ImageNet 竞赛，分类第一名是 GoogLeNet，第二名是上一章的 VGG。两者都比 AlexNet 深得多，走的路却不同：VGG 只用一种小卷积核，
# 一层层往上叠；GoogLeNet 在每一层里**同时**用几种大小的核。名字里的大写 L 是在向 LeNet 致敬。上一章的 VGG-16 有
# {{parameters:vgg.VGG}} 个参数，本章的 GoogLeNet 只有 {{parameters:GoogLeNet}} 个，竞赛成绩却还略好一些。
#
# {{figure:GoogLeNet}}
#
# ## 为什么要“宽”
#
# 照片里的线索有大有小：细血管只占几个像素，大片萎缩却能占去半张图。小卷积核适合前者，大卷积核适合后者，事先很难说哪一层该用哪一种。
# Inception 块不做选择：1x1、3x3、5x5 卷积和最大池化各走一条分支，结果沿通道轴拼接，后面的层自己去挑有用的通道。
#
# {{figure:Inception}}

# %% [markdown] lang="en"
# # GoogLeNet: a wide network
#
# **Goals**: write the Inception block, in which four different paths process the same feature map in parallel and are then
# joined; understand why 1x1 convolutions save more than half of the weights; build GoogLeNet from nine blocks; train it on
# the fundus photographs.
#
# In the classification task of the ImageNet contest of 2014, GoogLeNet came first, and VGG, the network of the last
# chapter, came second. Both are much deeper than AlexNet, but in different ways. VGG uses only one small kernel and stacks
# many of its layers. GoogLeNet uses kernels of several sizes **at the same time** in every layer. The capital L in its name
# is a tribute to LeNet. VGG-16 in the last chapter has {{parameters:vgg.VGG}} parameters. GoogLeNet in this chapter has
# only {{parameters:GoogLeNet}}, but its result in the contest was even a little better.
#
# {{figure:GoogLeNet}}
#
# ## Why wide?
#
# The clues in a photograph differ in size: a thin vessel covers only a few pixels, but a large atrophy can cover half of
# the image. Small kernels suit the former, and large kernels suit the latter. It is hard to say in advance which layer
# needs which kernel. An Inception block does not choose: 1x1, 3x3 and 5x5 convolutions and max-pooling each have a branch,
# and the results are joined along the channel axis. Later layers pick the channels that are useful.
#
# {{figure:Inception}}

# %% setup=true
import warnings

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import matplotlib.pyplot as plt
import paddle
import paddle.nn.functional as F
from paddle import nn

from autograder import open_chapter, open_data, own_answers, own_constants, own_id, own_seed
from autograder.training import (
    Recipe,
    caption,
    fit,
    show_curves,
    show_figure,
    show_heatmap,
    show_predictions,
)

check = open_chapter("googlenet")
palm = open_data("palm")  # says so where these are not the real photographs

# %% [markdown] lang="zh"
# ## 填充：让四条分支对得齐
#
# 拼接有一个条件：除了通道数，四个结果的形状必须完全一样。边长为 $n$ 的图，经过核边长 $k$、填充 $p$、步长 $s$ 的卷积或池化，边长变成 $\lfloor (n + 2p - k) / s \rfloor + 1$。
#
# 以 n = 56、步长 1 为例，如果都不填充，1x1、3x3、5x5 的结果分别是 56、54、52，拼不起来。只要填充选得合适，卷积前后边长就不变。
# 池化也是一样：我们习惯用步长 2 的池化把边长减半，但步长取 1、四周再补一圈，3x3 最大池化的输出就和输入一样大，
# 于是它也能作为一条分支参加拼接。
#
# ## 1x1 卷积：先压缩，再计算
#
# 最直接的写法是四条分支各做各的，论文图 2(a) 叫它“朴素”的版本：
#
# {{figure:NaiveInception}}
#
# 它有两个毛病：3x3 和 5x5 卷积直接读 192 个通道，权重多；池化分支不能减少通道，所以每过一个块，图就厚一层。
#
# 1x1 卷积不看邻居，只在每个像素上把各个通道重新组合一次。它最有用的地方是改变通道数：**先**用少量 1x1 卷积核把通道压缩，
# **再**做昂贵的 3x3 和 5x5 卷积。一个卷积有 $C_\text{in} \times C_\text{out} \times k^2$ 个权重；5x5 核的面积是 25，
# 所以进入它的通道越少越好。池化分支则相反，1x1 放在**后面**：池化不改变通道数，不压缩的话，每过一个块特征图都会变得更厚。
#
# 下面用第一个块（3a）算一遍：它的输入有 192 个通道。

# %% [markdown] lang="en"
# ## Padding: four branches of the same size
#
# There is one condition for joining: the four results must have exactly the same shape, apart from the number of channels.
# A convolution or pooling layer with kernel side $k$, padding $p$ and stride $s$ turns a side $n$ into
# $\lfloor (n + 2p - k) / s \rfloor + 1$.
#
# Take n = 56 and stride 1 as an example. Without padding the 1x1, 3x3 and 5x5 kernels give the sides 56, 54 and 52, which
# cannot be joined. With the right padding the side does not change. The same is true for pooling. So far the pooling had
# stride 2 and halved the side. With stride 1 and a border around the map, 3x3 max-pooling gives a map of the same size as
# its input. So it can be one of the joined branches too.
#
# ## 1x1 convolutions: first reduce the channels, then compute
#
# The simplest way is to let each of the four branches work directly on the input. Figure 2(a) of the paper calls this the
# "naive" version:
#
# {{figure:NaiveInception}}
#
# It has two problems. First, the 3x3 and 5x5 convolutions read 192 channels directly, which takes many weights. Second, the
# pooling branch cannot reduce the number of channels, so every block adds more channels.
#
# A 1x1 convolution does not look at neighbouring pixels; at each pixel it only combines the channels in a new way. It is
# most useful for changing the number of channels: **first** a few 1x1 kernels reduce the channels, **then** the costly 3x3
# and 5x5 convolutions follow. A convolution has $C_\text{in} \times C_\text{out} \times k^2$ weights. The area of a 5x5
# kernel is 25, so as few channels as possible should enter it. In the pooling branch the 1x1 convolution comes **after**
# the pooling: pooling does not change the number of channels, so without a reduction every block would add more channels.
#
# The next cell computes this for the first block, 3a, whose input has 192 channels.


# %%
def convolution_weights(in_channels, out_channels, kernel_size):
    return in_channels * out_channels * kernel_size**2  # without the biases


squeezed = {
    "1x1": convolution_weights(192, 64, 1),
    "3x3": convolution_weights(192, 96, 1) + convolution_weights(96, 128, 3),
    "5x5": convolution_weights(192, 16, 1) + convolution_weights(16, 32, 5),
    "pool": convolution_weights(192, 32, 1),
}
plain = {
    "1x1": convolution_weights(192, 64, 1),
    "3x3": convolution_weights(192, 128, 3),
    "5x5": convolution_weights(192, 32, 5),
    "pool": 0,
}
print(f"{'branch':<8}{'plain':>12}{'squeezed':>12}")
for branch, number in squeezed.items():
    print(f"{branch:<8}{plain[branch]:>12,}{number:>12,}")
print(f"{'sum':<8}{sum(plain.values()):>12,}{sum(squeezed.values()):>12,}")
print(f"output channels: plain {64 + 128 + 32 + 192}, squeezed {64 + 128 + 32 + 32}")
print(f"multiply-adds on a 56x56 map: {56 * 56 * sum(plain.values()):,} and {56 * 56 * sum(squeezed.values()):,}")

# %% [markdown] lang="zh"
# ## 任务一：Inception（36 分）
#
# `Inception(in_channels, c1, c2, c3, c4)`：`c1`、`c4` 是整数，`c2`、`c3` 是一对整数。四条分支都从**同一个输入** x 出发：
#
# | 分支 | 依次经过 | 输出通道 |
# | --- | --- | --- |
# | 1 | 1x1 卷积 | `c1` |
# | 2 | 1x1 卷积（`c2[0]` 个核），3x3 卷积 | `c2[1]` |
# | 3 | 1x1 卷积（`c3[0]` 个核），5x5 卷积 | `c3[1]` |
# | 4 | 3x3 最大池化，步长 1，然后 1x1 卷积 | `c4` |
#
# 要求：
#
# - 自己用层搭建，不直接取 `paddle.vision.models` 里现成的；卷积用 `nn.Conv2D`，全连接层用 `nn.Linear`（参数的形状才对得上；自己建形状相同的参数也可以；任务二也是这样）；
# - 评分的机器上只有 `paddle`、`numpy`、`cv2`、`matplotlib` 和 Python 标准库，也只读这一份笔记本：自己写的其他文件不会一起读；
# - 六个卷积都带偏置，步长都是 1，**每个卷积之后都有 ReLU**，包括中间的 1x1；别的地方没有 ReLU，也没有批归一化；
# - 高和宽不变，不论 H、W 是多少：三处填充由你来定；填充不能影响池化取到的最大值（Paddle 池化层自带的 `padding` 就是这样）；
# - 沿**通道轴**拼接，顺序是分支 1、2、3、4；
# - 通道数、批大小和 H、W 都可以是任意值，输入里可以有负数；
# - 梯度要能传到每个参数和输入，中间不要 `detach` 或转成 NumPy。

# %% [markdown] lang="en"
# ## Task 1: Inception (36 points)
#
# Write `Inception(in_channels, c1, c2, c3, c4)`, where `c1` and `c4` are integers, and `c2` and `c3` are pairs of integers.
# All four branches start from **the same input** x:
#
# | branch | goes through | output channels |
# | --- | --- | --- |
# | 1 | 1x1 convolution | `c1` |
# | 2 | 1x1 convolution (`c2[0]` kernels), 3x3 convolution | `c2[1]` |
# | 3 | 1x1 convolution (`c3[0]` kernels), 5x5 convolution | `c3[1]` |
# | 4 | 3x3 max-pooling with stride 1, then 1x1 convolution | `c4` |
#
# Required:
#
# - Build the block from layers; do not take it ready-made from `paddle.vision.models`. Convolutions are `nn.Conv2D` and fc
#   layers are `nn.Linear`, so that the parameters have the expected shapes (in task 2 as well).
#   Parameters of your own with the same shapes will do, too.
# - The grading machine has only `paddle`, `numpy`, `cv2`, `matplotlib` and the Python standard library. It reads only this
#   notebook and no other file that you wrote.
# - All six convolutions have a bias and stride 1. **There is a ReLU after each of them**, including the 1x1 convolutions in
#   the middle. There is no ReLU anywhere else, and no batch norm.
# - The height and the width do not change, whatever H and W are: choose the three paddings. Padding must not change the
#   maximum that the pooling finds (the `padding` of Paddle's pooling layers does not).
# - The results are joined along the **channel axis**, in the order of the branches 1, 2, 3, 4.
# - The numbers of channels, the batch size, H and W may be any positive numbers, and the input may have negative numbers.
# - Gradients must reach every parameter and the input: use no `detach`, and do not convert to NumPy on the way.


# %% task="inception"
class Inception(nn.Layer):
    """Four branches joined: float32 [N, in_channels, H, W] -> float32 [N, c1 + c2[1] + c3[1] + c4, H, W]."""

    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.branch1_1x1 = nn.Conv2D(in_channels, c1, 1)
        self.branch2_1x1 = nn.Conv2D(in_channels, c2[0], 1)
        self.branch3_1x1 = nn.Conv2D(in_channels, c3[0], 1)
        # zh: TODO：分支 2 的 3x3 卷积，分支 3 的 5x5 卷积，分支 4 的池化和 1x1 卷积；选好填充
        # en: TODO: the 3x3 of branch 2, the 5x5 of branch 3, the pooling and the 1x1 of branch 4; choose the paddings
        ### BEGIN SOLUTION
        self.branch2_3x3 = nn.Conv2D(c2[0], c2[1], 3, padding=1)
        self.branch3_5x5 = nn.Conv2D(c3[0], c3[1], 5, padding=2)
        self.branch4_pool = nn.MaxPool2D(3, stride=1, padding=1)
        self.branch4_1x1 = nn.Conv2D(in_channels, c4, 1)
        ### END SOLUTION

    def forward(self, x):
        branch1 = F.relu(self.branch1_1x1(x))  # [N, c1, H, W]
        # zh: TODO：另外三条分支，然后拼接
        # en: TODO: the other three branches, then join them
        ### BEGIN SOLUTION
        branch2 = F.relu(self.branch2_1x1(x))  # [N, c2[0], H, W]
        branch2 = F.relu(self.branch2_3x3(branch2))  # [N, c2[1], H, W]
        branch3 = F.relu(self.branch3_1x1(x))  # [N, c3[0], H, W]
        branch3 = F.relu(self.branch3_5x5(branch3))  # [N, c3[1], H, W]
        branch4 = F.relu(self.branch4_1x1(self.branch4_pool(x)))  # [N, c4, H, W]
        return paddle.concat([branch1, branch2, branch3, branch4], axis=1)
        ### END SOLUTION


# %% check="inception"
check("inception")

# %% [markdown] lang="zh"
# ### 看看块里的形状
#
# 把一批随机的特征图送进块 3a，打印每一层的输入和输出。各分支最后的通道数加起来，正好是整个块的输出通道数。

# %% [markdown] lang="en"
# ### The shapes inside a block
#
# The next cell sends a batch of random feature maps through block 3a and prints the input and the output of each layer. The
# output channels of the four branches add up to the output channels of the block.

# %%
paddle.seed(0)
block = Inception(192, 64, (96, 128), (16, 32), 32)


def print_shapes(layer, inputs, output):
    print(f"{layer.full_name():<16} {list(inputs[0].shape)} -> {list(output.shape)}")


hooks = [layer.register_forward_post_hook(print_shapes) for layer in block.sublayers()]
with paddle.no_grad():
    joined = block(paddle.rand([2, 192, 56, 56]))
for hook in hooks:
    hook.remove()
print("joined:", list(joined.shape))
print("parameters:", f"{sum(parameter.size for parameter in block.parameters()):,}")

# %% [markdown] lang="zh"
# ## 任务二：GoogLeNet（44 分）
#
# 整个网络分五级，级与级之间用 3x3 最大池化（**步长 2，填充 1**）把边长减半：
#
# | 级 | 层 | 池化后的边长 |
# | --- | --- | --- |
# | 1 | 卷积，64 个 7x7，步长 1，填充 3；池化 | 112 |
# | 2 | 卷积，64 个 1x1；卷积，192 个 3x3，填充 1；池化 | 56 |
# | 3 | 块 3a、3b；池化 | 28 |
# | 4 | 块 4a、4b、4c、4d、4e；池化 | 14 |
# | 5 | 块 5a、5b；全局平均池化 | 1 |
# | | 全连接，num_classes | |
#
# 池化的填充不能省：224 不填充时依次变成 111、55、27、13，网络照样能运行，参数也一个不少，只是每一级都丢掉边上的像素。
#
# 每个块的 `c1, c2, c3, c4` 写在下面的 `CHANNELS` 里。**输入通道数没有写**：它等于前一个块四条分支的输出通道之和。
# 例如论文的 3a 输出 64 + 128 + 32 + 32 = 256 个通道，所以 3b 的输入就是 256。池化不改变通道数。
#
# **块 3a 的 `BLOCK_3A` 每人不同**，由学号算出，加起来也是 256。下面的单元说出你的 `c1, c2, c3, c4`，和这样的网络有多少参数；把数字写进代码里，
# 比如 `Inception(192, 64, (96, 128), (16, 32), 32)`。在网上的平台做，先在引号里写上学号；不知道学号时用论文的。图和表用的也是论文的数：
#
# {{constants:paper}}
#
# **全局平均池化**对每个通道的整张图求平均，一个通道只留一个数，然后只需要一个很小的全连接层。VGG 的参数大多在第一个全连接层里，
# GoogLeNet 把它省掉了。
#
# 要求：
#
# - 输入 `float32 [N, 3, 224, 224]`，返回 logits `[N, num_classes]`：一个张量，不是元组；没有 softmax、sigmoid 或别的激活；
# - 三个普通卷积都带偏置，后面都有 ReLU；九个块按 3a 到 5b 的顺序，每个用一次；级间的池化都取最大值；
# - 不做批归一化和局部响应归一化；论文在全连接层之前有 dropout，这里不要求；
# - `num_classes` 默认是 1，也可以是别的数；批大小可以是任意正整数；
# - 梯度要能传到每个参数和输入，每个建好的层都要用上。

# %% [markdown] lang="en"
# ## Task 2: GoogLeNet (44 points)
#
# The network has five stages. Between the stages 3x3 max-pooling with **stride 2 and padding 1** halves the side:
#
# | stage | layers | side after pooling |
# | --- | --- | --- |
# | 1 | convolution, 64 kernels of 7x7, stride 1, padding 3; pooling | 112 |
# | 2 | convolution, 64 kernels of 1x1; convolution, 192 kernels of 3x3, padding 1; pooling | 56 |
# | 3 | blocks 3a, 3b; pooling | 28 |
# | 4 | blocks 4a, 4b, 4c, 4d, 4e; pooling | 14 |
# | 5 | blocks 5a, 5b; global average pool | 1 |
# | | fc, num_classes | |
#
# The padding of the pooling matters: without it, 224 becomes 111, 55, 27, 13. The network still runs and has all its
# parameters, but each stage loses pixels at the border.
#
# `CHANNELS` below gives `c1, c2, c3, c4` of each block. **The numbers of input channels are not given**: each of them is
# the sum of the output channels of the four branches of the block before. For example, block 3a of the paper has 64 + 128 +
# 32 + 32 = 256 output channels, so block 3b has 256 input channels. Pooling does not change the number of channels.
#
# **`BLOCK_3A` of block 3a is your own**: it is computed from your student id, so it differs from student to student; its
# output channels also add up to 256. The next cell tells you your `c1, c2, c3, c4` and how many parameters the network has
# with them. Write the numbers into your code, as in `Inception(192, 64, (96, 128), (16, 32), 32)`. On a hosted platform,
# first write your student id between the quotes. Without an id, use the numbers of the paper; the figures and tables also
# use them:
#
# {{constants:paper}}
#
# The **global average pool** takes the mean of each channel over its whole map, so that only one number for each channel is
# left. Then a very small fc layer is enough. Most of VGG's parameters are in its first fc layer; GoogLeNet does without
# this layer.
#
# Required:
#
# - The input is `float32 [N, 3, 224, 224]`. The result is logits `[N, num_classes]`: one tensor and not a tuple, without
#   softmax, sigmoid or any other activation.
# - The three single convolutions have a bias and are followed by ReLU. The nine blocks come in the order 3a to 5b, each
#   exactly once. All pooling between the stages is max-pooling.
# - There is no batch norm and no local response normalization. The paper uses dropout before the fc layer; here it is not
#   required.
# - `num_classes` is 1 by default and may be any other number; the batch size may be any positive number.
# - Gradients must reach every parameter and the input, and every layer that you create is used.

# %%
own_id("")
own_constants("googlenet")


# %% task="network"
# c1, c2, c3, c4
CHANNELS = {
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}


class GoogLeNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        # zh: TODO：第 1、2 级的三个卷积，级与级之间的池化
        # en: TODO: the three convolutions of stages 1 and 2, the pooling between the stages
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2D(3, 64, 7, padding=3)
        self.conv2_1x1 = nn.Conv2D(64, 64, 1)
        self.conv2_3x3 = nn.Conv2D(64, 192, 3, padding=1)
        self.pool = nn.MaxPool2D(3, stride=2, padding=1)  # has no parameters, so it can be used in all stages
        ### END SOLUTION
        # zh: TODO：块 3a，四个数是你自己的 BLOCK_3A；另外八个块，每个的输入通道数由你推算；全局平均池化；全连接层
        # en: TODO: block 3a with your own BLOCK_3A; the other eight blocks, whose input channels you derive; global average pool; fc
        ### BEGIN SOLUTION
        self.block3a = Inception(192, *BLOCK_3A)
        self.block3b = Inception(256, *CHANNELS["3b"])
        self.block4a = Inception(480, *CHANNELS["4a"])
        self.block4b = Inception(512, *CHANNELS["4b"])
        self.block4c = Inception(512, *CHANNELS["4c"])
        self.block4d = Inception(512, *CHANNELS["4d"])
        self.block4e = Inception(528, *CHANNELS["4e"])
        self.block5a = Inception(832, *CHANNELS["5a"])
        self.block5b = Inception(832, *CHANNELS["5b"])
        self.global_pool = nn.AdaptiveAvgPool2D(1)
        self.fc = nn.Linear(1024, num_classes)
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：把五级连起来，每一步写下形状
        # en: TODO: connect the five stages; write the shape after each step in a comment
        ### BEGIN SOLUTION
        x = self.pool(F.relu(self.conv1(x)))  # [N, 64, 112, 112]
        x = F.relu(self.conv2_1x1(x))  # [N, 64, 112, 112]
        x = self.pool(F.relu(self.conv2_3x3(x)))  # [N, 192, 56, 56]
        x = self.block3b(self.block3a(x))  # [N, 480, 56, 56]
        x = self.pool(x)  # [N, 480, 28, 28]
        x = self.block4c(self.block4b(self.block4a(x)))  # [N, 512, 28, 28]
        x = self.block4e(self.block4d(x))  # [N, 832, 28, 28]
        x = self.pool(x)  # [N, 832, 14, 14]
        x = self.block5b(self.block5a(x))  # [N, 1024, 14, 14]
        x = self.global_pool(x)  # [N, 1024, 1, 1]
        return self.fc(paddle.flatten(x, 1))  # [N, num_classes]
        ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# ### 一张照片经过网络
#
# 把一张真实的眼底照片送进去，打印每个块输出的形状和它的参数个数。越往后图越小、通道越多；参数也大多在后面的块里。

# %% [markdown] lang="en"
# ### One photograph on its way through the network
#
# The next cell sends a real fundus photograph through the network and prints the output shape and the number of parameters
# of each block. The maps become smaller and have more channels, and most of the parameters are in the later blocks.

# %%
paddle.seed(0)
model = GoogLeNet(num_classes=1)
photograph = palm.prepare_image(palm.read_image(palm.training_images()[0].path))  # float32 [3, 224, 224]


def print_block(block, inputs, output):
    number = sum(parameter.size for parameter in block.parameters())
    print(f"{list(inputs[0].shape)!s:<20} -> {list(output.shape)!s:<20} {number:>9,} parameters")


hooks = [layer.register_forward_post_hook(print_block) for layer in model.sublayers() if isinstance(layer, Inception)]
with paddle.no_grad():
    logit = model(paddle.to_tensor(photograph[None]))  # [1, 1]
for hook in hooks:
    hook.remove()
print(f"logit {logit.item():.4f}; all parameters: {sum(parameter.size for parameter in model.parameters()):,}")

# %% [markdown] lang="zh"
# 下表由程序算出，可以拿来核对：
#
# {{table:GoogLeNet}}
#
# 全网一共 {{parameters:GoogLeNet}} 个可训练参数；处理一张照片要做 {{multiply_adds:GoogLeNet}} 次乘加。
#
# ### 和论文不同的两处
#
# **开头的步长**。论文里第一个 7x7 卷积的步长是 2，边长从 112 开始，最后的特征图是 7x7；这里步长是 1，边长从 224 开始，
# 最后是 14x14。参数个数一样，因为卷积核没有变；可是每张特征图的面积是原来的 4 倍，计算量也差不多是 4 倍，换来的是更细的细节。
#
# **辅助分类器**。2014 年还没有批归一化，这么深的网络，传到前几层的梯度已经很弱。论文在 4a 和 4d 之后各接了一个小分类器，
# 它们的损失乘以 0.3 加进总损失，让前面的层也能直接得到梯度；训练完就扔掉。作者后来的论文（Inception-v3，2015）发现，它们在训练初期帮助不大，更像一种正则化。网络怎样才容易训练，后来主要靠批归一化和残差（见 ResNet 一章）。所以这里没有辅助分类器，`forward` 只返回一个张量。

# %% [markdown] lang="en"
# This table is computed by the program, so that you can compare it with your network:
#
# {{table:GoogLeNet}}
#
# The whole network has {{parameters:GoogLeNet}} trainable parameters and needs {{multiply_adds:GoogLeNet}} multiply-adds
# for one photograph.
#
# ### Two differences from the paper
#
# **The stride of the first convolution.** In the paper the first 7x7 convolution has stride 2. The sides there start at
# 112, and the last feature map is 7x7. Here the stride is 1, so the sides start at 224, and the last feature map is 14x14.
# The number of parameters is the same, because the kernels are the same. But every feature map has four times the area,
# which needs about four times the computation. In return it keeps finer detail.
#
# **Auxiliary classifiers.** In 2014 there was no batch norm yet, and in such a deep network only a weak gradient reached
# the first layers. The paper added one small classifier after 4a and another after 4d. Their losses, multiplied by 0.3,
# were added to the total loss, so that the early layers got a gradient directly. After training they were removed. A later
# paper of the authors (Inception-v3, 2015) found that they help little early in training and work more like regularization.
# Today mainly batch norm and residuals make deep networks easy to train (see the ResNet chapter). So there are no auxiliary
# classifiers here, and `forward` returns only one tensor.

# %% [markdown] lang="zh"
# ## 训练（10 分）
#
# 下面的单元用你的读取器、训练循环和评估函数，在眼底照片上训练五轮，保留最好的一轮，存成 `googlenet.safetensors`。**把这个文件和笔记本一起提交。** 评分时用它在验证照片上算准确率，至少要 {{accuracy:minimum}}。一轮在 2 个 CPU 核上约 {{time:googlenet.epoch}}，五轮约 {{time:googlenet.training}}；GPU（需要装 `paddlepaddle-gpu`）快得多。中断以后再运行，会从检查点接着训练。
#
# 网络输出一个 logit，大于 0（概率大于 0.5）判为阳性。准确率、AUC 和不用网络的对照见前面两章，这里只看一件新的事：**阈值**。
#
# 参考答案（一个种子）第一轮之后，准确率只有 {{recorded:googlenet.epochs.0.accuracy}}，比总猜一类的 {{accuracy:constant}} 还低，AUC 却已经是 {{recorded:googlenet.epochs.0.auc}}。网络几乎已经把照片排好了顺序，只是所有 logit 都偏到了 0 的同一边，0.5 这个阈值放错了地方。之后准确率的大起大落，多半也是分数整体移动，而不是网络忽然学会或忘记了什么：AUC 一直很平稳。
#
# 最好的一轮准确率是 {{recorded:googlenet.best.accuracy}}（95% 区间约 ±{{interval:googlenet}}；这一轮是在打分的照片上选出来的），AUC 是 {{recorded:googlenet.best.auc}}。在这个阈值上，它漏掉了 211 名患者中的 {{recorded:googlenet.runs.0.confusion.1.0}} 名；LeNetReLU 的准确率差不多（{{recorded:lenet_palm.runs.0.best.accuracy}}），只漏掉 {{recorded:lenet_palm.runs.0.confusion.1.0}} 名。筛查时漏诊的代价更高，阈值就应当放低；准确率看不出这个差别。

# %% [markdown] lang="en"
# ## Training (10 points)
#
# The next cell trains the network for five epochs on the fundus photographs with your readers, your training function and
# your evaluation function. It saves the best epoch in `googlenet.safetensors`. **Hand in this file together with the
# notebook**: grading uses it to compute the accuracy on the validation photographs, which must be at least
# {{accuracy:minimum}}. One epoch takes about {{time:googlenet.epoch}} on 2 CPU cores, and five epochs take about
# {{time:googlenet.training}}; a GPU (with `paddlepaddle-gpu`) is much faster. If you run the cell again after an
# interruption, the training continues from the checkpoint.
#
# The network has one logit as output. If it is above 0 (a probability above 0.5), the answer is PM. The two chapters before
# explain accuracy, AUC and the comparison with methods without a network. One thing is new here: the **threshold**.
#
# After its first epoch the reference solution (one seed) has an accuracy of only {{recorded:googlenet.epochs.0.accuracy}},
# which is lower than the {{accuracy:constant}} of always giving the same answer. But its AUC is already
# {{recorded:googlenet.epochs.0.auc}}. The network has put the photographs almost in the right order, but all logits lie on
# the same side of 0, so the threshold 0.5 is in the wrong place. The later jumps of the accuracy are mostly shifts of all
# scores too; the network has not suddenly learned or forgotten something, because the AUC hardly changes.
#
# The best epoch has an accuracy of {{recorded:googlenet.best.accuracy}} (the 95% interval is about ±{{interval:googlenet}};
# this epoch is chosen on the same photographs that give the score) and an AUC of {{recorded:googlenet.best.auc}}. At this
# threshold it misses {{recorded:googlenet.runs.0.confusion.1.0}} of 211 patients. LeNetReLU has about the same accuracy
# ({{recorded:lenet_palm.runs.0.best.accuracy}}) but misses only {{recorded:lenet_palm.runs.0.confusion.1.0}}. In screening,
# a missed patient costs more than a false alarm, so the threshold should be lower. The accuracy does not show this
# difference.

# %% training=true
readers = own_answers("reader", "data_loader", "valid_data_loader")
loops = own_answers("lenet_palm", "train_one_epoch", "evaluate")
photographs = palm.reader_sets(readers.data_loader, readers.valid_data_loader)

# zh: 在网上的笔记本里，要在引号里写上学号：种子由学号算出，每人不同；写一次就记住了
# en: in a hosted notebook, write your student id between the quotes once; your seed is computed from it and differs from those of others
own_id("")
recipe = Recipe(epochs=5, batch_size=10, learning_rate=0.001, momentum=0.9, seed=own_seed("googlenet", 1))
paddle.seed(recipe.seed)
model = GoogLeNet(num_classes=1)
history = fit(
    model,
    photographs,
    recipe,
    weights="googlenet.safetensors",
    train_one_epoch=loops.train_one_epoch,
    evaluate=loops.evaluate,
)
show_curves(history)

# %% check="training"
check("training")

# %% [markdown] lang="zh"
# ### 看看结果
#
# 先看几张照片：判对的、判错的、最拿不准的；再看热力图：网络判断时主要依据照片的哪些地方？是视盘周围的萎缩，还是别的地方？

# %% [markdown] lang="en"
# ### Look at the results
#
# First you see some photographs with right answers, with wrong answers, and those of which the network was least sure. Then
# you see heat maps. Which parts of a photograph matter most for the answer: the atrophy around the optic disc, or something
# else?

# %% training=true
show_predictions(model, photographs)
show_heatmap(model, photographs)

# %% [markdown] lang="zh"
# 最后看第一个块（3a）的四条分支对同一张照片的反应。每幅图是一条分支所有通道的平均。
# 比一比：哪条分支的细节最多，哪条最平滑？想想它们各看多大一块区域。

# %% [markdown] lang="en"
# Finally, look at how the four branches of the first block, 3a, respond to the same photograph. Each image is the mean over
# all channels of one branch. Compare them: which branch shows the most detail, and which one is the smoothest? Think of the
# area that each branch looks at.

# %% training=true
first_block = next(layer for layer in model.sublayers() if isinstance(layer, Inception))
seen = []


def keep_output(layer, inputs, output):
    seen.append(output)


hook = first_block.register_forward_post_hook(keep_output)
model.eval()
with paddle.no_grad():
    model(paddle.to_tensor(photograph[None]))
hook.remove()

branches = paddle.split(seen[0][0], [64, 128, 32, 32], axis=0)  # each [channels, 56, 56]
figure, axes = plt.subplots(1, 5, figsize=(12, 2.6))
axes[0].imshow((photograph[::-1].transpose(1, 2, 0) + 1) / 2)  # BGR to RGB, channels last, 0..1
axes[0].set_title(caption("照片", "photograph"))
for axis, branch, name in zip(axes[1:], branches, ("1x1", "3x3", "5x5", "pool")):
    axis.imshow(branch.mean(axis=0).numpy(), cmap="viridis")
    axis.set_title(caption(f"{name}：{branch.shape[0]} 个通道", f"{name}: {branch.shape[0]} channels"))
for axis in axes:
    axis.axis("off")
show_figure(
    zh="一张照片，和块 3a 的四条分支对它的平均输出",
    en="a photograph, and the mean output of each of the four branches of block 3a for it",
)

# %% [markdown] written="why_1x1" lang="zh"
# ## 问答（10 分）
#
# 看块 5a 的 5x5 分支。有 1x1 卷积时，这条分支一共有多少个权重（不算偏置）？如果去掉 1x1 卷积、直接做 5x5，又是多少？写出算式。
# 再回答：池化分支为什么能和卷积分支拼在一起？如果 5a 和 5b 的池化分支都去掉 1x1 卷积，5b 输出的就不是 1024 个通道了，而是多少个？
#
# ### BEGIN SOLUTION
# 5a 的输入有 832 个通道，`c3 = (32, 128)`。有 1x1 卷积时：832 x 32 + 32 x 128 x 25 = 26,624 + 102,400 = 129,024 个权重；
# 直接做 5x5：832 x 128 x 25 = 2,662,400 个，约是前者的二十倍。
#
# 3x3、步长 1、填充 1 的池化不改变高和宽，所以四条分支的结果只有通道数不同，可以沿通道轴拼接。
#
# 池化不改变通道数，没有 1x1 卷积时，池化分支的输出与块的输入一样厚：5a 输出 256 + 320 + 128 + 832 = 1,536 个通道，
# 5b 输出 384 + 384 + 128 + 1,536 = 2,432 个。
# ### END SOLUTION

# %% [markdown] written="why_1x1" lang="en"
# ## Written question (10 points)
#
# Look at the 5x5 branch of block 5a. How many weights (without biases) does this branch have with its 1x1 convolution? How
# many would it have if the 5x5 convolution were applied directly? Write down the calculation. Why can the pooling branch be
# joined with the convolution branches? If the pooling branches of 5a and 5b both had no 1x1 convolution, 5b would not have
# 1024 output channels. How many would it have?
#
# ### BEGIN SOLUTION
# Block 5a has 832 input channels and `c3 = (32, 128)`. With the 1x1 convolution there are 832 x 32 + 32 x 128 x 25 = 26,624 +
# 102,400 = 129,024 weights. With the 5x5 convolution directly there are 832 x 128 x 25 = 2,662,400, about twenty times as
# many.
#
# 3x3 pooling with stride 1 and padding 1 keeps the height and the width. So the results of the four branches differ only in
# their channels and can be joined along the channel axis.
#
# Pooling does not change the number of channels. Without its 1x1 convolution, the pooling branch has as many output
# channels as the block has input channels: 5a has 256 + 320 + 128 + 832 = 1,536 output channels, and 5b has 384 + 384 + 128 +
# 1,536 = 2,432.
# ### END SOLUTION

# %% [markdown] lang="zh"
# ## 小结
#
# | | GoogLeNet |
# | --- | --- |
# | 思路 | 每一层同时用几种核，沿通道轴拼接 |
# | 省参数的办法 | 1x1 卷积先压缩通道；全局平均池化代替大的全连接层 |
# | 边长 | 224-112-56-28-14 |
# | 可训练参数 | {{parameters:GoogLeNet}}（VGG-16：{{parameters:vgg.VGG}}） |
# | 每张照片的乘加次数 | {{multiply_adds:GoogLeNet}}（VGG-16：{{multiply_adds:vgg.VGG}}） |
#
# 参数少不等于计算少：卷积核在整张图上反复使用，所以乘加次数仍然很多。
#
# 到这里，网络已经有二十多层。能不能再深几倍？直接往上叠，效果反而会变差。下一章的 ResNet 用一条“捷径”解决了这个问题。

# %% [markdown] lang="en"
# ## Summary
#
# | | GoogLeNet |
# | --- | --- |
# | idea | kernels of several sizes in every layer, joined along the channel axis |
# | how it saves parameters | 1x1 convolutions reduce the channels first; a global average pool replaces the large fc layers |
# | sides | 224-112-56-28-14 |
# | trainable parameters | {{parameters:GoogLeNet}} (VGG-16: {{parameters:vgg.VGG}}) |
# | multiply-adds per photograph | {{multiply_adds:GoogLeNet}} (VGG-16: {{multiply_adds:vgg.VGG}}) |
#
# Few parameters do not mean little computation: a kernel is used at every position of the map, so there are still many
# multiply-adds.
#
# The networks now have more than twenty layers. Could they be several times as deep? If you simply stack more layers, the
# result becomes worse. ResNet in the next chapter solves this problem with a "shortcut".
