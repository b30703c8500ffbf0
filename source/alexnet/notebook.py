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
# # AlexNet：2012 年的转折
#
# **目标**：弄懂 AlexNet 的三项改进——数据增强、丢弃法、ReLU；自己推出每一层的尺寸，把网络搭起来；写一个数据增强函数；
# 在眼底照片上真正训练一次，并看看网络在看哪里。
#
# LeNet 之后的十几年里，图像识别靠的是人工设计的特征加上分类器，卷积网络很少有人用。2012 年，Krizhevsky、Sutskever 和
# Hinton 的 AlexNet 在 ImageNet 竞赛（1,000 类，约 120 万张训练图）中把前五错误率降到 15.3%，第二名是 26.2%。
# 从那一年起，计算机视觉转向了深度学习。
#
# 卷积、池化、反向传播早就有了，为什么是 2012 年？
#
# - **数据**：ImageNet 有一百多万张人工标注的图，此前常用的数据集只有几万张，用来训练上千万个参数远远不够。
# - **算力**：显卡可以用来做通用计算了。AlexNet 用两块 3 GB 显存的游戏显卡训练了五六天；只靠当时的 CPU，训练时间无法接受。
# - **方法**：下面的三项改进，让这么大的网络既训练得动，又不至于把训练图背下来。
#
# | 改进 | 解决什么问题 |
# | --- | --- |
# | ReLU | sigmoid 的斜率太小，层数一多梯度就消失，训练不动 |
# | 丢弃法（dropout） | 全连接层参数极多，容易过拟合：训练集全对，新图上不行 |
# | 数据增强（data augmentation） | 图不够多：每次稍微改变一下，同一张图就不会两次完全一样 |

# %% [markdown] lang="en"
# # AlexNet: the turning point of 2012
#
# **Goals**: understand the three improvements of AlexNet (data augmentation, dropout, ReLU); derive the size of every layer
# and build the network; write a function for data augmentation; train the network on fundus photographs for real, and see
# where it looks.
#
# For more than a decade after LeNet, image recognition used features that were designed by hand, followed by a classifier.
# Convolutional networks were hardly used. In 2012 AlexNet, by Krizhevsky, Sutskever and Hinton, took part in the ImageNet
# contest (1,000 classes, about 1.2 million training images). It reached a top-5 error of 15.3%; the second-best entry had
# 26.2%. From that year on, computer vision turned to deep learning.
#
# Convolution, pooling and back-propagation had been known for a long time. Why did it happen in 2012?
#
# - **Data**: ImageNet has more than a million images labelled by people. Earlier data sets had only some ten thousand
#   images, which is far too few to train tens of millions of parameters.
# - **Computing power**: graphics cards could now be used for general computing. AlexNet was trained for five to six days on
#   two gaming cards with 3 GB of memory each. With the CPUs of that time alone, training would have taken far too long.
# - **Method**: with the three improvements below, such a large network can be trained, and it does not simply memorize the
#   training images.
#
# | improvement | the problem it solves |
# | --- | --- |
# | ReLU | the slope of sigmoid is too small; with many layers the gradient vanishes, and the network does not learn |
# | dropout | the fully connected (fc) layers have very many parameters and overfit: they are right on the training set and wrong on new images |
# | data augmentation | there are too few images; each image is changed a little every time, so the network never sees exactly the same image twice |

# %% setup=true
import warnings

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import cv2
import matplotlib.pyplot as plt
import numpy as np
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

check = open_chapter("alexnet")
palm = open_data("palm")  # says so where these are not the real photographs

# %% [markdown] lang="zh"
# ## 改进一：ReLU
#
# 反向传播每经过一层激活，梯度就要乘上它的斜率。sigmoid 的斜率最大只有 $\frac14$，而且输入稍大或稍小就接近 0：连乘七层，前面的卷积几乎收不到梯度。$\mathrm{ReLU}(x) = \max(x, 0)$ 在正半边的斜率恒为 1，梯度原样传过去，计算也便宜，而且不会饱和。
#
# 这和上一章的测量对得上，但不要说成同一件事。上一章看到两个原因：sigmoid 往后传的差异太小，各张照片的 logit 几乎相同，0.5 这个阈值就分不开它们；在 224x224 上，还有学习率相对 300,000 个输入太大，头几步就让大半激活饱和。前一个是这里说的斜率，后一个换成 tanh 也照样发生。
#
# 下面用 Paddle 的自动求导画出两者的值和斜率。

