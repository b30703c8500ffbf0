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
# # LeNet 看眼底照片：为什么学不会？
#
# **目标**：把 LeNet 从 28x28 的数字搬到 224x224 的照片上，自己推出全连接层的输入数；用一个 logit 做二分类；
# 写出二分类的训练和评估；看着网络学不会，然后像医生一样找病因：提出猜想，只改一处，测量，再下结论。
#
# **病理性近视**（PM）不等于度数高。高度近视（通常指 600 度以上）的眼球被拉长，多数人戴上眼镜仍看得清楚；但有些眼睛后部的
# 脉络膜和视网膜被拉得太薄，会萎缩、开裂、长出新生血管，视力因此受损，眼镜也帮不上忙。眼底照片上能看到苍白的萎缩斑（常在视盘旁边），
# 脉络膜的血管也透了出来。早发现才能早干预，而会读片的医生不够，所以人们想让网络先筛一遍。
#
# **LeNet 在这里的位置**：它是 1998 年为小小的灰度字符设计的（当时用的是缩放过的 tanh，本课用 sigmoid）。换一种图像，
# 同样的骨架还行不行？很多教程在这一步得到的正确率停在一个数上不动，于是写道：图像太大，LeNet 不行，要换更深的网络。
# **先不要相信。** 这一章你会得到同样的结果，再自己检验这个解释。

# %% [markdown] lang="en"
# # LeNet looks at the fundus: why does it not learn?
#
# **Goals**: take LeNet from digits of 28x28 to photographs of 224x224 and derive the inputs of its first fc layer;
# decide between two classes with one logit; write training and evaluation for that; watch the network fail to learn,
# and look for the cause as a doctor would: guess, change one thing only, measure, then conclude.
#
# **Pathologic myopia** (PM) is more than strong glasses. A highly short-sighted eye (beyond about -6 dioptres) is
# stretched, and most people with such eyes see well through their glasses. But in some eyes the choroid and the retina
# at the back become so thin that they waste away, crack or grow new vessels; sight is lost, and no glasses bring it
# back. A fundus photograph shows pale wasted patches, often beside the optic disc, and the vessels of the choroid
# shine through. It should be found early, but doctors who can read such photographs are few: hence the wish to let a
# network look first.
#
# **LeNet's place here**: it was made in 1998 for small grey characters (with a scaled tanh; this course uses
# sigmoid). Does the same skeleton work on another kind of picture? Many tutorials see the accuracy stand still at this
# point, and write: the picture is too large for LeNet, take a deeper network. **Do not believe it yet.** You will get
# the same result, and then test this explanation yourself.

# %% setup=true
import os
import warnings
from collections import Counter
from pathlib import Path

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

from autograder import open_chapter
from autograder.data import ensure_data, load_images, prepare_image, training_images, validation_images
from autograder.training import Recipe, caption, fit, show_curves, show_heatmap, show_predictions

check = open_chapter("lenet_palm")
course_root = next((folder for folder in Path.cwd().parents if (folder / "course.yml").is_file()), Path.cwd())
palm = ensure_data(course_root).palm_folders

# %% [markdown] lang="zh"
# ## 照片
#
# 训练集和验证集各 400 张。训练集里 213 张是 PM（标签 1），161 张正常、26 张只是高度近视（标签 0）；验证集里 211 张是 PM。
# 有两张训练照片（都是 PM）原样出现在验证集里，读取时会把它们去掉，所以实际训练用 398 张：每批 10 张，最后一批只有 8 张。
#
# 图像就是读取器给出的样子：`float32 [3, 224, 224]`，BGR，数值在 [-1, 1]；标签是 `float32 [B, 1]`。
# 下面取十张训练照片作一批，后面的测量都用它。

# %% [markdown] lang="en"
# ## The photographs
#
# Training and validation have 400 each. Of the training photographs 213 are PM (label 1); 161 are normal and 26 only
# highly short-sighted (label 0). Of the validation photographs 211 are PM. Two training photographs, both
# PM, lie in the validation folder as well; they are left out, so 398 are trained on: batches of 10, and a last one
# of 8.
#
# The images are as your reader gives them: `float32 [3, 224, 224]`, BGR, in [-1, 1]; the labels are `float32 [B, 1]`.
# Ten training photographs make the batch below, which all later measurements use.

# %%
training, validation = training_images(palm), validation_images(palm)
print("training", len(training), Counter(entry.label for entry in training))
print("validation", len(validation), Counter(entry.label for entry in validation))


def photographs(entries):
    """Return images: float32 [N, 3, 224, 224] and labels: float32 [N, 1]."""
    images = np.stack([prepare_image(image) for image in load_images([entry.path for entry in entries])])
    return images, np.array([[entry.label] for entry in entries], dtype="float32")


