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
# # LeNet 识别手写数字
#
# **目标**：用 `paddle.nn` 搭建第一个卷积网络；看清每一层的形状和参数；写训练一轮和评估两个函数；真正训练一次。
#
# 1998 年，LeCun 等人用 LeNet 读支票上的手写数字。它的骨架沿用至今：卷积提取局部特征，池化缩小尺寸，全连接层作出判断。
# 当时数据和算力都不够，卷积网络沉寂了十几年，直到 2012 年的 AlexNet。
#
# **卷积**用同一个小窗口扫过整张图，每个位置算一个加权和：参数少，而且一个特征出现在哪里都认得出。**最大池化**在每个 2x2
# 小块里只留最大的数，边长减半。**sigmoid** 把任何数压到 0 和 1 之间，给网络带来非线性。
#
# {{figure:LeNet}}
#
# 图中箭头上是每张图的形状（通道 x 高 x 宽）；下表加上批大小 N，并数出每层要训练的参数，`num_classes` 取 10：
#
# {{table:LeNet}}
#
# 卷积不填充、步长 1 时，边长 n 变成 n - k + 1，所以边长依次是 28-24-12-8-4-1。参数数一数就有：6 个 5x5 的卷积核、输入 1 个通道、
# 每个输出通道一个偏置，共 6 x (1 x 5 x 5 + 1) = 156 个；池化没有参数。整个网络有 {{parameters:LeNet}} 个参数，认一张图要做
# {{multiply_adds:LeNet}} 次乘加，几乎都花在卷积上；参数则大多在最后一个卷积里。

# %% [markdown] lang="en"
# # LeNet reads handwritten digits
#
# **Goals**: build a first convolutional network with `paddle.nn`; see the shape and the parameters of every layer;
# write one epoch of training and the evaluation; train for real.
#
# In 1998 LeCun and others read the handwritten digits on cheques with LeNet. Its skeleton is still in use:
# convolutions find local features, pools shrink the map, fully connected (fc) layers decide. There was too little data
# and computing power then, and convolutional networks stayed quiet for over a decade, until AlexNet in 2012.
#
# A **convolution** moves one small window over the whole picture and takes a weighted sum at each place: few
# parameters, and a feature is recognised wherever it stands. **Max-pooling** keeps the largest of each 2x2 square and
# halves the sides. **Sigmoid** presses any number between 0 and 1 and makes the network non-linear.
#
# {{figure:LeNet}}
#
# The arrows carry the shape for one picture (channels x height x width). The table adds the batch size N and counts
# the parameters to be trained in each layer, here with `num_classes` = 10:
#
# {{table:LeNet}}
#
# Without padding and with stride 1 a convolution turns a side n into n - k + 1: hence 28-24-12-8-4-1. Parameters can be
# counted by hand: 6 kernels of 5x5 on 1 input channel, with one bias per output channel, make
# 6 x (1 x 5 x 5 + 1) = 156; pools have none. The whole network has {{parameters:LeNet}} parameters and needs
# {{multiply_adds:LeNet}} multiply-adds for one picture, nearly all of them in the convolutions; most parameters are in
# the last convolution.

# %% setup=true
import os
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn
from safetensors.numpy import save_file

from autograder import open_chapter
from autograder.data import ensure_data, load_mnist

check = open_chapter("lenet")
course_root = next((folder for folder in Path.cwd().parents if (folder / "course.yml").is_file()), Path.cwd())

# %% [markdown] lang="zh"
# ## 任务一：LeNet（40 分）
#
# 一个网络是 `nn.Layer` 的子类：在 `__init__` 里建好各层，在 `forward(self, x)` 里写数据怎样流过它们。要求：
#
# - 结构如上表；每个卷积和全连接层都带偏置；**sigmoid 在每个卷积之后、第一个全连接层之后**，最后一层之后没有；
# - 返回 **logits**，也就是最后一层的原始输出，不做 softmax；
# - `num_classes` 可以不是 10；批大小 N 可以是任意正整数，不要写死；
# - 梯度要能从输出传到每个参数和输入，中间不要 `detach` 或转成 NumPy。
#
# **展平**：全连接层要的是矩阵 [N, K]，每个样本一行。卷积的输出是 [N, C, H, W]，把后三轴并成一轴，K = C x H x W = 120 x 1 x 1。

# %% [markdown] lang="en"
# ## Task 1: LeNet (40 points)
#
# A network is a subclass of `nn.Layer`: `__init__` makes the layers, `forward(self, x)` says how the data flows
# through them. Required:
#
# - the layers of the table; every convolution and fc layer has a bias; **sigmoid after every convolution and after the
#   first fc**, none after the last layer;
# - the result is **logits**, the bare numbers of the last layer, without softmax;
# - `num_classes` may be other than 10; the batch size N may be any, so do not write one down;
# - gradients reach every parameter and the input: no `detach`, no detour through NumPy.
#
# **Flattening**: an fc layer wants a matrix [N, K], one row per sample. The convolution gives [N, C, H, W]; its last
# three axes are merged into one, K = C x H x W = 120 x 1 x 1.