# %% [markdown] lang="en"
# ## Improvement 1: ReLU
#
# In the backward pass the gradient is multiplied by the slope of every activation function. The slope of sigmoid is at most
# 1/4, and it is close to 0 wherever the input is a little large or small. After seven layers hardly any gradient reaches
# the first convolution. $\mathrm{ReLU}(x) = \max(x, 0)$ has the slope 1 for all positive numbers, so it passes the gradient
# on unchanged. It is also cheap to compute, and it does not saturate for positive numbers.
#
# This agrees with what you measured in the last chapter, but it does not explain everything. There you saw two causes.
# First, sigmoid passes on so little that the logits of all photographs are nearly equal, and the threshold 0.5 cannot
# separate them. Second, at 224x224 the learning rate is too large for 300,000 inputs, and the first few steps saturate most
# of the activations. The first cause is the slope described here. The second cause also occurs with tanh.
#
# The next cell computes the slopes of both functions with the automatic differentiation of Paddle, and draws the values and
# the slopes.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3))
for axis, (name, activation) in zip(axes, {"sigmoid": F.sigmoid, "ReLU": F.relu}.items()):
    x = paddle.linspace(-6, 6, 241)
    x.stop_gradient = False
    y = activation(x)
    y.sum().backward()
    axis.plot(x.numpy(), y.numpy(), label=caption("数值", "value"))
    axis.plot(x.numpy(), x.grad.numpy(), "--", label=caption("斜率", "slope"))
    axis.set_title(name)
    axis.set_ylim(-0.1, 1.5)
    axis.legend()
    steepest = x.grad.max().item()
    print(f"{name}: largest slope {steepest:.2f}, to the 7th power {steepest**7:.6f}")
show_figure(
    zh="sigmoid 和 ReLU 的数值与斜率：sigmoid 的斜率最大 0.25，ReLU 的正半边是 1",
    en="values and slopes: the slope of sigmoid is at most 0.25, the slope of ReLU is 1 for positive numbers",
)

# %% [markdown] lang="zh"
# ## 改进二：丢弃法
#
# 训练时，丢弃法把每个数以概率 $p$ 置为 0，其余的乘 $\frac{1}{1-p}$，这样平均值不变。每一批丢掉的都不一样，任何一个特征都不能只依赖某几个搭档，
# 网络就不容易死记。**评估时什么都不丢**，数值原样通过。
#
# `nn.Dropout` 是一层，跟着 `model.train()` 和 `model.eval()` 切换。函数 `F.dropout` 不知道网络处在什么模式：不告诉它
# `training=...`，它**永远按训练处理**，评估时也在丢，同一张照片两次得到两个答案。

# %% [markdown] lang="en"
# ## Improvement 2: dropout
#
# In training, dropout sets each number to 0 with probability $p$ and multiplies the others by $\frac{1}{1-p}$, so that the
# mean stays the same. In every batch different numbers are dropped. So no feature can depend on a few other features only,
# and it is harder for the network to memorize the images. **In evaluation nothing is dropped**; all numbers pass unchanged.
#
# `nn.Dropout` is a layer and follows `model.train()` and `model.eval()`. The function `F.dropout` does not know the mode of
# the network: unless you pass `training=...`, it **always behaves as in training**. Then it also drops in evaluation, and
# the same photograph gets two different answers.

# %%
paddle.seed(0)
quarter = nn.Dropout(0.25)
numbers = paddle.ones([2, 8])
quarter.train()
print("train:", np.round(quarter(numbers).numpy(), 2), sep="\n")
quarter.eval()
print("eval:", quarter(numbers).numpy(), sep="\n")

# %% [markdown] lang="zh"
# ## 网络的结构
#
# {{figure:AlexNet}}
#
# {{table:AlexNet}}
#
# 和论文相比有几处不同：论文把网络分在两块显卡上（所以有的卷积只看一半通道），用 3x3、步长 2 的重叠池化和局部响应归一化，输出 1,000 类。
# 后来的实践表明这些并不关键。**本章一律用 2x2、步长 2 的最大池化，不分组，不做归一化。**
#
# 核边长为 $k$、填充为 $p$、步长为 $s$ 的卷积，把边长 $n$ 变成 $\lfloor (n + 2p - k) / s \rfloor + 1$，$\lfloor\ \rfloor$ 表示向下取整：
#
# - 第一个卷积：(224 + 2 x 5 - 11) / 4 = 55.75，向下取整得 55，再加 1 是 **56**；池化后 **28**；
# - 第二个卷积：(28 + 2 x 2 - 5) / 1 + 1 = **28**，边长不变；池化后 **14**；
# - 后三个卷积是 3x3、填充 1：(14 + 2 - 3) / 1 + 1 = **14**；池化后 **7**。
#
# 所以边长依次是 56-28-28-14-14-7。填充总是 (核 - 1) / 2，这样窗口的中心从图的边上开始。
# 网上流传的代码里，第一个卷积的填充常是 2（55-27-13-6）；填充 4 也得到 56，但那是另一个网络：窗口的位置全都差一个像素。
#
# 网络共有 {{parameters:AlexNet}} 个参数，一张图要做 {{multiply_adds:AlexNet}} 次乘加。两者分布恰好相反：
# 九成以上的参数在三个全连接层，九成以上的计算在五个卷积层。丢弃法放在哪里，也就不难猜了。