batch_images, batch_labels = photographs(training[:: len(training) // 10][:10])
print(batch_images.shape, batch_images.dtype, batch_labels.shape, batch_labels.dtype)
figure, axes = plt.subplots(2, 5, figsize=(10, 4.4))
for axis, image, label in zip(axes.flat, batch_images, batch_labels, strict=True):
    axis.imshow((image[::-1].transpose(1, 2, 0) + 1) / 2)  # BGR to RGB, [-1, 1] to [0, 1]
    axis.set_title("PM" if label[0] else caption("不是 PM", "not PM"))
    axis.axis("off")
plt.show()

# %% [markdown] lang="zh"
# ## 尺寸推导
#
# 窗口边长 k、步长 s、填充 p 时，边长 n 变成 (n + 2p - k) / s 再加 1，除不尽就舍去小数。卷积是 s = 1、p = 0，
# 所以 n 变成 n - k + 1；2x2、步长 2 的池化把边长减半。
#
# 在数字上我们算过：28-24-12-8-4-1，展平后 K = 120 x 1 x 1。现在从 224 开始，层还是那些层：
#
# | 层 | 边长 |
# | --- | --- |
# | 输入 | 224 |
# | 卷积 5x5 | 224 - 5 + 1 = ？ |
# | 池化 2x2，步长 2 | ？ |
# | 卷积 5x5 | ？ |
# | 池化 2x2，步长 2 | ？ |
# | 卷积 4x4 | ？ |
# | 展平 | K = C x H x W = ？ |
#
# 先在纸上填完，再用下面的函数核对（把 28 换成 224）。填完想一想：哪些层的参数会变多，哪些不会？

# %% [markdown] lang="en"
# ## The arithmetic of sizes
#
# A window of side k with stride s and padding p turns a side n into (n + 2p - k) / s, rounded down, plus 1. The
# convolutions here have s = 1 and p = 0, so n becomes n - k + 1; a 2x2 pool with stride 2 halves the side.
#
# For digits that gave 28-24-12-8-4-1 and K = 120 x 1 x 1 after flattening. Now start at 224, with the same layers:
#
# | layer | side |
# | --- | --- |
# | input | 224 |
# | convolution 5x5 | 224 - 5 + 1 = ? |
# | pool 2x2, stride 2 | ? |
# | convolution 5x5 | ? |
# | pool 2x2, stride 2 | ? |
# | convolution 4x4 | ? |
# | flatten | K = C x H x W = ? |
#
# Fill it in on paper, then compare with the function below (put 224 for 28). And before you go on: which layers get
# more parameters by this, and which do not?


# %%
def side_after(side, kernel_size, stride=1, padding=0):
    """Return the side of what a convolution or a pool makes of an input with this side, in pixels."""
    return (side + 2 * padding - kernel_size) // stride + 1


sides = [28]
for kernel_size, stride in [(5, 1), (2, 2), (5, 1), (2, 2), (4, 1)]:
    sides.append(side_after(sides[-1], kernel_size, stride))
print(sides)

# %% [markdown] lang="zh"
# ## 任务一：LeNet（30 分）
#
# 写出照片用的 LeNet。和数字用的那个相比，想清楚三处：输入通道数、第一个全连接层的输入数、最后一层的宽度。要求：
#
# - 卷积 6 个 5x5，最大池化 2x2；卷积 16 个 5x5，最大池化 2x2；卷积 120 个 4x4；全连接 64；全连接 num_classes。
#   卷积不填充、步长 1，每个卷积和全连接层都带偏置；不在网络里缩小图像，不另加池化；
# - **sigmoid 一共四处**：三个卷积之后各一次，第一个全连接层之后一次；最后一层之后没有；
# - 展平按通道、高、宽的顺序（就是张量原来的顺序）；
# - 返回 **logits**，形状 [N, num_classes]；`num_classes` 默认 1，也可以是别的数；批大小 N 任意，不要写死；
# - 层登记在 `self` 上（或用 Sequential、LayerList）；梯度要能传到每个参数和输入，中间不要 `detach` 或转成 NumPy。

# %% [markdown] lang="en"
# ## Task 1: LeNet (30 points)
#
# Write the LeNet for photographs. Three places differ from the one for digits: the input channels, the inputs of the
# first fc layer, the width of the last layer. Required:
#
# - convolution 6 of 5x5, max-pool 2x2; convolution 16 of 5x5, max-pool 2x2; convolution 120 of 4x4; fc 64;
#   fc num_classes. Convolutions have no padding and stride 1; every convolution and fc layer has a bias; the network
#   does not shrink the image first, and has no further pool;
# - **sigmoid in four places**: after each of the three convolutions and after the first fc; none after the last layer;
# - flattening keeps the order channel, height, width (the order in which the tensor lies);
# - the result is **logits**, [N, num_classes]; `num_classes` is 1 unless told, and may be another number; the batch size
#   N may be any, so do not write one down;
# - layers are registered on `self` (or in a Sequential or LayerList); gradients reach every parameter and the input:
#   no `detach`, no detour through NumPy.


# %% task="network"
class LeNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        # zh: TODO：建层；第一个全连接层有多少输入？
        # en: TODO: make the layers; how many inputs has the first fc?
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2D(3, 6, 5)
        self.pool1 = nn.MaxPool2D(2, 2)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.pool2 = nn.MaxPool2D(2, 2)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.fc1 = nn.Linear(120 * 50 * 50, 64)
        self.fc2 = nn.Linear(64, num_classes)
        ### END SOLUTION

    def forward(self, x):
        # zh: TODO：把层连起来，在注释里写下每一步的形状
        # en: TODO: connect the layers, and note the shape after each step
        ### BEGIN SOLUTION
        x = F.sigmoid(self.conv1(x))  # [N, 6, 220, 220]
        x = self.pool1(x)  # [N, 6, 110, 110]
        x = F.sigmoid(self.conv2(x))  # [N, 16, 106, 106]
        x = self.pool2(x)  # [N, 16, 53, 53]
        x = F.sigmoid(self.conv3(x))  # [N, 120, 50, 50]
        x = paddle.flatten(x, 1)  # [N, 300000]
        x = F.sigmoid(self.fc1(x))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]
        ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# ### 对一对答案
#
# {{figure:LeNet}}
#
# {{table:LeNet}}
#
# 一共 {{parameters:LeNet}} 个参数，一张照片要 {{multiply_adds:LeNet}} 次乘加。下面把一批真实照片送进你的网络，
# 打印每层的形状和参数，再看第一个全连接层占多大比例。卷积的参数个数与图像大小无关，变多的只是那一个矩阵。

# %% [markdown] lang="en"
# ### Compare
#
# {{figure:LeNet}}
#
# {{table:LeNet}}
#
# That is {{parameters:LeNet}} parameters, and {{multiply_adds:LeNet}} multiply-adds for one photograph. The next cell
# sends a batch of real photographs through your network, prints shapes and parameters of every layer, and tells which
# share the largest of them holds. The parameters of a convolution do not depend on the size of the picture; what has
# grown is one matrix.

# %%
paddle.seed(0)
model = LeNet(num_classes=1)


def print_shapes(layer, inputs, output):
    print(f"{layer.full_name():<14} {list(inputs[0].shape)} -> {list(output.shape)}")


hooks = [layer.register_forward_post_hook(print_shapes) for _, layer in model.named_sublayers()]
with paddle.no_grad():
    first_logits = model(paddle.to_tensor(batch_images))
for hook in hooks:
    hook.remove()

sizes = {name: parameter.size for name, parameter in model.named_parameters()}
for name, size in sizes.items():
    print(f"{name:<14} {size:>12,}")
largest = max(sizes, key=sizes.get)
print(f"all: {sum(sizes.values()):,}; {largest} alone holds {sizes[largest] / sum(sizes.values()):.2%}")

# %% [markdown] lang="zh"
# ## 一个 logit 就够
#
# 两类之间作选择，一个数就够了。网络给每张照片一个 logit z，sigmoid 把它变成概率 p = 1 / (1 + exp(-z))：这张照片是 PM 的可能性。
# 概率 0.5 正好对应 **logit 0**：z > 0 判为 PM，z < 0 判为不是。
#
# 损失是**二元交叉熵**：标签 1 的照片付出 -log(p)，标签 0 的付出 -log(1 - p)。自信又错了，代价最大。
# `F.binary_cross_entropy_with_logits(logits, labels)` 直接从 logit 计算，**里面已经有 sigmoid**，并对这一批取平均；
# 它要求 logits 和 labels 形状相同、都是浮点数，[B, 1] 正合适。
#
# 为什么不先算概率再取对数？看下面：logit 是 120 而标签是 0 时，float32 的 p 已经等于 1，1 - p 等于 0，信息丢了
# （Paddle 把 log(0) 截断成 -100，梯度也没了）；从 logit 直接算就没有这个问题。

# %% [markdown] lang="en"
# ## One logit is enough
#
# A choice between two classes needs one number. The network gives each photograph a logit z, and sigmoid turns it into
# a probability p = 1 / (1 + exp(-z)): how likely this photograph is PM. Probability 0.5 is exactly **logit 0**: z > 0
# says PM, z < 0 says not PM.
#
# The loss is **binary cross-entropy**: a photograph with label 1 costs -log(p), one with label 0 costs -log(1 - p).
# Confident and wrong is what costs most. `F.binary_cross_entropy_with_logits(logits, labels)` starts from the logit,
# **contains the sigmoid**, and averages over the batch; it wants logits and labels of one shape, both floating point:
# [B, 1] is just right.
#
# Why not take the probability first and then its logarithm? See below: at logit 120 and label 0 the float32 p is 1
# already and 1 - p is 0, so what was known is lost (Paddle cuts log(0) off at -100, and the gradient is gone too).
# Computed from the logit, nothing is lost.

# %%
for z in (-4.0, -1.0, 0.0, 0.5, 1.0, 4.0):
    print(f"logit {z:>4}: probability {F.sigmoid(paddle.to_tensor(z)).item():.3f}")

confident, wrong = paddle.to_tensor([[120.0]]), paddle.to_tensor([[0.0]])
print("p =", F.sigmoid(confident).item(), " loss from p:", F.binary_cross_entropy(F.sigmoid(confident), wrong).item())
print("loss from the logit:", F.binary_cross_entropy_with_logits(confident, wrong).item())

# %% [markdown] lang="zh"
# ## 任务二：train_one_epoch（18 分）
#
# `train_one_epoch(model, loader, optimizer)` 把数据过一遍，骨架和上一章相同，损失换成二元交叉熵：
#
# - `loader` 可以用 `for` 遍历，给出 NumPy 数组 `(images, labels)`：图像 `float32`，标签 **`float32 [B, 1]`**，值是 0 或 1；
#   它可能是生成器：只能遍历一次，没有 `len`；
# - 先切到训练模式；每一批都更新一次参数，梯度不能积到下一批；
# - 模型返回 logits `[B, 1]`，不要在损失之前再做 sigmoid；
# - 返回整轮损失**对样本的平均**（一个数）。最后一批可能较小，也要训练；把各批的平均再平均是不对的。

# %% [markdown] lang="en"
# ## Task 2: train_one_epoch (18 points)
#
# `train_one_epoch(model, loader, optimizer)` goes through the data once; the skeleton is that of the last chapter, the
# loss is binary cross-entropy:
#
# - `loader` can be looped over and gives NumPy arrays `(images, labels)`: images `float32`, labels **`float32 [B, 1]`**,
#   0 or 1; it may be a generator, so loop only once and do not ask for its `len`;
# - train mode first; every batch updates the parameters once, and no gradient is carried into the next batch;
# - the model returns logits `[B, 1]`; take no sigmoid before the loss;
# - the result is the mean loss **over samples** (one number). The last batch may be smaller and is trained on too; the
#   mean of the batch means is another number.


# %% task="train_one_epoch"
def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
    # zh: TODO：训练模式；每批：前向、损失、反向、更新、清梯度；累计损失 x 样本数
    # en: TODO: train mode; per batch: forward, loss, backward, step, clear; add up loss x samples
    ### BEGIN SOLUTION
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        logits = model(paddle.to_tensor(images))
        loss = F.binary_cross_entropy_with_logits(logits, paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
    ### END SOLUTION


# %% check="train_one_epoch"
check("train_one_epoch")

# %% [markdown] lang="zh"
# ## 一个可疑的数：0.4675
#
# 公开的笔记本里，这个网络的正确率常常是 0.4675，不管训练过没有，也不管是什么网络。下面用**随机**的 logits 重现它。
# 上一章用 argmax 取最大的一类；可是只有一列时，argmax 永远是第 0 列，也就是永远回答“不是 PM”。
# 这样得到的数是标签 0 的比例，与网络无关；而且 0.4675 是**训练**文件夹里的比例，说明评估时还用错了文件夹。两个错误叠在一起，程序却不报错。
#
# 记住另外两个数：在验证集上永远回答“不是 PM”得多少，永远回答“PM”得多少。任何正确率都要先和它们比一比。

# %% [markdown] lang="en"
# ## A suspicious number: 0.4675
#
# In public notebooks the accuracy of this network is often 0.4675, trained or not, whatever the network. The next cell
# gets it from **random** logits. The last chapter took the largest class with argmax; but of one column argmax is
# always column 0, that is, always the answer "not PM". What comes out is the share of label 0 and has nothing to do
# with the network; and 0.4675 is that share in the **training** folder, so the evaluation read the wrong folder as
# well. Two mistakes on top of each other, and no error message.
#
# Keep two other numbers in mind: what "never PM" and what "always PM" score on the validation photographs. Compare
# every accuracy with them first.

# %%
training_labels = np.array([entry.label for entry in training_images(palm, leave_out_leaks=False)])
validation_labels = np.array([entry.label for entry in validation])
random_logits = np.random.default_rng(0).normal(size=(len(training_labels), 1))  # a network that knows nothing
print("argmax of one column:", random_logits.argmax(axis=1)[:12], "...")
print("argmax, training folder:", (random_logits.argmax(axis=1) == training_labels).mean())
print("never PM, validation:", (validation_labels == 0).mean(), " always PM:", (validation_labels == 1).mean())

# %% [markdown] lang="zh"
# ## 任务三：evaluate（18 分）
#
# `evaluate(model, loader)` 返回 `(accuracy, loss)`：
#
# - 概率超过 **0.5** 判为 1，否则判为 0（注意：logit 和概率的门槛不是同一个数；不要用 argmax）；
# - 正确率是判对的样本占**全部样本**的比例（0 到 1 的小数），标签 1 和 0 判对都算；
# - 损失与训练时相同（二元交叉熵，只做一次 sigmoid），对**样本**取平均；
# - `loader` 和上面一样：标签 `float32 [B, 1]`；可能只能遍历一次；各批大小可以不同，最后一批（哪怕只有一张）也要算；
#   小心 `[B]` 与 `[B, 1]` 相比会广播成 `[B, B]`；
# - 用**评估模式**，前向时**不记录梯度**，不改参数；结束时模型的模式和**进来时一样**。

# %% [markdown] lang="en"
# ## Task 3: evaluate (18 points)
#
# `evaluate(model, loader)` returns `(accuracy, loss)`:
#
# - a probability above **0.5** means 1, otherwise 0 (the threshold for the logit is another number than that for the
#   probability; no argmax);
# - accuracy is the part of **all samples** that is judged right (a fraction from 0 to 1), those with label 1 and those
#   with label 0;
# - the loss is that of training (binary cross-entropy, one sigmoid only), averaged over **samples**;
# - `loader` is as above: labels `float32 [B, 1]`; perhaps for one pass only; batches may differ in size, and the last
#   one counts, even if it holds a single photograph. Beware: `[B]` compared with `[B, 1]` broadcasts to `[B, B]`;
# - it runs in **eval mode**, **without recording gradients**, and changes no parameter; it leaves the model in the
#   **mode in which it found it**.


# %% task="evaluate"
def evaluate(model, loader):
    """Return (accuracy, loss): fraction of right predictions and mean loss, both over samples."""
    # zh: TODO：记下模式，eval()，no_grad 下累计，恢复模式；门槛是多少？
    # en: TODO: note the mode, eval(), add up under no_grad, restore the mode; which threshold?
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits = model(paddle.to_tensor(images))
            total += F.binary_cross_entropy_with_logits(logits, paddle.to_tensor(labels)).item() * len(images)
            predicted = logits.numpy() > 0  # probability above 0.5
            right += int((predicted == (labels > 0.5)).sum())
            count += len(images)
    if was_training:
        model.train()
    return right / count, total / count
    ### END SOLUTION


# %% check="evaluate"
check("evaluate")

# %% [markdown] lang="zh"
# ### AUC：不问门槛，只问排序
#
# 正确率取决于门槛。**AUC** 不用门槛：随机取一张 PM 和一张不是 PM 的照片，PM 的那张得分更高的可能性是多少（一样高算一半）。
# 1 是完全排对，0.5 等于瞎猜。看三个只有六张照片的例子：第一个排序完全正确，只是分数整体偏低，正确率就只有 0.5；
# 第二个对所有照片给同样的分数，正确率也是 0.5，可它什么也没学到。AUC 分得清这两种情况。

# %% [markdown] lang="en"
# ### AUC: no threshold, only order
#
# Accuracy depends on the threshold. **AUC** needs none: draw one photograph with PM and one without; how likely does
# the one with PM have the higher score (a tie counts half)? 1 is a perfect order, 0.5 is guessing. Three examples of six
# photographs each: the first has a perfect order but all scores too low, and its accuracy is only 0.5; the second
# gives every photograph the same score, its accuracy is 0.5 as well, and it has learnt nothing. AUC tells them apart.


# %%
def auc(scores, labels):
    """Return the fraction of pairs (PM, not PM) in which PM has the higher score; ties count half. Both arrays: [N]."""
    with_pm, without = scores[labels == 1][:, None], scores[labels == 0]
    return float((with_pm > without).mean() + (with_pm == without).mean() / 2)


six_labels = np.array([1, 1, 1, 0, 0, 0])
examples = {
    "good order, all too low": [0.45, 0.40, 0.35, 0.20, 0.10, 0.05],
    "the same for all": [0.53, 0.53, 0.53, 0.53, 0.53, 0.53],
    "one pair the wrong way": [0.90, 0.80, 0.40, 0.60, 0.20, 0.10],
}
for name, probabilities in examples.items():
    probabilities = np.array(probabilities)
    accuracy = ((probabilities > 0.5) == six_labels).mean()
    print(f"{name:<24} accuracy {accuracy:.3f}  AUC {auc(probabilities, six_labels):.3f}")

# %% [markdown] lang="zh"
# ## 第一次训练：sigmoid
#
# `fit` 用**你写的** `train_one_epoch` 和 `evaluate` 训练五轮（2 个 CPU 核每轮约 27 秒，五轮两分多钟；GPU 上几秒一轮），显示进度，
# 每轮在验证集上评估一次；内核重启后可以接着训练。运行之前先猜：损失会怎样变化？正确率会停在哪里？
#
# 每轮有两组数字：训练数字来自训练照片，网络可以把它们背下来；验证数字来自没有参与训练的照片，才说明学到了规律。
# 训练损失一路下降而验证损失回升，就是过拟合。

# %% [markdown] lang="en"
# ## First training: sigmoid
#
# `fit` trains five epochs with **your** `train_one_epoch` and `evaluate` (about 27 s an epoch on 2 CPU cores, so a good
# two minutes; a few seconds an epoch on a GPU), shows its progress, evaluates on the validation photographs after each
# epoch, and goes on where it was when the kernel restarts. Guess before you run it: how will the loss move, and where
# will the accuracy stand?
#
# Every epoch gives two sets of figures. Training figures come from the training photographs, which a network can learn
# by heart; validation figures come from photographs that took no part in training, and only they show that something
# general was learnt. Where the training loss falls on and the validation loss rises again, the network overfits.

# %% training=true
recipe = Recipe(epochs=5, batch_size=10, learning_rate=0.001, momentum=0.9, seed=1)
paddle.seed(recipe.seed)
sigmoid_model = LeNet(num_classes=1)
sigmoid_history = fit(
    sigmoid_model, palm, recipe, weights="sigmoid.safetensors", train_one_epoch=train_one_epoch, evaluate=evaluate
)
show_curves(sigmoid_history)

# %% [markdown] lang="zh"
# ## 找病因
#
# 正确率停在 0.5275，就是前面“永远回答 PM”的那个数（211 / 400）；个别轮也可能是“永远回答不是 PM”的那个。再看它给验证照片的概率：几乎是同一个数。它没有在看照片。
#
# 两种猜想：
#
# 1. **图像太大**，LeNet 处理不了（常见的说法）；
# 2. **激活函数**有问题。
#
# 怎样区分？**只改一处**：图像大小、层、参数个数、初始值、数据、学习率都不变，只把 sigmoid 换成 ReLU。如果第一种猜想对，换了也没用。
#
# ReLU 就是 max(x, 0)：负数变 0，正数不变。它在 2010 年前后被用到深度网络里，2012 年的 AlexNet 让它成为默认选择。
# 下面画出两个函数和它们的**斜率**。反向传播时，梯度每经过一个激活函数，就要乘一次它的斜率。

# %% [markdown] lang="en"
# ## Looking for the cause
#
# The accuracy stands at 0.5275: the number of "always PM" from above (211 / 400); in some epoch it may be that of
# "never PM". Look at the probabilities that it gives to validation photographs: almost one and the same. It does not
# look at the picture.
#
# Two guesses:
#
# 1. **the picture is too large** for LeNet (what is often said);
# 2. it is **the activation**.
#
# How to tell? **Change one thing only**: the size of the picture, the layers, the number of parameters, their first
# values, the photographs and the learning rate stay; only sigmoid becomes ReLU. If the first guess were right, that
# would not help.
#
# ReLU is max(x, 0): negative numbers become 0, positive ones stay. It came into deep networks around 2010, and AlexNet
# made it the usual choice in 2012. The second cell draws both functions with their **slopes**. On the way back, a
# gradient is multiplied by the slope of every activation that it passes.

# %% training=true
quick = os.environ.get("AUTOGRADER_QUICK") == "1"  # a rehearsal on few photographs
validation_images_shown, validation_labels_shown = photographs(validation[:40] if quick else validation)


def logits_of(network, images, batch_size=50):
    """Return the logits, float32 [N], of images: float32 [N, 3, 224, 224], in eval mode."""
    network.eval()
    with paddle.no_grad():
        parts = [
            network(paddle.to_tensor(images[start : start + batch_size])).numpy()
            for start in range(0, len(images), batch_size)
        ]
    return np.concatenate(parts)[:, 0]


sigmoid_logits = logits_of(sigmoid_model, validation_images_shown)
sigmoid_probabilities = 1 / (1 + np.exp(-sigmoid_logits))
print(f"probabilities of {len(sigmoid_logits)} validation photographs:")
print(f"from {sigmoid_probabilities.min():.6f} to {sigmoid_probabilities.max():.6f}")

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 3))
for axis, (name, activation) in zip(axes, {"sigmoid": F.sigmoid, "ReLU": F.relu}.items(), strict=True):
    points = paddle.linspace(-6, 6, 240)
    points.stop_gradient = False
    heights = activation(points)
    (slopes,) = paddle.grad(heights.sum(), points)
    axis.plot(points.numpy(), heights.numpy(), label=name)
    axis.plot(
        points.numpy(),
        slopes.numpy(),
        "--",
        label=caption("斜率，最大", "slope, at most") + f" {slopes.max().item():.2f}",
    )
    axis.set_ylim(-0.1, 2)
    axis.legend()
