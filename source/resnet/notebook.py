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
# # ResNet：让很深的网络学得动
#
# **目标**：弄懂网络加深之后为什么反而变差，残差怎样解决它；写出卷积加批归一化、瓶颈块和 ResNet-50/101/152；数清层数和参数；
# 在眼底照片上训练一次；最后把五个网络的数字放在一张表里比较。
#
# 前几章的网络一个比一个深：LeNet 五层，AlexNet 八层，VGG 十六层，GoogLeNet 二十二层。既然深一点好，那就接着往下堆？
# 2015 年，微软亚洲研究院的何恺明、张祥雨、任少卿、孙剑试了：在 CIFAR-10 上把普通的卷积层堆到 56 层，结果比 20 层的差，
# 而且**训练误差也更大**。这不是过拟合：过拟合是训练误差小、验证误差大。他们把这个现象叫作**退化**（degradation）。
#
# 退化很奇怪。取一个训练好的 20 层网络，后面再接 36 层，只要这 36 层都照抄输入（**恒等映射**），56 层网络就和 20 层的一样好。
# 可见好的解是存在的，只是优化算法找不到：要让一串卷积和 ReLU 什么都不做，每个权重都得恰到好处。
#
# 这个实验可以缩小了重做。下图是我们的记录：{{recorded:degradation.setting.digits}} 个 MNIST 数字，每批 {{recorded:degradation.setting.batch_size}} 张，SGD 的学习率 {{recorded:degradation.setting.learning_rate}}，训练 {{recorded:degradation.setting.epochs}} 轮，一个种子。每层 {{recorded:degradation.setting.channels}} 个通道，图是 14x14；四个网络都有批归一化，不同的只有层数和捷径。
#
# {{curves:degradation}}
#
# 左边是普通网络：40 层的训练损失一直比 8 层的高，最后一轮平均 {{recorded:degradation.last_epoch_loss.plain_40}} 对 {{recorded:degradation.last_epoch_loss.plain_8}}。右边加上捷径：40 层的反而更低，{{recorded:degradation.last_epoch_loss.residual_40}} 对 {{recorded:degradation.last_epoch_loss.residual_8}}。捷径是什么，下面就讲。

# %% [markdown] lang="en"
# # ResNet: very deep networks that can be trained
#
# **Goals**: understand why deeper networks became worse, and how the residual solves this; write the convolution with batch
# norm, the bottleneck block, and ResNet-50/101/152; count layers and parameters; train the network on the fundus
# photographs; finally compare the numbers of all five networks in one table.
#
# Each network so far was deeper than the one before: LeNet has five layers, AlexNet eight, VGG sixteen, GoogLeNet
# twenty-two. If depth helps, why not stack even more layers? In 2015 He, Zhang, Ren and Sun at Microsoft Research Asia
# tried this: on CIFAR-10 a plain network with 56 convolution layers was worse than one with 20, and **its training error
# was larger too**. This is not overfitting: in overfitting the training error is small and the validation error is large.
# They called this **degradation**.
#
# Degradation is surprising. Take a trained network of 20 layers and add 36 more layers after it. If these 36 layers only
# copied their input (the **identity**), the 56 layers would be as good as the 20. So a good solution exists, but the
# optimizer does not find it: a sequence of convolutions and ReLUs does nothing only if every weight is exactly right.
#
# You can repeat the experiment at a small size. The figure shows our recorded run: {{recorded:degradation.setting.digits}}
# MNIST digits, batches of {{recorded:degradation.setting.batch_size}}, SGD with learning rate
# {{recorded:degradation.setting.learning_rate}}, {{recorded:degradation.setting.epochs}} epochs, one seed. Every layer has
# {{recorded:degradation.setting.channels}} channels, and the maps are 14x14. All four networks have batch norm; they differ
# only in the number of layers and in the shortcuts.
#
# {{curves:degradation}}
#
# On the left are plain networks. The training loss with 40 layers is always higher than with 8 layers; in the last epoch
# the means are {{recorded:degradation.last_epoch_loss.plain_40}} and {{recorded:degradation.last_epoch_loss.plain_8}}. On
# the right are networks with shortcuts. Here the loss with 40 layers is lower:
# {{recorded:degradation.last_epoch_loss.residual_40}} against {{recorded:degradation.last_epoch_loss.residual_8}}. The next
# section explains what a shortcut is.

# %% [markdown] lang="zh"
# ## 残差：$y = F(x) + x$
#
# ResNet 换了一个问法。不让几层直接去学想要的输出 $y$，而是让它们学 $y$ 和输入的**差** $F(x) = y - x$（残差），再把输入加回来：
#
# $$y = F(x) + x$$
#
# {{figure:PlainBlock}}
#
# {{figure:ResidualBlock}}
#
# 加回输入的那条路叫**捷径**（shortcut）。这样做有两个好处：
#
# - **恒等变得容易**：只要把 $F$ 的权重推向 0，就有 $y = x$，多出来的层至少不会让结果变坏；需要时再学一点小的修正；
# - **梯度有直路**：$\frac{dy}{dx} = F'(x) + 1$。$F'$ 再小，那个 1 也让梯度越过几十个块传到最前面。
#
# 捷径有两种：形状不变时用**恒等捷径**，直接加 $x$，没有参数；通道数或边长变了，$x$ 加不上去，就用**投影捷径**：
# 一个 1x1 卷积改变通道数，用步长缩小边长。
#
# 靠这个办法，152 层的网络也训练得动。ResNet 以 3.57% 的前五错误率赢得 2015 年的 ImageNet 竞赛，残差结构后来进入了几乎所有深网络，
# 包括今天的 Transformer。