# %% [markdown] lang="en"
# ## The structure of the network
#
# {{figure:AlexNet}}
#
# {{table:AlexNet}}
#
# The network of the paper differs in some points. It was spread over two graphics cards (so some convolutions see only half
# of the channels), it used overlapping 3x3 pooling with stride 2 and local response normalization, and it had 1,000
# classes. Later work showed that these points matter little. **In this chapter all pooling is 2x2 max-pooling with stride
# 2; there are no groups and there is no normalization.**
#
# A convolution with kernel side $k$, padding $p$ and stride $s$ turns a side $n$ into
# $\lfloor (n + 2p - k) / s \rfloor + 1$, where $\lfloor\ \rfloor$ rounds down:
#
# - The first convolution: (224 + 2 x 5 - 11) / 4 = 55.75, which is rounded down to 55; plus 1 makes **56**. After pooling
#   it is **28**.
# - The second convolution: (28 + 2 x 2 - 5) / 1 + 1 = **28**, so the side does not change. After pooling it is **14**.
# - The other three convolutions are 3x3 with padding 1: (14 + 2 - 3) / 1 + 1 = **14**. After pooling it is **7**.
#
# So the sides are 56-28-28-14-14-7. The padding is always (kernel - 1) / 2, so the centre of the first window is on the
# edge of the image. In code on the web the first convolution often has padding 2 (55-27-13-6). Padding 4 also gives 56, but
# it makes a different network: all windows are shifted by one pixel.
#
# The network has {{parameters:AlexNet}} parameters and needs {{multiply_adds:AlexNet}} multiply-adds for one image. The two
# are distributed in opposite ways: more than nine tenths of the parameters are in the three fc layers, and more than nine
# tenths of the multiply-adds are in the five convolutions. This suggests where dropout should be used.

# %% [markdown] lang="zh"
# ## 任务一：AlexNet（50 分）
#
# 第三、四、五个卷积和池化层已经给出。补上其余的：
#
# - 卷积依次是 96 个 11x11（步长 4，填充 5）、256 个 5x5（填充 2）、384、384、256 个 3x3（填充 1），**都有偏置**；
# - 用层搭建，不直接取 `paddle.vision.models` 里现成的网络；卷积用 `nn.Conv2D`，全连接层用 `nn.Linear`（参数的形状才对得上；自己建形状相同的参数也可以）；
# - 评分的机器上只有 `paddle`、`numpy`、`cv2`、`matplotlib` 和 Python 标准库，也只读这一份笔记本：自己写的其他文件不会一起读；
# - **每个卷积之后都有 ReLU**；第一、二、五个卷积之后还有池化；
# - 三个全连接层：4096、4096、`num_classes`，都有偏置；第一个的输入数由展平之前的 [N, 256, 7, 7] 推出来；
# - **前两个全连接层之后各有 ReLU 和丢弃法，p = 0.5**；第一个全连接层之前和最后一个之后都不丢；评估模式下什么都不丢，也不缩放；
# - 最后一层之后没有激活，返回 **logits**；`num_classes` 可以不是 1；批大小 N 任意；
# - 梯度要能从输出传到每个参数和输入，中间不要 `detach` 或转成 NumPy。
#
# 层的名字、用 `Sequential` 还是一层一层写，都随你；给出的几行也可以改写。