plt.show()
print("four sigmoids on the way back multiply the gradient by at most", 0.25**4)

# %% [markdown] lang="zh"
# ## 任务四：LeNetReLU（14 分）
#
# 写 `LeNetReLU`：和 `LeNet` 完全相同的层（参数个数也相同），**每个 sigmoid 都换成 ReLU，别的都不变**：
#
# - ReLU 在三个卷积之后各一次，第一个全连接层之后一次；最后一层之后没有（logit 必须能是负数）；
# - 不加批归一化，不加丢弃法；`num_classes`、批大小和梯度的要求与任务一相同。
#
# 下面的类**继承**了你的 `LeNet`，`__init__` 已经有了，只需重写 `forward`。也可以换一种写法，比如从 `nn.Layer` 重新写起。

# %% [markdown] lang="en"
# ## Task 4: LeNetReLU (14 points)
#
# Write `LeNetReLU`: exactly the layers of `LeNet` (and as many parameters), with **ReLU for every sigmoid and nothing
# else changed**:
#
# - ReLU after each of the three convolutions and after the first fc; none after the last layer (a logit must be able to
#   be negative);
# - no batch norm and no dropout; `num_classes`, batch size and gradients as in task 1.
#
# The class below **inherits** from your `LeNet`: it has `__init__` already, and only `forward` is new. Other ways are
# welcome too, such as starting again from `nn.Layer`.