# %% [markdown] lang="en"
# ## The residual: $y = F(x) + x$
#
# ResNet changes the question. A few layers do not learn the wanted output $y$ directly. They learn the **difference**
# between $y$ and the input, $F(x) = y - x$ (the residual), and then the input is added back:
#
# $$y = F(x) + x$$
#
# {{figure:PlainBlock}}
#
# {{figure:ResidualBlock}}
#
# The path that adds the input back is called the **shortcut**. It has two advantages:
#
# - **The identity becomes easy**: if the weights of $F$ go towards 0, then $y = x$. So the extra layers at least do no
#   harm, and where it helps they learn a small correction.
# - **The gradient has a direct path**: $\frac{dy}{dx} = F'(x) + 1$. However small $F'$ is, the 1 carries the gradient
#   across dozens of blocks to the first layers.
#
# There are two kinds of shortcut. If the shape does not change, the **identity shortcut** adds $x$ directly and has no
# parameters. If the number of channels or the side changes, $x$ cannot be added. Then a **projection shortcut** is used: a
# 1x1 convolution that changes the number of channels and reduces the side by its stride.
#
# In this way even a network with 152 layers can be trained. ResNet won the ImageNet contest of 2015 with a top-5 error of
# 3.57%. Since then nearly all deep networks use residuals, including today's Transformers.

# %% setup=true
import warnings

# Paddle prints the first at import and the second when batch norm is trained; neither matters here.
warnings.filterwarnings("ignore", message="No ccache found")
warnings.filterwarnings("ignore", message="When training, we now always track")
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

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

check = open_chapter("resnet")
palm = open_data("palm")  # says so where these are not the real photographs

# %% [markdown] lang="zh"
# ## 任务一：ConvBNLayer（22 分）
#
# ResNet 的每个卷积后面都跟着**批归一化**（batch normalization；Ioffe 和 Szegedy，2015，比 ResNet 早几个月）。对每个通道，它先减去均值、除以标准差，再乘一个缩放、加一个平移
# （这两个是学出来的）。各层的输入因此保持在合适的范围，学习率可以大一些，深的网络才稳得住。它有两种模式：
#
# - **训练模式**：用这一批图自己的均值和方差，同时更新滑动平均；
# - **评估模式**：用训练中积累的滑动平均，一张图的结果不受同批其他图的影响。
#
# 卷积的偏置在这里没有用：减均值时它就被减掉了，平移可以代替它。写
# `ConvBNLayer(in_channels, out_channels, kernel_size, stride=1, groups=1, act=None)`，要求：
#
# - 用层搭建（后两个任务也是），不直接取 `paddle.vision.models` 里现成的；卷积用 `nn.Conv2D`，全连接层用 `nn.Linear`，参数的形状才对得上；自己建形状相同的参数也可以；
# - 评分的机器上只有 `paddle`、`numpy`、`cv2`、`matplotlib` 和 Python 标准库，也只读这一份笔记本：自己写的其他文件不会一起读；
# - 卷积**不带偏置**；`stride` 和 `groups` 交给卷积（`groups` 把通道分成几组，各组分别卷积，默认一组）；
# - 上下左右的填充都是 `(kernel_size - 1) // 2`（`kernel_size` 总是奇数，如 1、3、5、7）；
# - 接着是批归一化，训练模式用这一批的统计量，评估模式用滑动平均（`nn.BatchNorm2D` 的默认做法）；防止除以零的 `epsilon` 用默认值，或不超过 0.001 的别的值；
# - 最后：`act='relu'` 时做 ReLU，`act=None` 时什么都不做。调用时参数按位置给出，顺序不要变；参数名可以自己取；
# - 梯度要能传回输入和每个参数（三个任务都是），中间不要 `detach`。
#
# 这样填充的好处：边长 $n$ 变成 $\lfloor (n + 2p - k) / s \rfloor + 1 = \lfloor (n - 1) / s \rfloor + 1$，**与卷积核大小无关**。步长 1 时不变，步长 2 时 8 和 7 都变成 4。

# %% [markdown] lang="en"
# ## Task 1: ConvBNLayer (22 points)
#
# In ResNet every convolution is followed by **batch norm** (batch normalization; Ioffe and Szegedy 2015, some months before
# ResNet). For each channel it first subtracts the mean and divides by the standard deviation. Then it multiplies by a scale
# and adds a shift, both of which are learned. This keeps the inputs of all layers in a suitable range, so the learning rate
# may be larger, and deep networks stay stable. Batch norm has two modes:
#
# - In **train mode** it uses the mean and the variance of the batch itself, and updates the running averages.
# - In **eval mode** it uses the running averages from training, so the result for an image does not depend on the other
#   images of its batch.
#
# The bias of the convolution is useless here: it disappears when the mean is subtracted, and the shift can take its place.
# Write `ConvBNLayer(in_channels, out_channels, kernel_size, stride=1, groups=1, act=None)`. Requirements:
#
# - Build it from layers (in the other two tasks as well); do not take it ready-made from `paddle.vision.models`.
#   Convolutions are `nn.Conv2D` and fc layers are `nn.Linear`, so that the parameters have the expected shapes.
#   Parameters of your own with the same shapes will do, too.
# - The grading machine has only `paddle`, `numpy`, `cv2`, `matplotlib` and the Python standard library. It reads only this
#   notebook and no other file that you wrote.
# - The convolution has **no bias**. Pass `stride` and `groups` to it. (`groups` splits the channels into groups that are
#   convolved separately; the default is one group.)
# - The padding is `(kernel_size - 1) // 2` on all four sides (`kernel_size` is always odd, such as 1, 3, 5, 7).
# - Then comes batch norm: in train mode it uses the statistics of the batch, and in eval mode the running averages. This is
#   the default behaviour of `nn.BatchNorm2D`. Its `epsilon`, which avoids a division by zero, may have the default value or
#   any other value up to 0.001.
# - At the end there is a ReLU if `act='relu'`, and nothing if `act=None`. Arguments are passed by position, so keep their
#   order. You may choose their names.
# - Gradients must reach the input and every parameter (in all three tasks): use no `detach` on the way.
#
# This padding has an advantage: a side $n$ becomes
# $\lfloor (n + 2p - k) / s \rfloor + 1 = \lfloor (n - 1) / s \rfloor + 1$, which **does not depend on the kernel**. With
# stride 1 the side does not change; with stride 2 both 8 and 7 become 4.