# %% [markdown] lang="en"
# ## Task 1: AlexNet (50 points)
#
# The third, fourth and fifth convolution and the pooling layer are given. Fill in the rest:
#
# - The convolutions have 96 kernels of 11x11 (stride 4, padding 5), 256 of 5x5 (padding 2), then 384, 384 and 256 of 3x3
#   (padding 1), **all with a bias**.
# - Build the network from layers; do not take a ready-made network from `paddle.vision.models`. Convolutions are
#   `nn.Conv2D` and fc layers are `nn.Linear`, so that the parameters have the expected shapes.
#   Parameters of your own with the same shapes will do, too.
# - The grading machine has only `paddle`, `numpy`, `cv2`, `matplotlib` and the Python standard library. It reads only this
#   notebook and no other file that you wrote.
# - **ReLU follows every convolution**. After the first, the second and the fifth convolution there is also a pooling layer.
# - There are three fc layers with 4096, 4096 and `num_classes` outputs, all with a bias. Derive the number of inputs of the
#   first one from the shape [N, 256, 7, 7] before flattening.
# - **ReLU and then dropout with p = 0.5 follow each of the first two fc layers**. There is no dropout before the first fc
#   layer or after the last. In eval mode nothing is dropped and nothing is scaled.
# - There is no activation after the last layer: the result is **logits**. `num_classes` may be other than 1; the batch size
#   N may be any positive number.
# - Gradients must reach every parameter and the input: use no `detach`, and do not convert to NumPy on the way.
#
# You may choose the names of the layers, and whether you use `Sequential` or write the layers one by one. You may also
# rewrite the given lines.