# %% task="relu"
class LeNetReLU(LeNet):
    """The layers of LeNet with ReLU; images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    # zh: TODO：重写 forward，在四处用 ReLU
    # en: TODO: write forward anew, with ReLU in four places
    ### BEGIN SOLUTION
    def forward(self, x):
        x = self.pool1(F.relu(self.conv1(x)))  # [N, 6, 110, 110]
        x = self.pool2(F.relu(self.conv2(x)))  # [N, 16, 53, 53]
        x = F.relu(self.conv3(x))  # [N, 120, 50, 50]
        x = F.relu(self.fc1(paddle.flatten(x, 1)))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]

    ### END SOLUTION


# %% check="relu"
check("relu")

# %% [markdown] lang="zh"
# ## 测量一：梯度有多大，照片之间有多不同
#
# 两个网络用同一个种子初始化，看同样的十张照片，各做一次前向和反向。对每一层测两个量：
#
# - **权重梯度的大小**（均方根）：这一层从这批照片学到的东西，经过多少衰减还剩多少？
# - **照片之间的差异**：同一个输出位置，换一张照片会变多少（标准差，再取平均）？最后一层的差异就是 logit 的差异。
#
# 纵轴是对数刻度：差一格就是十倍。

# %% [markdown] lang="en"
# ## Measurement 1: how large are the gradients, how different the photographs
#
# Both networks start from one seed and look at the same ten photographs, once forward and once backward. Two figures
# for every layer:
#
# - **the size of its weights' gradient** (root mean square): of what this batch has to teach, how much arrives here?
# - **the difference between photographs**: how much does one place of the output change from photograph to photograph
#   (standard deviation, averaged over the places)? In the last layer that is the difference between logits.
#
# The vertical axes are logarithmic: one step is a factor of ten.


# %%
def layer_figures(network, images, labels):
    """Return two dicts, by layer: root mean square of the weights' gradient; outputs before activation, [N, ...]."""
    layers = {name: layer for name, layer in network.named_sublayers() if isinstance(layer, (nn.Conv2D, nn.Linear))}
    outputs = {}

    def keep(name):
        return lambda _layer, _inputs, output: outputs.update({name: output.numpy()})

    hooks = [layer.register_forward_post_hook(keep(name)) for name, layer in layers.items()]
    F.binary_cross_entropy_with_logits(network(paddle.to_tensor(images)), paddle.to_tensor(labels)).backward()
    for hook in hooks:
        hook.remove()
    gradients = {name: float(np.sqrt((layers[name].weight.grad.numpy() ** 2).mean())) for name in outputs}
    network.clear_gradients()
    return gradients, outputs


figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
for network_class in (LeNet, LeNetReLU):
    paddle.seed(1)
    gradients, outputs = layer_figures(network_class(num_classes=1), batch_images, batch_labels)
    differences = {name: float(output.std(axis=0).mean()) for name, output in outputs.items()}
    left.semilogy(list(gradients), list(gradients.values()), "o-", label=network_class.__name__)
    right.semilogy(list(differences), list(differences.values()), "o-", label=network_class.__name__)
    for name in outputs:
        print(
            f"{network_class.__name__:<10} {name:<8} gradient {gradients[name]:.1e}  difference {differences[name]:.1e}"
        )
left.set_title(caption("权重梯度的大小", "size of the weights' gradient"))
right.set_title(caption("照片之间的差别", "difference between photographs"))
left.legend()
plt.show()

# %% [markdown] lang="zh"
# ## 测量二：训练过的 sigmoid 网络
#
# 再看训练过的 sigmoid 网络：第一个全连接层在激活之前的输出有多大？在那里 sigmoid 的斜率还剩多少？
#
# 提示：刚初始化时，第三个卷积之后的 sigmoid 输出**全都在 0.5 附近，而且都是正数**；它们有几十万个，把第一个全连接层的每个输出往同一个方向推。

# %% [markdown] lang="en"
# ## Measurement 2: the trained sigmoid network
#
# Now the trained sigmoid network: how large are the outputs of its first fc before the activation, and how much slope
# has sigmoid left there?
#
# A hint: in a fresh network what comes out of the sigmoid after convolution 3 is **near 0.5 everywhere, and positive**;
# there are some hundred thousand such numbers, and they push each output of the first fc in one direction.