# %% task="conv_bn"
class ConvBNLayer(nn.Layer):
    """Convolution without bias, batch norm, ReLU or nothing.

    x: float32 [N, in_channels, H, W]; returns float32 [N, out_channels, (H - 1) // stride + 1, (W - 1) // stride + 1].
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        # zh: TODO：建卷积（填充多少？要不要偏置？）和批归一化，记住 act
        # en: TODO: create the convolution (which padding? a bias?) and the batch norm, remember act
        ### BEGIN SOLUTION
        padding = (kernel_size - 1) // 2
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias_attr=False)
        self.norm = nn.BatchNorm2D(out_channels)
        self.act = act
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：三步的顺序
        # en: TODO: the three steps in their order
        ### BEGIN SOLUTION
        y = self.norm(self.conv(x))
        return F.relu(y) if self.act == "relu" else y
        ### END SOLUTION


# %% check="conv_bn"
check("conv_bn")

# %% [markdown] lang="zh"
# ### 两种模式，四组数
#
# 把一批均值不为 0 的图送进去：训练模式下，每个通道的输出均值接近 0、标准差接近 1；评估模式下用滑动平均，它才更新了一次，所以结果不同。
# 最后列出参数：Paddle 把滑动均值和滑动方差也放在 `parameters()` 里，但 `stop_gradient=True`，优化器不动它们。

# %% [markdown] lang="en"
# ### Two modes, four sets of parameters
#
# The next cell sends a batch whose mean is not 0 through the layer. In train mode each output channel has a mean near 0 and
# a standard deviation near 1. In eval mode the layer uses the running averages, which have been updated only once, so the
# result is different. At the end the cell lists the parameters. Paddle also keeps the running mean and the running variance
# in `parameters()`, but with `stop_gradient=True`, so the optimizer does not change them.

# %%
paddle.seed(0)
layer = ConvBNLayer(3, 4, 3)
images = 3 * paddle.rand([8, 3, 32, 32]) + 1
for switch in (layer.train, layer.eval):
    switch()
    with paddle.no_grad():
        out = layer(images).numpy()
    means, deviations = out.mean(axis=(0, 2, 3)), out.std(axis=(0, 2, 3))
    print(f"{switch.__name__:<6} mean {means.round(2) + 0.0}  standard deviation {deviations.round(2)}")
for name, parameter in layer.named_parameters():
    print(f"{name:<16} {list(parameter.shape)!s:<14}", "running average" if parameter.stop_gradient else "trained")

# %% [markdown] lang="zh"
# ## 任务二：BottleneckBlock（26 分）
#
# 3x3 卷积的参数数目与“输入通道 x 输出通道”成正比。256 个通道上做两个 3x3，要 2 x 9 x 256 x 256 = 1,179,648 个权重。
# **瓶颈块**先用 1x1 把 256 个通道压成 64，在 64 个通道上做 3x3，再用 1x1 扩回 256：
# 256 x 64 + 9 x 64 x 64 + 64 x 256 = 69,632，只有前者的十七分之一左右。中间窄，两头宽，所以叫瓶颈。
#
# {{figure:BottleneckBlock}}
#
# {{figure:BottleneckProjection}}
#
# `BottleneckBlock(in_channels, out_channels, stride, shortcut=True)`，都用任务一的 `ConvBNLayer` 搭：
#
# - 主路：1x1 卷积到 `out_channels`，ReLU；3x3 卷积，**步长 `stride` 在这里**，ReLU；1x1 卷积到 **4 x `out_channels`**，不做 ReLU；
# - 捷径：`shortcut=True` 是恒等，直接加输入（这时 `in_channels` 等于 4 x `out_channels`，步长是 1）；`shortcut=False` 是投影：
#   1x1 卷积到 4 x `out_channels`，步长也是 `stride`，带批归一化，不带 ReLU。**只看 `shortcut`**：为 False 时，即使形状本来就相同也要投影；
# - 两路相加，**相加之后**做一次 ReLU。
#
# 步长可以是 1、2、3，边长可以是奇数：两条路都把 n 变成 (n - 1) // s + 1，总能相加。原论文把步长放在第一个 1x1 上，
# 那样四个位置只读一个；放在 3x3 上，每个位置都看得到，效果略好，今天通行的是这一种。

# %% [markdown] lang="en"
# ## Task 2: BottleneckBlock (26 points)
#
# The number of parameters of a 3x3 convolution is proportional to input channels x output channels. Two 3x3 convolutions on
# 256 channels need 2 x 9 x 256 x 256 = 1,179,648 weights. A **bottleneck** first reduces the 256 channels to 64 with a 1x1
# convolution, applies the 3x3 convolution to the 64 channels, and goes back to 256 with another 1x1 convolution: 256 x 64 +
# 9 x 64 x 64 + 64 x 256 = 69,632, which is about a seventeenth. It is narrow in the middle and wide at both ends, hence its
# name.
#
# {{figure:BottleneckBlock}}
#
# {{figure:BottleneckProjection}}
#
# Write `BottleneckBlock(in_channels, out_channels, stride, shortcut=True)` with the `ConvBNLayer` of task 1:
#
# - The main path is: a 1x1 convolution to `out_channels`, ReLU; a 3x3 convolution, **which has the stride**, ReLU; a 1x1
#   convolution to **4 x `out_channels`**, without ReLU.
# - With `shortcut=True` the shortcut is the identity, which adds the input directly (then `in_channels` is 4 x
#   `out_channels`, and the stride is 1). With `shortcut=False` it is a projection: a 1x1 convolution to 4 x `out_channels`
#   with the same `stride`, with batch norm, without ReLU. **Only `shortcut` decides**: if it is False, use a projection
#   even if the shapes are already equal.
# - The two paths are added, and there is one ReLU **after the addition**.
#
# The stride may be 1, 2 or 3, and the sides may be odd: both paths turn n into (n - 1) // s + 1, so they can always be
# added. The paper has the stride on the first 1x1 convolution, which then reads only one of four positions. With the stride
# on the 3x3 convolution every position is seen. This is a little better, and it is the usual form today.


# %% task="bottleneck"
class BottleneckBlock(nn.Layer):
    """relu(F(x) + shortcut(x)).

    x: float32 [N, in_channels, H, W]; returns float32 [N, 4 * out_channels, (H - 1) // stride + 1, (W - 1) // stride + 1].
    """

    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        # zh: TODO：主路的三个 ConvBNLayer（谁有步长？谁有 ReLU？）；需要时再建投影
        # en: TODO: three ConvBNLayers for the main path (which one has the stride, which ones have ReLU?); a projection if it is needed
        ### BEGIN SOLUTION
        self.reduce = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.middle = ConvBNLayer(out_channels, out_channels, 3, stride=stride, act="relu")
        self.expand = ConvBNLayer(out_channels, 4 * out_channels, 1)
        self.projection = None if shortcut else ConvBNLayer(in_channels, 4 * out_channels, 1, stride=stride)
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：主路、捷径、相加、ReLU
        # en: TODO: main path, shortcut, addition, ReLU
        ### BEGIN SOLUTION
        residual = self.expand(self.middle(self.reduce(x)))
        skipped = x if self.projection is None else self.projection(x)
        return F.relu(residual + skipped)
        ### END SOLUTION


# %% check="bottleneck"
check("bottleneck")

# %% [markdown] lang="zh"
# ### 恒等真的容易吗
#
# 把一个块里所有批归一化的缩放和平移都设为 0，F(x) 就是 0。输入来自前一个 ReLU，没有负数，所以最后的 ReLU 也不改变它：
# 输出与输入完全相同。再看梯度：不管叠多少个这样的块，它都原样传回。

# %% [markdown] lang="en"
# ### Is the identity really easy?
#
# If you set the scale and the shift of all batch norms of a block to 0, F(x) is 0. The input comes from an earlier ReLU and
# has no negative numbers, so the last ReLU does not change it: the output is equal to the input. Look at the gradient too:
# it comes back unchanged through any number of such blocks.

# %%
paddle.seed(0)
blocks = nn.Sequential(*(BottleneckBlock(64, 16, 1) for _ in range(10)))
for parameter in blocks.parameters():
    if parameter.ndim == 1 and not parameter.stop_gradient:  # the scales and shifts
        parameter.set_value(paddle.zeros_like(parameter))
x = paddle.rand([2, 64, 14, 14])
x.stop_gradient = False
y = blocks(x)
y.sum().backward()
print("largest difference between output and input:", (y - x).abs().max().item())
print("gradient of the sum of the outputs: from", x.grad.min().item(), "to", x.grad.max().item())

# %% [markdown] lang="zh"
# ## 任务三：ResNet（32 分）
#
# {{figure:ResNet}}
#
# {{table:ResNet}}
#
# **边长**：7x7 卷积的步长是 2，填充是 3，224 变成 (224 + 6 - 7) // 2 + 1 = 112；3x3 最大池化的步长是 2，填充是 1，
# 112 变成 (112 + 2 - 3) // 2 + 1 = 56；之后四级的边长是 56、28、14、7，全局平均池化把每个通道变成一个数。
#
# **层数**：瓶颈块每块三个卷积。ResNet-50 有 3 + 4 + 6 + 3 = 16 块，3 x 16 = 48 个卷积，加上开头的 7x7 是 49 个，再加一个全连接层，正好 50。
# 四个投影卷积不算在内，所以实际有 49 + 4 = 53 个卷积。另外两种深度也这样算，问号处请自己推出来：
#
# | 深度 | 第 1 级 | 第 2 级 | 第 3 级 | 第 4 级 |
# | --- | --- | --- | --- | --- |
# | 50 | 3 块 | 4 块 | 6 块 | 3 块 |
# | 101 | 3 块 | 4 块 | ? 块 | 3 块 |
# | 152 | 3 块 | 8 块 | ? 块 | 3 块 |
#
# `ResNet(layers=50, num_classes=1)` 的要求：
#
# - 开头：7x7 卷积，64 个通道，步长 2，带批归一化和 ReLU；接着是 3x3 最大池化，步长 2，填充 1；
# - 四级的 `out_channels` 依次是 64、128、256、512。每一级只有第一个块用投影，其余用恒等；**第 1 级的步长是 1**（池化已经缩小过），
#   其余三级的第一个块步长是 2；每个块都是新建的，参数各自独立；
# - 全局平均池化，展平，一个全连接层到 `num_classes`，返回 logits：不做 sigmoid 或 softmax，也没有丢弃法；
# - 全连接层的权重初始化为 ±1/sqrt(2048) 之间的**均匀分布**（2048 是它的输入数），用 `weight_attr` 设置；偏置用默认值；
# - `layers` 是 50、101 或 152；其他值（如 34）在构造时抛出 `ValueError`，或者用 `assert` 拒绝。只打印一句话不算；
#   `raise "文字"` 在 Python 3 里会变成 `TypeError`，也不算；从字典里取值时冒出的 `KeyError` 也不算；
# - 批大小任意；梯度要能传到输入和每个参数；层要登记在 `self` 上（`nn.Sequential`、`nn.LayerList`、`add_sublayer` 都可以，普通列表不行）；
#   模式由调用者切换：`forward` 里不要调用 `eval()` 或 `train()`。

# %% [markdown] lang="en"
# ## Task 3: ResNet (32 points)
#
# {{figure:ResNet}}
#
# {{table:ResNet}}
#
# **Sides**: the 7x7 convolution has stride 2 and padding 3, so 224 becomes (224 + 6 - 7) // 2 + 1 = 112. The 3x3
# max-pooling has stride 2 and padding 1, so 112 becomes (112 + 2 - 3) // 2 + 1 = 56. The four stages have the sides 56, 28,
# 14 and 7, and the global average pool turns each channel into one number.
#
# **Layers**: a bottleneck block has three convolutions. ResNet-50 has 3 + 4 + 6 + 3 = 16 blocks, so there are 3 x 16 = 48
# convolutions. With the 7x7 convolution at the beginning there are 49, and with one fc layer 50. The four projections are
# not counted, so there are in fact 49 + 4 = 53 convolutions. The other two depths are counted in the same way; find the
# numbers for the question marks yourself:
#
# | depth | stage 1 | stage 2 | stage 3 | stage 4 |
# | --- | --- | --- | --- | --- |
# | 50 | 3 blocks | 4 blocks | 6 blocks | 3 blocks |
# | 101 | 3 blocks | 4 blocks | ? blocks | 3 blocks |
# | 152 | 3 blocks | 8 blocks | ? blocks | 3 blocks |
#
# Write `ResNet(layers=50, num_classes=1)`. Requirements:
#
# - The stem is a 7x7 convolution with 64 channels and stride 2, with batch norm and ReLU. Then comes 3x3 max-pooling with
#   stride 2 and padding 1.
# - The four stages have `out_channels` 64, 128, 256, 512. Only the first block of each stage uses a projection; the others
#   use the identity. **Stage 1 has stride 1**, because the pooling has already halved the side; in the other three stages
#   the first block has stride 2. Create a new block each time, so that every block has its own parameters.
# - Then come the global average pool, flattening, and one fc layer to `num_classes`. The result is logits, without sigmoid
#   or softmax. There is no dropout.
# - The initial weights of the fc layer are **uniform** between -1/sqrt(2048) and 1/sqrt(2048), where 2048 is the number of
#   its inputs. Set them with `weight_attr`; the bias keeps its default.
# - `layers` is 50, 101 or 152. Any other value, such as 34, must raise a `ValueError` when the network is created, or fail
#   an `assert`. It is not enough to print a message. `raise "text"` becomes a `TypeError` in Python 3 and does not count.
#   The `KeyError` of a dictionary does not count either.
# - The batch size may be any positive number, and gradients must reach the input and every parameter. Register the layers
#   on `self` (`nn.Sequential`, `nn.LayerList` and `add_sublayer` all do this, a plain list does not). The caller switches
#   the mode: do not call `eval()` or `train()` in `forward`.


# %% task="network"
class ResNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]. He et al. 2016, table 1."""

    def __init__(self, layers=50, num_classes=1):
        super().__init__()
        # zh: TODO：这个深度的四级各有几块？拒绝不认识的深度
        # en: TODO: how many blocks do the four stages have at this depth? Refuse an unknown depth
        ### BEGIN SOLUTION
        depths = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
        if layers not in depths:
            raise ValueError(f"layers must be one of {sorted(depths)}, not {layers}")
        ### END SOLUTION

        # zh: TODO：开头的卷积和池化
        # en: TODO: the convolution and the pooling of the stem
        ### BEGIN SOLUTION
        self.stem = ConvBNLayer(3, 64, 7, stride=2, act="relu")
        self.pool = nn.MaxPool2D(3, stride=2, padding=1)
        ### END SOLUTION

        # zh: TODO：四级的所有块：每块的输入通道、步长、捷径
        # en: TODO: the blocks of all four stages; which input channels, stride and shortcut does each have?
        ### BEGIN SOLUTION
        blocks, in_channels = [], 64
        for stage, count in enumerate(depths[layers]):
            out_channels = 64 * 2**stage
            for place in range(count):
                stride = 2 if stage > 0 and place == 0 else 1
                blocks.append(BottleneckBlock(in_channels, out_channels, stride, shortcut=place > 0))
                in_channels = 4 * out_channels
        self.stages = nn.Sequential(*blocks)
        ### END SOLUTION

        # zh: TODO：全连接层和它的初始权重
        # en: TODO: the fc layer and its initial weights
        ### BEGIN SOLUTION
        bound = 1 / 2048**0.5
        self.fc = nn.Linear(2048, num_classes, weight_attr=nn.initializer.Uniform(-bound, bound))
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：开头、四级、全局平均池化、全连接
        # en: TODO: stem, stages, global average pool, fc
        ### BEGIN SOLUTION
        x = self.pool(self.stem(x))  # [N, 64, 56, 56]
        x = self.stages(x)  # [N, 2048, 7, 7]
        x = F.adaptive_avg_pool2d(x, 1)  # [N, 2048, 1, 1]
        return self.fc(paddle.flatten(x, 1))  # [N, num_classes]
        ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# ### 每个块的形状
#
# 下面打印 ResNet-50 的十六个块。看看哪些块改变了形状：它们正好是每一级的第一个，用的是投影捷径。

# %% [markdown] lang="en"
# ### The shape of every block
#
# The next cell prints the sixteen blocks of ResNet-50. Which of them change the shape? They are exactly the first blocks of
# the stages, which use a projection shortcut.

# %%
paddle.seed(0)
model = ResNet(50)
model.eval()


def print_block(block, inputs, output):
    change = "same shape" if inputs[0].shape == output.shape else "shape changes"
    print(f"{list(inputs[0].shape)!s:<18} -> {list(output.shape)!s:<18} {change}")


hooks = [
    layer.register_forward_post_hook(print_block) for layer in model.sublayers() if isinstance(layer, BottleneckBlock)
]
with paddle.no_grad():
    logits = model(paddle.rand([1, 3, 224, 224]))
for hook in hooks:
    hook.remove()
print("logits", list(logits.shape))

# %% [markdown] lang="zh"
# ### 数一数：卷积、参数、乘加
#
# 下面对三种深度数三样东西：卷积的个数；参数的个数，分“可训练的”和“`parameters()` 里的全部”；一张图要做多少次乘加
# （一个卷积是“输出位置数 x 权重数”）。两种参数个数**不一样**：差在哪里？自己数一数，后面的问答要用。

# %% [markdown] lang="en"
# ### Counting: convolutions, parameters, multiply-adds
#
# For the three depths the next cell counts three things: the convolutions; the parameters, both the trainable ones and all
# that are in `parameters()`; and the multiply-adds for one image (for a convolution: output positions x weights). The two
# numbers of parameters are **not the same**. Where does the difference come from? Find it out; you need it for the written
# question.


# %%
def count(depth):
    network = ResNet(depth)
    network.eval()
    seen = {"convolutions": 0, "multiply-adds": 0}

    def note(layer, _inputs, output):
        seen["convolutions"] += isinstance(layer, nn.Conv2D)
        positions = output.shape[2] * output.shape[3] if output.ndim == 4 else 1
        seen["multiply-adds"] += positions * layer.weight.size

    for layer in network.sublayers():
        if isinstance(layer, (nn.Conv2D, nn.Linear)):
            layer.register_forward_post_hook(note)
    with paddle.no_grad():
        network(paddle.zeros([1, 3, 224, 224]))
    seen["trainable"] = sum(parameter.size for parameter in network.parameters() if not parameter.stop_gradient)
    seen["all parameters"] = sum(parameter.size for parameter in network.parameters())
    return seen


for depth in (50, 101, 152):
    print(f"ResNet-{depth}:", ", ".join(f"{name} {number:,}" for name, number in count(depth).items()))

# %% [markdown] lang="zh"
# ## 训练（10 分）
#
# 和前几章一样，输出只有一个 logit：大于 0，也就是概率大于 0.5，判为病理性近视；照片和循环都用你自己写的。ResNet-50 有 {{parameters:ResNet}} 个可训练参数，一张图要 {{multiply_adds:ResNet}} 次乘加。一轮在 2 个 CPU 核上约 {{time:resnet.epoch}}，五轮约 {{time:resnet.training}}；GPU（需要装 `paddlepaddle-gpu`）快得多。中途断开可以重新运行单元，它从上次存下的地方继续。权重存成 `resnet.safetensors`（最好的一轮），**和笔记本一起提交**：评分时用它在验证照片上算准确率，至少要 {{accuracy:minimum}}。
#
# 参考答案（一个种子）得到准确率 {{recorded:resnet.best.accuracy}}（95% 区间约 ±{{interval:resnet}}；最好的一轮是在打分的照片上选的），AUC {{recorded:resnet.best.auc}}。准确率的对照和 AUC 的意思，AlexNet 一章和 LeNet 看眼底照片一章讲过。这里多注意一点：批归一化在两种模式下用的统计量不同，前几轮验证的数字上下跳动很常见。

# %% [markdown] lang="en"
# ## Training (10 points)
#
# As in the chapters before, the output is one logit: if it is above 0 (a probability above 0.5), the answer is pathologic
# myopia. The readers and the training functions are the ones that you wrote. ResNet-50 has {{parameters:ResNet}} trainable
# parameters and needs {{multiply_adds:ResNet}} multiply-adds for one image. One epoch takes about {{time:resnet.epoch}} on
# 2 CPU cores, and five epochs take about {{time:resnet.training}}; a GPU (with `paddlepaddle-gpu`) is much faster. If the
# training is interrupted, run the cell again, and it continues from the last saved state. The weights of the best epoch are
# saved in `resnet.safetensors`. **Hand in this file together with the notebook**: grading uses it to compute the accuracy
# on the validation photographs, which must be at least {{accuracy:minimum}}.
#
# The reference solution (one seed) reached an accuracy of {{recorded:resnet.best.accuracy}} (the 95% interval is about
# ±{{interval:resnet}}; the best epoch is chosen on the same photographs that give the score) and an AUC of
# {{recorded:resnet.best.auc}}. The chapters on AlexNet and on LeNet for photographs explain what to compare an accuracy
# with, and what AUC means. Note one more point here: batch norm uses different statistics in the two modes, so the
# validation numbers of the first epochs often change a lot.

# %% training=true
readers = own_answers("reader", "data_loader", "valid_data_loader")
loops = own_answers("lenet_palm", "train_one_epoch", "evaluate")
photographs = palm.reader_sets(readers.data_loader, readers.valid_data_loader)

# zh: 在网上的笔记本里，要在引号里写上学号：种子由学号算出，每人不同；写一次就记住了
# en: in a hosted notebook, write your student id between the quotes once; your seed is computed from it and differs from those of others
own_id("")
recipe = Recipe(epochs=5, batch_size=10, learning_rate=0.001, momentum=0.9, seed=own_seed("resnet", 1))
paddle.seed(recipe.seed)
model = ResNet(layers=50, num_classes=1)
history = fit(
    model,
    photographs,
    recipe,
    weights="resnet.safetensors",
    train_one_epoch=loops.train_one_epoch,
    evaluate=loops.evaluate,
)

# %% check="training"
check("training")

# %% training=true
show_curves(history)

# %% [markdown] lang="zh"
# 下面是判对的、判错的和最没把握的照片，以及网络看的地方（Grad-CAM：越红，越支持“病理性近视”）。红色落在视盘和黄斑附近的病灶上，还是落在照片的边缘和亮处？数字一样好的两个网络，看的地方可以完全不同。

# %% [markdown] lang="en"
# Below you see photographs with right answers, with wrong answers, and those of which the network was least sure. The heat
# maps show where the network looks (Grad-CAM: the redder a place is, the more it supports the answer PM). Is the red on the
# damage near the optic disc and the macula, or on the edge and the bright parts of the photograph? Two networks with
# equally good numbers may look at quite different places.

# %% training=true
show_predictions(model, photographs)
show_heatmap(model, photographs)

# %% [markdown] lang="zh"
# 最后看看残差有多大：对每个形状不变的块，比较输出与输入之差和输入本身的平均大小。比值小，说明这个块只做了小的修正，接近恒等。
# 从随机权重出发只训练几轮，比值多半还不小；论文测到，网络越深，每层的修正越小。

# %% [markdown] lang="en"
# Finally, look at how large the residuals are. For each block that keeps the shape, the next cell compares the mean size of
# the difference between output and input with the mean size of the input. A small ratio means that the block makes only a
# small correction and is close to the identity. After only a few epochs from random weights, the ratio is usually not small
# yet. The paper measured that the corrections of each layer become smaller as the network becomes deeper.

# %% training=true
changes = []


def note_change(block, inputs, output):
    if inputs[0].shape == output.shape:
        changes.append(((output - inputs[0]).abs().mean() / inputs[0].abs().mean()).item())


few = np.stack([palm.prepare_image(palm.read_image(image.path)) for image in palm.validation_images()[:8]])
model.eval()
hooks = [
    layer.register_forward_post_hook(note_change) for layer in model.sublayers() if isinstance(layer, BottleneckBlock)
]
with paddle.no_grad():
    model(paddle.to_tensor(few))
for hook in hooks:
    hook.remove()
figure, axis = plt.subplots(figsize=(7, 2.5), layout="constrained")
axis.bar(range(1, len(changes) + 1), changes)
axis.set_xlabel(caption("恒等捷径块的序号", "block with an identity shortcut"))
axis.set_ylabel(caption("变化 / 输入", "change / input"))
show_figure(
    zh="条形图：每个恒等捷径块的输出与输入之差，除以输入的大小",
    en="bar chart: for each block with an identity shortcut, the difference between output and input, divided by the size of the input",
)

# %% [markdown] written="why_residual" lang="zh"
# ## 问答（10 分）
#
# 1. 56 层的普通网络比 20 层的差。为什么说这不是过拟合？为什么说好的解其实存在？
# 2. 在 y = F(x) + x 里，怎样让一个块成为恒等？为什么这比让普通的几层成为恒等容易？反向传播时，捷径有什么作用？
# 3. ResNet-50 的“全部参数”比“可训练参数”多。多出来的是什么？从差值算出批归一化一共有多少个通道。它们为什么不由优化器更新？
#
# ### BEGIN SOLUTION
# 1. 56 层网络的训练误差也更大；过拟合的网络训练误差小，只有验证误差大。好的解一定存在：取训练好的 20 层网络，多出的 36 层都照抄输入，
#    56 层的结果就与 20 层的完全一样。它存在，只是优化算法找不到。
# 2. 让 $F(x) = 0$，例如把第三个卷积后面批归一化的缩放和平移都变成 0，输出就是 x（x 来自 ReLU，没有负数，最后的 ReLU 不改变它）。
#    权重衰减本来就把权重往 0 推；普通的几层要变成恒等，每个卷积的权重都得恰到好处。反向传播时 $\frac{dy}{dx} = F'(x) + 1$，
#    梯度沿捷径直接传到前面的块，不会因为层数多而消失。
# 3. 多出来的是批归一化的滑动均值和滑动方差，每个通道各一个。差值是 23,563,201 - 23,510,081 = 53,120，一半是 26,560：
#    53 个卷积（包括 4 个投影）的输出通道总数。它们是前向计算时从每批图像统计来的，没有梯度，所以优化器不更新。
# ### END SOLUTION

# %% [markdown] written="why_residual" lang="en"
# ## Written question (10 points)
#
# 1. A plain network of 56 layers is worse than one of 20 layers. Why is this not overfitting? Why must a good solution
#    exist?
# 2. How does a block with y = F(x) + x become the identity? Why is this easier than for a few plain layers? What does the
#    shortcut do in the backward pass?
# 3. ResNet-50 has more parameters in total than trainable parameters. What are the additional ones? From the difference,
#    compute how many channels have batch norm. Why does the optimizer not update them?
#
# ### BEGIN SOLUTION
# 1. The training error of the 56 layers is larger too. A network that overfits has a small training error, and only its
#    validation error is large. A good solution must exist: take the trained network of 20 layers and let the other 36
#    layers copy their input; then the 56 layers give exactly the same result as the 20. The solution exists, but the
#    optimizer does not find it.
# 2. With $F(x) = 0$ the output is x, for example if the scale and the shift of the third batch norm are 0. (x comes from a
#    ReLU and is not negative, so the last ReLU does not change it.) Weight decay pushes the weights towards 0 anyway. Plain
#    layers become the identity only if every weight is exactly right. In the backward pass $\frac{dy}{dx} = F'(x) + 1$: the
#    gradient goes through the shortcut directly to the earlier blocks and does not vanish, however many blocks there are.
# 3. The additional ones are the running mean and the running variance of batch norm, one of each for every channel. The
#    difference is 23,563,201 - 23,510,081 = 53,120, and half of it is 26,560. This is the sum of the output channels of all
#    53 convolutions, including the 4 projections. The forward pass computes them from the statistics of the batches; they
#    have no gradient, so the optimizer does not update them.
# ### END SOLUTION

# %% [markdown] lang="zh"
# ## 小结
#
# | 网络 | 各级的块数 | 可训练参数 | 一张图的乘加 |
# | --- | --- | ---: | ---: |
# | ResNet-50 | 3-4-6-3 | {{parameters:ResNet}} | {{multiply_adds:ResNet}} |
# | ResNet-101 | 你推出来的 | {{parameters:ResNet101}} | {{multiply_adds:ResNet101}} |
# | ResNet-152 | 你推出来的 | {{parameters:ResNet152}} | {{multiply_adds:ResNet152}} |
#
# 从 LeNet 到 ResNet 近二十年，每个网络都留下了一样东西：
#
# | 网络 | 留下了什么 |
# | --- | --- |
# | LeNet（1998） | 卷积、池化、全连接的骨架 |
# | AlexNet（2012） | ReLU、丢弃法、数据增强，用 GPU 训练大网络 |
# | VGG（2014） | 只用 3x3，靠重复同样的块加深 |
# | GoogLeNet（2014） | 并行的分支，1x1 卷积省参数，全局平均池化代替大的全连接层 |
# | ResNet（2015） | 残差：有了捷径，上百层的网络也能训练 |
#
# 五个网络在 400 张验证照片上的数字（参考答案；0.93 的 95% 区间约 ±{{interval:0.93.400}}，最好的一轮都是在打分的照片上选的；每个网络都是种子 1 的那一次）：
#
# | | 可训练参数 | 一张图的乘加 | 准确率 | AUC |
# | --- | ---: | ---: | ---: | ---: |
# | 总猜 PM | 0 | 0 | {{accuracy:constant}} | 0.5 |
# | 三个平均颜色 | 4 | — | {{recorded:baselines.mean_colours.accuracy}} | {{recorded:baselines.mean_colours.auc}} |
# | 8x8 岭回归 | 193 | — | {{recorded:baselines.ridge_8.accuracy}} | {{recorded:baselines.ridge_8.auc}} |
# | LeNetReLU | {{parameters:lenet_palm.LeNetReLU}} | {{multiply_adds:lenet_palm.LeNetReLU}} | {{recorded:lenet_palm.runs.0.best.accuracy}} | {{recorded:lenet_palm.runs.0.best.auc}} |
# | AlexNet | {{parameters:alexnet.AlexNet}} | {{multiply_adds:alexnet.AlexNet}} | {{recorded:alexnet.runs.0.best.accuracy}} | {{recorded:alexnet.runs.0.best.auc}} |
# | VGG-16（2 轮） | {{parameters:vgg.VGG}} | {{multiply_adds:vgg.VGG}} | {{recorded:vgg16.best.accuracy}} | {{recorded:vgg16.best.auc}} |
# | GoogLeNet | {{parameters:googlenet.GoogLeNet}} | {{multiply_adds:googlenet.GoogLeNet}} | {{recorded:googlenet.best.accuracy}} | {{recorded:googlenet.best.auc}} |
# | ResNet-50 | {{parameters:ResNet}} | {{multiply_adds:ResNet}} | {{recorded:resnet.best.accuracy}} | {{recorded:resnet.best.auc}} |
#
# 参数最多的并不是最深的；各网络的准确率之差，大多没有超出误差。这份数据太小、太容易，分不出网络的高下：它们是在 ImageNet 这样的大数据上拉开差距的。更详细的比较见 [docs/networks.zh.md](../../docs/networks.zh.md)。
#
# 课程到这里结束，往下有几条路：用在 ImageNet 上预训练好的权重做微调，几百张照片往往就够；检测和分割，它们大多以 ResNet 为骨干；
# 捷径在别处的样子：DenseNet（相加换成拼接）、ResNeXt（`groups` 在那里派上用场）和 Transformer。

# %% [markdown] lang="en"
# ## Summary
#
# | network | blocks per stage | trainable parameters | multiply-adds per image |
# | --- | --- | ---: | ---: |
# | ResNet-50 | 3-4-6-3 | {{parameters:ResNet}} | {{multiply_adds:ResNet}} |
# | ResNet-101 | the numbers that you found | {{parameters:ResNet101}} | {{multiply_adds:ResNet101}} |
# | ResNet-152 | the numbers that you found | {{parameters:ResNet152}} | {{multiply_adds:ResNet152}} |
#
# From LeNet to ResNet there are nearly twenty years, and each network left something behind:
#
# | network | what it left |
# | --- | --- |
# | LeNet (1998) | the structure of convolution, pooling and fc layers |
# | AlexNet (2012) | ReLU, dropout, data augmentation; training large networks on GPUs |
# | VGG (2014) | only 3x3 convolutions, and depth by repeating the same block |
# | GoogLeNet (2014) | parallel branches, 1x1 convolutions that save parameters, a global average pool instead of large fc layers |
# | ResNet (2015) | residuals: with shortcuts, networks of more than a hundred layers can be trained |
#
# The table shows the five networks on the 400 validation photographs (reference solutions). The 95% interval of an accuracy
# of 0.93 is about ±{{interval:0.93.400}}. Each best epoch is chosen on the same photographs that give the score, and every
# network was trained with seed 1.
#
# | | trainable parameters | multiply-adds per image | accuracy | AUC |
# | --- | ---: | ---: | ---: | ---: |
# | always PM | 0 | 0 | {{accuracy:constant}} | 0.5 |
# | three mean colours | 4 | — | {{recorded:baselines.mean_colours.accuracy}} | {{recorded:baselines.mean_colours.auc}} |
# | ridge regression, 8x8 | 193 | — | {{recorded:baselines.ridge_8.accuracy}} | {{recorded:baselines.ridge_8.auc}} |
# | LeNetReLU | {{parameters:lenet_palm.LeNetReLU}} | {{multiply_adds:lenet_palm.LeNetReLU}} | {{recorded:lenet_palm.runs.0.best.accuracy}} | {{recorded:lenet_palm.runs.0.best.auc}} |
# | AlexNet | {{parameters:alexnet.AlexNet}} | {{multiply_adds:alexnet.AlexNet}} | {{recorded:alexnet.runs.0.best.accuracy}} | {{recorded:alexnet.runs.0.best.auc}} |
# | VGG-16 (2 epochs) | {{parameters:vgg.VGG}} | {{multiply_adds:vgg.VGG}} | {{recorded:vgg16.best.accuracy}} | {{recorded:vgg16.best.auc}} |
# | GoogLeNet | {{parameters:googlenet.GoogLeNet}} | {{multiply_adds:googlenet.GoogLeNet}} | {{recorded:googlenet.best.accuracy}} | {{recorded:googlenet.best.auc}} |
# | ResNet-50 | {{parameters:ResNet}} | {{multiply_adds:ResNet}} | {{recorded:resnet.best.accuracy}} | {{recorded:resnet.best.auc}} |
#
# The network with the most parameters is not the deepest, and most of the differences in accuracy are within the error.
# This data set is too small and too easy to rank the networks; their differences appear on large data sets such as
# ImageNet. A more detailed comparison is in [docs/networks.md](../../docs/networks.md).
#
# The course ends here. There are several ways to go on. You can fine-tune weights that were trained on ImageNet; a few
# hundred photographs are often enough for this. You can look at detection and segmentation; most of these methods use a
# ResNet as their backbone. And you can find shortcuts in other networks: DenseNet joins where ResNet adds, ResNeXt needs
# `groups`, and Transformers use them too.