# %% task="network"
class AlexNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        # zh: TODO 1：前两个卷积的通道数、核、步长和填充
        # en: TODO 1: channels, kernel, stride and padding of the first two convolutions
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2D(3, 96, 11, stride=4, padding=5)
        self.conv2 = nn.Conv2D(96, 256, 5, padding=2)
        ### END SOLUTION
        self.conv3 = nn.Conv2D(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2D(384, 384, 3, padding=1)
        self.conv5 = nn.Conv2D(384, 256, 3, padding=1)
        self.pool = nn.MaxPool2D(2, 2)  # has no parameters, so the same layer can be used three times
        # zh: TODO 2：三个全连接层和丢弃法
        # en: TODO 2: three fc layers, and dropout
        ### BEGIN SOLUTION
        self.fc1 = nn.Linear(256 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO 3：五个卷积，各带 ReLU；三次池化；得到 [N, 256, 7, 7]
        # en: TODO 3: five convolutions, each with ReLU; pooling three times; the result is [N, 256, 7, 7]
        ### BEGIN SOLUTION
        x = self.pool(F.relu(self.conv1(x)))  # [N, 96, 28, 28]
        x = self.pool(F.relu(self.conv2(x)))  # [N, 256, 14, 14]
        x = F.relu(self.conv3(x))  # [N, 384, 14, 14]
        x = F.relu(self.conv4(x))  # [N, 384, 14, 14]
        x = self.pool(F.relu(self.conv5(x)))  # [N, 256, 7, 7]
        ### END SOLUTION
        # zh: TODO 4：展平；全连接层、ReLU、丢弃法各在什么位置
        # en: TODO 4: flatten; in which order do the fc layers, ReLU and dropout come?
        ### BEGIN SOLUTION
        x = paddle.flatten(x, 1)
        x = self.dropout(F.relu(self.fc1(x)))  # [N, 4096]
        x = self.dropout(F.relu(self.fc2(x)))  # [N, 4096]
        return self.fc3(x)  # [N, num_classes]
        ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# ### 看看它
#
# 把两张随机图送进去，打印每一层的输出形状，再看参数都在哪里。

# %% [markdown] lang="en"
# ### Look at the network
#
# The next cell sends two random images through the network, prints the output shape of every layer, and shows where the
# parameters are.

# %%
paddle.seed(0)
model = AlexNet(num_classes=1)
images = paddle.rand([2, 3, 224, 224])


def print_shapes(layer, inputs, output):
    print(f"{layer.full_name():<14} {list(inputs[0].shape)} -> {list(output.shape)}")


hooks = [layer.register_forward_post_hook(print_shapes) for _, layer in model.named_sublayers()]
logits = model(images)
for hook in hooks:
    hook.remove()

total = sum(parameter.size for parameter in model.parameters())
for name, parameter in model.named_parameters():
    print(f"{name:<14} {list(parameter.shape)!s:<20} {parameter.size:>12,} {parameter.size / total:6.1%}")
print("trainable parameters:", f"{total:,}")

# %% [markdown] lang="zh"
# 再看丢弃法：同样两张图送两次。训练模式下两次的结果不同，评估模式下必须完全相同。这也是检查自己有没有写对的办法。

# %% [markdown] lang="en"
# Now look at dropout. The next cell sends the same two images through the network twice. In train mode the two results
# differ; in eval mode they must be equal. In this way you can check whether your code is right.

# %%
with paddle.no_grad():
    for mode in ("train", "eval"):
        getattr(model, mode)()
        for attempt in (1, 2):
            print(mode, attempt, model(images).numpy().ravel().round(4))

# %% [markdown] lang="zh"
# ## 改进三：数据增强——任务二：augment（30 分）
#
# 一张照片翻转一下，离得近一点，亮一点，诊断不会变，对网络来说却是一张新图。哪些改动合适，取决于数据：左眼和右眼的眼底互为镜像，
# 所以左右翻转得到的仍是一张真实可能的照片；上下颠倒的眼底却不会出现。400 张照片很少，增强就更有用。**只增强训练图，验证图不动。**
#
# 写 `augment(img, rng)`：`img` 是读取器给的一张图，`float32 [3, 224, 224]`，BGR，在 [-1, 1] 内；`rng` 是
# `numpy.random.Generator`，例如 `rng.random()`、`rng.uniform(a, b)`、`rng.integers(a, b)`（不含 b）。依次：
#
# 1. 以 0.5 的概率**左右**翻转（不上下翻转）；
# 2. **裁剪**：取一个正方形窗口，**面积**是原图的 `CROP_LEAST` 到 `CROP_MOST`（边长要开平方），大小和位置每次随机，再用 `cv2.resize`（双线性）放大回 224x224；
# 3. **亮度**：从 -0.1 到 0.1 之间**均匀**地取**一个**随机数，所有像素、所有通道都加同一个数。
#
# 还要做到：
#
# - 结果的形状、类型和范围与输入相同：`float32 [3, 224, 224]`，在 [-1, 1] 内（加了亮度会越界，要截断）；
# - 传进来的数组**保持原样**；
# - 所有随机数都来自 `rng`：不用 `np.random.xxx` 和 `random`，也不在里面另设种子。同样种子的 `rng` 得到同样的结果，换一个种子就不同。
#
# 想多做一点的话，可以再加不超过 15 度的旋转。注意 `cv2` 要的是 [高, 宽, 通道]。
#
# **`CROP_LEAST` 和 `CROP_MOST` 每人不同**，由学号算出。下面的单元说出你的两个数，把数字写进代码里。在网上的平台做，先在引号里写上学号；
# 不知道学号时，用常见的数：
#
# {{constants:paper}}

# %% [markdown] lang="en"
# ## Improvement 3: data augmentation. Task 2: augment (30 points)
#
# If you flip a photograph, crop it a little or make it brighter, the diagnosis stays the same, but for the network it is a
# new image. Which changes are suitable depends on the data. The left and the right eye are mirror images of each other, so
# a photograph that is flipped left to right could be a real photograph. But a fundus upside down never occurs. With only
# 400 photographs, augmentation is especially useful. **Augment only training images, never validation images.**
#
# Write `augment(img, rng)`: `img` is one image from the reader, `float32 [3, 224, 224]`, BGR, in [-1, 1]. `rng` is a
# `numpy.random.Generator` with methods such as `rng.random()`, `rng.uniform(a, b)` and `rng.integers(a, b)` (without b). Do
# the following steps in this order:
#
# 1. **Flip** the image **left to right** with probability 0.5 (never upside down).
# 2. **Crop**: take a square window whose **area** is `CROP_LEAST` to `CROP_MOST` of the image (so its side takes the square
#    root). Draw its size and its position at random each time. Then enlarge it to 224x224 again with `cv2.resize`
#    (bilinear).
# 3. **Brightness**: draw **one** random number uniformly from -0.1 to 0.1, and add it to all pixels of all channels.
#
# Your function must also meet these requirements:
#
# - The shape, the type and the range of the result are the same as those of the input: `float32 [3, 224, 224]` in [-1, 1].
#   (Brightness can move values out of the range, so clip them.)
# - The array that is passed in **stays unchanged**.
# - All random numbers come from `rng`: do not use `np.random.xxx` or `random`, and do not set a seed inside the function.
#   An `rng` with the same seed gives the same result, and an `rng` with another seed gives a different one.
#
# If you want to do more, you may add a rotation by up to 15 degrees. Note that `cv2` expects [height, width, channels].
#
# **`CROP_LEAST` and `CROP_MOST` are your own**: they are computed from your student id, so they differ from student to
# student. The next cell tells you your two numbers; write them into your code. On a hosted platform, first write your
# student id between the quotes. Without an id, use the usual numbers:
#
# {{constants:paper}}

# %%
own_id("")
own_constants("alexnet")


# %% task="augment"
def augment(img, rng):
    """img: float32 [3, 224, 224], BGR, in [-1, 1]; rng: numpy.random.Generator; returns a changed image like img."""
    # zh: TODO：左右翻转；裁剪并缩放回原来的大小；亮度；截断到 [-1, 1]
    # en: TODO: flip left to right; crop and resize back; brightness; clip to [-1, 1]
    ### BEGIN SOLUTION
    size = img.shape[1]
    turned = img[:, :, ::-1] if rng.random() < 0.5 else img
    side = int(np.ceil(size * np.sqrt(rng.uniform(CROP_LEAST, CROP_MOST))))
    top, left = rng.integers(0, size - side + 1, size=2)
    window = turned[:, top : top + side, left : left + side]
    resized = cv2.resize(np.ascontiguousarray(window.transpose(1, 2, 0)), (size, size))  # [224, 224, 3]
    shifted = resized.transpose(2, 0, 1) + rng.uniform(-0.1, 0.1)  # [3, 224, 224]
    return np.clip(shifted, -1.0, 1.0).astype("float32")
    ### END SOLUTION


# %% check="augment"
check("augment")

# %% [markdown] lang="zh"
# 每行第一张是原图，后面五张是增强的结果。看一看：是不是仍像真实的眼底照片？有没有上下颠倒、变色或变形？

# %% [markdown] lang="en"
# The first image of each row is the original; the other five are augmented. Do they still look like real fundus
# photographs? Is one of them upside down, distorted or in a wrong colour?

# %%
rng = np.random.default_rng(4)
paths = sorted(path for path in palm.training.iterdir() if path.name[0] in "NP")
figure, axes = plt.subplots(2, 6, figsize=(12, 4.4), layout="constrained")
for row, letter in zip(axes, "NP"):
    path = next(path for path in paths if path.name[0] == letter)
    original = palm.prepare_image(palm.read_image(path))
    for axis, img in zip(row, [original, *(augment(original, rng) for _ in range(5))]):
        axis.imshow((img[::-1].transpose(1, 2, 0) + 1) / 2)  # BGR in [-1, 1] to RGB in [0, 1]
        axis.axis("off")
    row[0].set_title(path.name)
show_figure(
    zh="两张照片各占一行：左边是原图，右边五张是数据增强的结果",
    en="two photographs, a row for each: the original on the left, then five augmented ones",
)

# %% [markdown] lang="zh"
# ## 训练（10 分）
#
# 网络只输出一个 logit，经过 sigmoid 就是病理性近视（PM）的概率；概率大于 0.5（也就是 logit 大于 0）判为 PM，损失是二元交叉熵。
#
# **前几章写的代码，这里都用上。** `own_answers` 从你的笔记本里取出读取器、训练循环和评估函数（没找到或没写完，会说明，并换成课程自带的）；`palm.reader_sets` 用你的读取器把照片读一遍；`fit` 是训练的骨架：定下每一轮的顺序，逐张调用 `augment`，把一批批照片交给你的 `train_one_epoch`，再用你的 `evaluate` 在 400 张验证照片上评估，最后把最好一轮的权重写到 `alexnet.safetensors`。内核重启了，重新运行这个单元就会接着训练。
#
# 一轮在 2 个 CPU 核上约 {{time:alexnet.epoch}}，五轮约 {{time:alexnet.training}}；用 GPU（需要 `paddlepaddle-gpu`）快得多。**把权重文件和笔记本一起提交**（文件很大：每个参数四个字节），评分时用它在验证照片上算准确率，至少要 {{accuracy:minimum}}。
#
# 读结果时注意：
#
# - **准确率要有参照**。永远回答 PM 就有 {{accuracy:constant}}。不用网络，只把照片缩成 8x8，做一个线性模型（**岭回归**：最小二乘加上对大权重的惩罚，惩罚的轻重只看训练集来定），就有 {{recorded:baselines.ridge_8.accuracy}}，AUC {{recorded:baselines.ridge_8.auc}}；只用三个颜色的平均值也有 {{recorded:baselines.mean_colours.accuracy}}。这份数据里，颜色和明暗已经透露了很多，所以准确率高不等于网络看懂了病变；
# - **准确率有误差**。400 张照片上的 0.93，95% 区间大约是 ±{{interval:0.93.400}}，两个网络差 0.01 说明不了什么；
# - **最好的一轮是在打分用的照片上选出来的**，所以这个数偏高一点。上面的 8x8 岭回归如果也按验证照片挑惩罚的轻重，就会从 {{recorded:baselines.ridge_8.accuracy}} 变成 {{recorded:baselines.ridge_8.chosen_on_validation.accuracy}}；
# - **AUC** 只看排序，不看阈值，定义见上一章。参考答案的三个种子：准确率 {{recorded:alexnet.runs.each.best.accuracy}}，AUC {{recorded:alexnet.runs.each.best.auc}}；
# - **训练曲线与验证曲线**：训练损失一直降，验证损失却转而上升，就是过拟合。训练图经过增强和丢弃，比验证图更难，所以训练损失也可能高于验证损失。各轮之间，验证准确率相差 0.1 是常事：照片少，批也小。

# %% [markdown] lang="en"
# ## Training (10 points)
#
# The network has one logit as output. Its sigmoid is the probability that the photograph shows pathologic myopia (PM). If
# the probability is above 0.5 (that is, if the logit is above 0), the answer is PM. The loss is binary cross-entropy.
#
# **The code that you wrote in earlier chapters is used here.** `own_answers` takes your readers, your training loop and
# your evaluation function out of your notebooks. (If one of them is missing or unfinished, it tells you so and uses the
# course's own.) `palm.reader_sets` reads the photographs once with your readers. `fit` is the frame of the training: it
# sets the order of every epoch, calls `augment` for each image, passes the batches to your `train_one_epoch`, and calls
# your `evaluate` on the 400 validation photographs. At the end the weights of the best epoch are in `alexnet.safetensors`.
# If the kernel restarts, run the cell again, and the training continues.
#
# One epoch takes about {{time:alexnet.epoch}} on 2 CPU cores, and five epochs take about {{time:alexnet.training}}; a GPU
# (with `paddlepaddle-gpu`) is much faster. **Hand in the weights file together with the notebook** (the file is large: four
# bytes per parameter). Grading uses it to compute the accuracy on the validation photographs, which must be at least
# {{accuracy:minimum}}.
#
# Note the following when you read the results:
#
# - **Compare the accuracy with something.** The answer "always PM" has {{accuracy:constant}}. Without any network, a linear
#   model on photographs reduced to 8x8 (**ridge regression**: least squares with a penalty on large weights, whose strength
#   is chosen on the training set only) reaches {{recorded:baselines.ridge_8.accuracy}}, with an AUC of
#   {{recorded:baselines.ridge_8.auc}}. The means of the three colours alone reach
#   {{recorded:baselines.mean_colours.accuracy}}. In this data set colour and brightness already tell a lot, so a high
#   accuracy does not show that the network has understood the disease.
# - **Accuracy has an error.** For an accuracy of 0.93 on 400 photographs, the 95% interval is about ±{{interval:0.93.400}}.
#   A difference of 0.01 between two networks means nothing.
# - **The best epoch is chosen on the same photographs that give the score**, so the score is a little too high. If the 8x8
#   ridge regression above chose its penalty on the validation photographs too, its accuracy would rise from
#   {{recorded:baselines.ridge_8.accuracy}} to {{recorded:baselines.ridge_8.chosen_on_validation.accuracy}}.
# - **AUC** depends only on the order, not on the threshold; the last chapter defines it. With three seeds the reference
#   solution reached accuracies of {{recorded:alexnet.runs.each.best.accuracy}} and AUCs of
#   {{recorded:alexnet.runs.each.best.auc}}.
# - **Compare the training curve with the validation curve.** If the training loss keeps falling while the validation loss
#   rises again, the network overfits. Augmentation and dropout make training images harder than validation images, so the
#   training loss may also be higher than the validation loss. From epoch to epoch the validation accuracy often changes by
#   0.1, because there are few photographs and the batches are small.

# %% training=true
readers = own_answers("reader", "data_loader", "valid_data_loader")
loops = own_answers("lenet_palm", "train_one_epoch", "evaluate")
photographs = palm.reader_sets(readers.data_loader, readers.valid_data_loader)

# zh: 在网上的笔记本里，要在引号里写上学号：种子由学号算出，每人不同；写一次就记住了
# en: in a hosted notebook, write your student id between the quotes once; your seed is computed from it and differs from those of others
own_id("")
recipe = Recipe(epochs=5, batch_size=10, learning_rate=0.001, momentum=0.9, seed=own_seed("alexnet", 1))
paddle.seed(recipe.seed)
model = AlexNet(num_classes=1)
history = fit(
    model,
    photographs,
    recipe,
    weights="alexnet.safetensors",
    augment=augment,
    train_one_epoch=loops.train_one_epoch,
    evaluate=loops.evaluate,
)
show_curves(history)

# %% check="training"
check("training")

# %% [markdown] lang="zh"
# ### 看照片，不只看数字
#
# 下面先看判对的、判错的和最没把握的照片：判错的那些，你自己分得出来吗？然后是热力图（Grad-CAM）：在最后的特征图上，哪些位置把 logit 推高了。黑边不上色，落在黑边里的份额写在图上方。如果红的地方是视盘周围的萎缩或眼底的病灶，网络看的是对的东西；如果很大一份落在黑边里，它学到的可能是相机，而不是疾病。

# %% [markdown] lang="en"
# ### Look at the photographs, not only at the numbers
#
# First you see photographs with right answers, with wrong answers, and those of which the network was least sure. Could you
# judge the wrong ones yourself? Then you see heat maps (Grad-CAM): they show which positions of the last feature maps
# raised the logit. The black border is not coloured; the fraction that lies in it is written above the image. If the
# atrophy around the optic disc or other lesions are red, the network looks at the right places. If a large fraction lies in
# the border, it may have learned the camera and not the disease.

# %% training=true
show_predictions(model, photographs)
show_heatmap(model, photographs)

# %% [markdown] written="why_dropout" lang="zh"
# ## 问答（10 分）
#
# 结构表里第一个全连接层的参数数是怎么算出来的？写出算式，它约占全网的几成？为什么 AlexNet 把丢弃法放在全连接层而不是卷积层？评估时为什么不能再丢弃？
# 训练时没被丢掉的数为什么要乘 2？用四到六句话回答。
#
# ### BEGIN SOLUTION
# 第一个全连接层有 256 x 7 x 7 = 12,544 个输入，4,096 个输出：12,544 x 4,096 个权重，加上 4,096 个偏置，一共 51,384,320 个参数，
# 约占全网 {{parameters:AlexNet}} 个参数的七成。参数越多，越容易把训练照片背下来；卷积核在整张图上共用，参数少，过拟合也就轻，
# 所以丢弃法放在全连接层。评估时要用完整的网络：再随机丢弃，同一张照片就会得到两个不同的答案，而且少了一半特征，判断更差。
# 训练时平均只留下一半的数，乘 2 之后，平均值与评估时一样，下一层在两种模式下看到的输入才一样大。
# ### END SOLUTION

# %% [markdown] written="why_dropout" lang="en"
# ## Written question (10 points)
#
# How is the number of parameters of the first fc layer in the table computed? Write down the calculation. About what
# fraction of the whole network is it? Why does AlexNet use dropout at the fc layers and not at the convolutions? Why must
# nothing be dropped in evaluation? Why are the numbers that are not dropped multiplied by 2 in training? Answer in four to
# six sentences.
#
# ### BEGIN SOLUTION
# The first fc layer has 256 x 7 x 7 = 12,544 inputs and 4,096 outputs. 12,544 x 4,096 weights and 4,096 biases make
# 51,384,320 parameters, about seven tenths of the {{parameters:AlexNet}} parameters of the whole network. The more
# parameters a layer has, the more easily it memorizes the training photographs. A convolution uses its few weights at every
# position of the image and overfits less, so dropout is used at the fc layers. Evaluation needs the complete network: with
# dropout the same photograph would get two different answers, each from only half of the features. In training only about
# half of the numbers are left. Multiplied by 2, they have the same mean as in evaluation, so the inputs of the next layer
# have the same size in both modes.
# ### END SOLUTION

# %% [markdown] lang="zh"
# ## 小结
#
# | 改进 | 在你的代码里 | 只在训练时起作用吗 |
# | --- | --- | --- |
# | ReLU | 五个卷积和前两个全连接层之后 | 否，评估时也要 |
# | 丢弃法 | 前两个全连接层的 ReLU 之后 | 是 |
# | 数据增强 | `augment`，由 `fit` 逐张调用 | 是 |
#
# 三样都不是全新的发明，合在一起，再加上数据和显卡，才有了 2012 年。AlexNet 的核大小、步长和通道数是一个一个试出来的，没有规律可循；
# 下一章的 VGG 给出一条简单的规则：全用 3x3 的小核，一块一块地堆起来。

# %% [markdown] lang="en"
# ## Summary
#
# | improvement | in your code | only in training? |
# | --- | --- | --- |
# | ReLU | after the five convolutions and the first two fc layers | no, also in evaluation |
# | dropout | after the ReLU of the first two fc layers | yes |
# | data augmentation | `augment`, called by `fit` for every image | yes |
#
# None of the three was entirely new. But all three together, with the data and the graphics cards, made the success of 2012
# possible. The kernel sizes, strides and channels of AlexNet were found one by one by trying and follow no rule. VGG in the
# next chapter has a simple rule: it uses only small 3x3 kernels and stacks them block by block.