# %% training=true
paddle.seed(1)
for name, network in {"fresh": LeNet(num_classes=1), "trained": sigmoid_model}.items():
    _, outputs = layer_figures(network, batch_images, batch_labels)
    before_activation = list(outputs.values())[-2]
    activated = 1 / (1 + np.exp(-before_activation))
    print(
        f"{name:<8} first fc: median size {np.median(np.abs(before_activation)):.2f}, "
        f"median slope of sigmoid {np.median(activated * (1 - activated)):.1e}, "
        f"difference between logits {list(outputs.values())[-1].std():.1e}"
    )

# %% [markdown] lang="zh"
# ## 第二次训练：ReLU（10 分）
#
# 同样的配方，同样的种子，只有激活函数不同。权重存到 `lenet_palm.safetensors`，**把它和笔记本一起提交**：评分时把它装进你的
# `LeNetReLU()`，用验证照片计算正确率，至少要 {{accuracy:minimum}}。（`sigmoid.safetensors` 不用交。）
#
# 我们在真实照片上测到的是：sigmoid 五轮都停在 0.5275，ReLU 达到 0.92 到 0.94。你的数字每轮会上下波动，`fit` 保留最好的一轮；
# 不够就再训练几轮，或换一个种子。

# %% [markdown] lang="en"
# ## Second training: ReLU (10 points)
#
# The same recipe and the same seed; only the activation differs. The weights go to `lenet_palm.safetensors`. **Hand
# this file in together with the notebook**: the grader loads it into your `LeNetReLU()` and computes the accuracy on the
# validation photographs; at least {{accuracy:minimum}} is asked. (`sigmoid.safetensors` stays with you.)
#
# On the real photographs we measured: sigmoid stays at 0.5275 for all five epochs, ReLU reaches 0.92 to 0.94. Your
# figure will move up and down from epoch to epoch, and `fit` keeps the best one; if it is not enough, train some more
# epochs or take another seed.