# %% task="network"
class LeNet(nn.Layer):
    """images: float32 [N, 1, 28, 28]; returns logits: float32 [N, num_classes]."""

    # zh: TODO：在 __init__ 里建层，在 forward 里连起来
    # en: TODO: make the layers in __init__, connect them in forward
    ### BEGIN SOLUTION
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2D(1, 6, 5)
        self.pool1 = nn.MaxPool2D(2, 2)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.pool2 = nn.MaxPool2D(2, 2)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.fc1 = nn.Linear(120, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.sigmoid(self.conv1(x))  # [N, 6, 24, 24]
        x = self.pool1(x)  # [N, 6, 12, 12]
        x = F.sigmoid(self.conv2(x))  # [N, 16, 8, 8]
        x = self.pool2(x)  # [N, 16, 4, 4]
        x = F.sigmoid(self.conv3(x))  # [N, 120, 1, 1]
        x = paddle.flatten(x, 1)  # [N, 120]
        x = F.sigmoid(self.fc1(x))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]

    ### END SOLUTION


# %% check="network"
check("network")

# %% [markdown] lang="zh"
# ### 子层和参数
#
# 登记在 `self` 上的层可以用 `named_sublayers()` 列出来。卷积的权重是 [输出通道, 输入通道, 高, 宽]，每个输出通道一个偏置；
# Paddle 的全连接权重是 [输入, 输出]。把一批随机图像送进去，看每一层的输出形状。

# %% [markdown] lang="en"
# ### Sublayers and parameters
#
# `named_sublayers()` lists the layers that are registered on `self`. A convolution's weights are
# [output channels, input channels, height, width], with one bias per output channel; Paddle's fc weights are
# [inputs, outputs]. Send a batch of random images through and look at each layer's output.

# %%
paddle.seed(0)
model = LeNet(num_classes=10)


def print_shapes(layer, inputs, output):
    print(f"{layer.full_name():<14} {list(inputs[0].shape)} -> {list(output.shape)}")


hooks = [layer.register_forward_post_hook(print_shapes) for _, layer in model.named_sublayers()]
logits = model(paddle.rand([3, 1, 28, 28]))
for hook in hooks:
    hook.remove()

for name, parameter in model.named_parameters():
    print(f"{name:<14} {list(parameter.shape)}")
print("trainable parameters:", sum(parameter.size for parameter in model.parameters() if not parameter.stop_gradient))

# %% [markdown] lang="zh"
# ## 任务二：train_one_epoch（20 分）
#
# 训练就是重复一件事：算损失，求梯度，让参数往损失变小的方向走一小步。`train_one_epoch(model, loader, optimizer)` 把数据过一遍：
#
# - `loader` 可以用 `for` 遍历，给出 NumPy 数组 `(images, labels)`：`float32 [B, 1, 28, 28]` 和 `int64 [B, 1]`；
#   它可能是生成器：只能遍历一次，没有 `len`；
# - 先切到训练模式；每一批都更新一次参数，梯度不能积到下一批；
# - 损失是 softmax 交叉熵。`F.cross_entropy(logits, labels)` **里面已经有 softmax**，并对这一批取平均；
# - 返回整轮损失**对样本的平均**（一个数）。各批大小可以不同，最后一批也要训练：把各批平均再平均是不对的。

# %% [markdown] lang="en"
# ## Task 2: train_one_epoch (20 points)
#
# Training repeats one thing: compute the loss, find its gradients, move the parameters a small step downhill.
# `train_one_epoch(model, loader, optimizer)` goes through the data once:
#
# - `loader` can be looped over and gives NumPy arrays `(images, labels)`: `float32 [B, 1, 28, 28]`, `int64 [B, 1]`;
#   it may be a generator, so loop only once and do not ask for its `len`;
# - train mode first; every batch updates the parameters once, and no gradient is carried into the next batch;
# - the loss is softmax cross-entropy. `F.cross_entropy(logits, labels)` **contains the softmax** and averages over
#   the batch;
# - the result is the mean loss **over samples** (one number). Batches may differ in size and the last one counts: the
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
        loss = F.cross_entropy(logits, paddle.to_tensor(labels))
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
# ## 任务三：evaluate（20 分）
#
# `evaluate(model, loader)` 返回 `(accuracy, loss)`：
#
# - 正确率是预测对的样本占**全部样本**的比例（0 到 1 的小数，不是百分数），预测是 logits 最大的一类；损失是对样本的平均；
# - 各批大小可以不同，最后一批也要算；
# - 用**评估模式**（`model.eval()`；丢弃法和批归一化在两种模式下不一样），前向时**不记录梯度**（`paddle.no_grad()`），不改参数；
# - 结束时模型的模式要和**进来时一样**：进来时在训练就恢复训练，进来时在评估就留在评估。

# %% [markdown] lang="en"
# ## Task 3: evaluate (20 points)
#
# `evaluate(model, loader)` returns `(accuracy, loss)`:
#
# - accuracy is the part of **all samples** that is predicted right (a fraction from 0 to 1, no percentage); the
#   prediction is the class with the largest logit; the loss is the mean over samples;
# - batches may differ in size, and the last one counts;
# - it runs in **eval mode** (`model.eval()`; dropout and batch norm differ between the modes), **without gradients**
#   (`paddle.no_grad()`), and changes no parameter;
# - it leaves the model **in the mode in which it found it**: train mode where it was training, else eval mode.


# %% task="evaluate"
def evaluate(model, loader):
    """Return (accuracy, loss): fraction of right predictions and mean loss, both over samples."""
    # zh: TODO：记下模式，eval()，no_grad 下累计，恢复模式
    # en: TODO: note the mode, eval(), add up under no_grad, restore the mode
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits = model(paddle.to_tensor(images))
            total += F.cross_entropy(logits, paddle.to_tensor(labels)).item() * len(images)
            right += int((logits.numpy().argmax(axis=1) == labels.reshape(-1)).sum())
            count += len(images)
    if was_training:
        model.train()
    return right / count, total / count
    ### END SOLUTION


# %% check="evaluate"
check("evaluate")

# %% [markdown] lang="zh"
# ## 训练（10 分）
#
# 下面的单元真正训练一轮，并把权重存到 `lenet.safetensors`。**把这个文件和笔记本一起提交**：评分时用它在测试集上算正确率，至少要 {{accuracy:minimum}}。
# 总猜同一个数字大约是 0.11。sigmoid 网络开头有一段损失几乎不动，之后才会下降。不够就多训练一轮，或调学习率。

# %% [markdown] lang="en"
# ## Training (10 points)
#
# The next cell trains one epoch for real and saves the weights as `lenet.safetensors`. **Hand this file in together
# with the notebook**: its accuracy on the test set must be at least {{accuracy:minimum}}. Guessing one digit for everything gives about
# 0.11. A sigmoid network's loss hardly moves at first and falls later. If it is not enough, train another epoch or
# change the learning rate.

# %% training=true
mnist_folder = ensure_data(course_root).mnist_folder
quick = os.environ.get("AUTOGRADER_QUICK") == "1"  # a rehearsal on 2,000 images


def shuffled_batches(images, labels, batch_size, generator):
    order = generator.permutation(len(images))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        yield images[chosen], labels[chosen]


paddle.seed(2026)
generator = np.random.default_rng(2026)
train_images, train_labels = load_mnist(mnist_folder, "training")
test_images, test_labels = load_mnist(mnist_folder, "test")
if quick:
    train_images, train_labels = train_images[:2000], train_labels[:2000]
    test_images, test_labels = test_images[:2000], test_labels[:2000]

model = LeNet(num_classes=10)
optimizer = paddle.optimizer.Adam(learning_rate=0.002, parameters=model.parameters())
for epoch in range(1):
    loss = train_one_epoch(model, shuffled_batches(train_images, train_labels, 32, generator), optimizer)
    accuracy, test_loss = evaluate(model, shuffled_batches(test_images, test_labels, 256, generator))
    print(f"epoch {epoch}: training loss {loss:.3f}, test loss {test_loss:.3f}, test accuracy {accuracy:.4f}")

save_file({key: value.numpy() for key, value in model.state_dict().items()}, "lenet.safetensors")

# %% check="training"
check("training")

# %% [markdown] written="why_flatten" lang="zh"
# ## 问答（10 分）
#
# 为什么卷积的输出要先展平才能进全连接层？写出 K 是怎样从 28x28 一步步算出来的。如果输入换成 32x32，哪一层要改，改成多少？

# %% [markdown] written="why_flatten" lang="en"
# ## Written question (10 points)
#
# Why must a convolution's output be flattened before an fc layer? Show how K follows from 28x28, step by step. If the
# input were 32x32, which layer would have to change, and to what?

# %% [markdown] lang="zh"
# ## 小结
#
# 三个函数和类在后面每一章都会再用：网络会变深，训练和评估的骨架不变。下一章把 LeNet 搬到眼底照片上，看看会发生什么。

# %% [markdown] lang="en"
# ## Summary
#
# The network will grow deeper, the skeleton of training and evaluation stays in every later chapter. The next one
# takes LeNet to the fundus photographs; see what happens.