# %% training=true
paddle.seed(recipe.seed)
model = LeNetReLU(num_classes=1)
history = fit(model, palm, recipe, weights="lenet_palm.safetensors", train_one_epoch=train_one_epoch, evaluate=evaluate)
show_curves(history)

# %% check="training"
check("training")

# %% [markdown] lang="zh"
# ### 比较两个网络
#
# 下面打印两个网络在验证照片上的正确率和 AUC，并画出它们给两类照片的概率。

# %% [markdown] lang="en"
# ### Compare the two
#
# The next cell prints accuracy and AUC of both networks on the validation photographs, and draws the probabilities that
# they give to either class.

# %% training=true
figure, axes = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
logits_by_network = {"LeNet": sigmoid_logits, "LeNetReLU": logits_of(model, validation_images_shown)}
for axis, (name, shown_logits) in zip(axes, logits_by_network.items(), strict=True):
    probabilities, flat_labels = 1 / (1 + np.exp(-shown_logits)), validation_labels_shown[:, 0]
    accuracy = ((probabilities > 0.5) == flat_labels).mean()
    print(f"{name:<10} accuracy {accuracy:.4f}  AUC {auc(shown_logits, flat_labels):.4f}")
    for label, title in ((0, caption("不是 PM", "not PM")), (1, "PM")):
        axis.hist(probabilities[flat_labels == label], bins=np.linspace(0, 1, 21), alpha=0.6, label=title)
    axis.axvline(0.5, color="black", linestyle=":")
    axis.set_title(name)
    axis.set_xlabel(caption("PM 的概率", "probability of PM"))
axes[0].legend()
plt.show()

# %% training=true
show_predictions(model, palm)  # right, wrong and most unsure
show_heatmap(model, palm)  # where the network looks

# %% [markdown] lang="zh"
# ### 怎样读这些数字
#
# - 只换了激活函数，图像大小没变，网络就学会了。所以“图像太大”**单独**解释不了学不会；
# - 0.9 听起来很高，但要和别的方法比：永远回答 PM 得 0.5275；把照片缩成 32x32，用最简单的岭回归也能到 0.93 左右。
#   这个数据集上，亮度和颜色就透露了很多，所以光看正确率证明不了多少：还要看 AUC，看哪些照片错了，看热图落在哪里；
# - sigmoid 网络的 logits 差别极小，它的 AUC 可能碰巧远离 0.5，哪怕概率几乎一样。排序和门槛是两回事；
# - 400 张验证照片里，多对四张就是 0.01；两次训练相差 0.02 不能说明什么。

# %% [markdown] lang="en"
# ### How to read these figures
#
# - With another activation and the same size of picture the network learns. So "the picture is too large" **alone** does
#   not explain why it failed;
# - 0.9 sounds high, but compare: always answering PM scores 0.5275, and a plain ridge regression on thumbnails of 32x32
#   reaches about 0.93. In this data set brightness and colour tell much already, so accuracy alone proves little: look
#   at the AUC, at the photographs that went wrong, at where the heat lies;
# - the logits of the sigmoid network hardly differ, and yet its AUC may happen to lie far from 0.5, although the
#   probabilities are almost the same. Order and threshold are two things;
# - of 400 validation photographs four more are 0.01; two trainings that are 0.02 apart prove nothing.

# %% [markdown] written="why_relu" lang="zh"
# ## 问答（10 分）
#
# 用**你自己测到的数字**解释，为什么 sigmoid 网络停在 0.5275，而 ReLU 网络学会了。回答要包括：
#
# 1. 0.5275 是怎样来的，网络在做什么；
# 2. 从最后一层往回看，两个网络的梯度怎样变化，为什么；
# 3. 照片之间的差异在两个网络里各剩多少，训练后的第一个全连接层发生了什么；
# 4. “图像太大”这个解释对不对，你的实验为什么能（或不能）排除它。

# %% [markdown] written="why_relu" lang="en"
# ## Written question (10 points)
#
# Explain with **the figures that you measured** why the sigmoid network stays at 0.5275 and the ReLU network learns.
# Say:
#
# 1. where 0.5275 comes from, and what the network is doing;
# 2. how the gradients change from the last layer back to the first in both networks, and why;
# 3. how much difference between photographs is left in each, and what happened to the first fc by training;
# 4. whether "the picture is too large" is right, and why your experiment can (or cannot) rule it out.

# %% [markdown] lang="zh"
# ## 小结
#
# | 看到的 | 说明 |
# | --- | --- |
# | 换了图像大小，只有第一个全连接层变大 | 卷积的参数与图像大小无关 |
# | 一个 logit，门槛是概率 0.5 | 门槛不同，正确率就不同；AUC 只看排序 |
# | 0.4675、0.5275 | 与网络无关的数字；先和它们比 |
# | 同样的层，sigmoid 不学，ReLU 学 | 一次只改一处，才知道原因 |
#
# 几乎全部参数都在一个矩阵里，训练照片却只有几百张，这样的网络很容易把照片背下来。下一章的 AlexNet 更深更宽，
# 看它用什么办法对付这个问题。

# %% [markdown] lang="en"
# ## Summary
#
# | what you saw | what it says |
# | --- | --- |
# | with the size of the picture only the first fc grew | a convolution's parameters do not depend on that size |
# | one logit, threshold at probability 0.5 | accuracy depends on the threshold, AUC on the order alone |
# | 0.4675, 0.5275 | figures that need no network: compare with them first |
# | the same layers: sigmoid does not learn, ReLU does | change one thing at a time, and you know the cause |
#
# Nearly all parameters lie in one matrix, and there are only a few hundred photographs: such a network easily learns
# them by heart. AlexNet in the next chapter is deeper and wider; see what it does about that.
