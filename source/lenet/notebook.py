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
# **目标**：用 `paddle.nn` 搭建第一个卷积网络；看清每一层的形状和参数；写训练一轮和评估两个函数；真正训练一次；
# 把权重和优化器的状态存下来、读回去，接着训练；看看网络错在哪里、学到了什么。
#
# 1998 年，LeCun 等人用 LeNet 读支票上的手写数字。它的骨架沿用至今：卷积提取局部特征，池化缩小尺寸，全连接层作出判断。
# 当时数据和算力都不够，卷积网络沉寂了十几年，直到 2012 年的 AlexNet。
#
# **卷积**用同一个小窗口扫过整张图，每个位置算一个加权和：参数少，而且一个特征出现在哪里都认得出。**最大池化**在每个 2x2
# 小块里只留最大的数，边长减半。**sigmoid** 即 $\sigma(z) = 1 / (1 + e^{-z})$，把任何数变成 0 和 1 之间的数，给网络带来非线性。
#
# {{figure:LeNet}}
#
# 图中箭头上是每张图的形状（通道 x 高 x 宽）；下表加上批大小 N，并数出每层要训练的参数，`num_classes` 取 10：
#
# {{table:LeNet}}
#
# 卷积不填充、步长 1 时，边长 $n$ 变成 $n - k + 1$（$k$ 是卷积核的边长），所以边长依次是 28-24-12-8-4-1。参数数一数就有：6 个 5x5 的卷积核、输入 1 个通道、
# 每个输出通道一个偏置，共 $6 \times (1 \times 5 \times 5 + 1) = 156$ 个；池化没有参数。整个网络有 {{parameters:LeNet}} 个参数，认一张图要做
# {{multiply_adds:LeNet}} 次乘加，几乎都花在卷积上；参数则大多在最后一个卷积里。

# %% [markdown] lang="en"
# # LeNet reads handwritten digits
#
# **Goals**: build your first convolutional network with `paddle.nn`; look at the shapes and the parameters of every layer;
# write the two functions for one epoch of training and for the evaluation; train the network for real; save the weights and
# the state of the optimizer, load them and continue the training; see which digits the network confuses and what it has
# learned.
#
# In 1998 LeCun and others used LeNet to read the handwritten digits on cheques. Its structure is still in use today:
# convolutions extract local features, pooling layers reduce the size of the feature maps, and fully connected (fc) layers
# make the decision. At that time there was too little data and too little computing power. Convolutional networks were
# hardly used for more than a decade, until AlexNet in 2012.
#
# A **convolution** moves one small window over the whole image and computes a weighted sum at each position. It needs few
# parameters, and it recognizes a feature wherever the feature is in the image. **Max-pooling** keeps only the largest
# number of each 2x2 square, so it halves the sides. **Sigmoid**, $\sigma(z) = 1 / (1 + e^{-z})$, maps every number to a
# number between 0 and 1. It makes the network non-linear.
#
# {{figure:LeNet}}
#
# The arrows in the figure show the shape for one image (channels x height x width). The table below adds the batch size N.
# It also gives the number of trainable parameters of each layer, for `num_classes` = 10:
#
# {{table:LeNet}}
#
# A convolution without padding and with stride 1 turns a side of $n$ into $n - k + 1$, where $k$ is the side of the kernel.
# The sides are therefore 28-24-12-8-4-1. You can count the parameters by hand: there are 6 kernels of 5x5 on 1 input
# channel, and one bias for each output channel, which makes $6 \times (1 \times 5 \times 5 + 1) = 156$. Pooling layers have
# no parameters. The whole network has {{parameters:LeNet}} parameters and needs {{multiply_adds:LeNet}} multiply-adds for
# one image. Nearly all of the multiply-adds are in the convolutions; most of the parameters are in the last convolution.

# %% setup=true
import os
import warnings
from itertools import islice

warnings.filterwarnings("ignore", message="No ccache found")  # Paddle says so at import; it does not matter here
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn
from safetensors.numpy import load_file

from autograder import open_chapter, open_data, own_id, own_seed
from autograder.training import caption, save_weights, show_figure

check = open_chapter("lenet")

# %% [markdown] lang="zh"
# ## 任务一：LeNet（40 分）
#
# 一个网络是 `nn.Layer` 的子类：在 `__init__` 里建好各层，在 `forward(self, x)` 里写数据怎样流过它们。要求：
#
# - 结构如上表；卷积用 `nn.Conv2D`，全连接层用 `nn.Linear`（参数的形状才对得上；自己建形状相同的参数也可以），自己一层一层搭，不取 `paddle.vision.models` 里现成的；
# - 评分的机器上只有 `paddle`、`numpy`、`cv2`、`matplotlib` 和 Python 标准库，也只读这一份笔记本：自己写的其他文件不会一起读；
# - 每个卷积和全连接层都带偏置；**sigmoid 在每个卷积之后、第一个全连接层之后**，最后一层之后没有；
# - 返回 **logits**，也就是最后一层的原始输出，不做 softmax；
# - `num_classes` 可以不是 10；批大小 N 可以是任意正整数，不要写死；
# - 梯度要能从输出传到每个参数和输入，中间不要 `detach` 或转成 NumPy。
#
# **展平**：全连接层要的是矩阵 [N, K]，每个样本一行。卷积的输出是 [N, C, H, W]，把后三轴并成一轴，$K = C \times H \times W = 120 \times 1 \times 1$。

# %% [markdown] lang="en"
# ## Task 1: LeNet (40 points)
#
# A network is a subclass of `nn.Layer`. Its `__init__` creates the layers, and its `forward(self, x)` says how the data
# flows through them. Requirements:
#
# - Build the layers of the table one by one; do not take a ready-made network from `paddle.vision.models`. Convolutions are
#   `nn.Conv2D` and fc layers are `nn.Linear`, so that the parameters have the expected shapes.
#   Parameters of your own with the same shapes will do, too.
# - The grading machine has only `paddle`, `numpy`, `cv2`, `matplotlib` and the Python standard library. It reads only this
#   notebook and no other file that you wrote.
# - Every convolution and every fc layer has a bias. **Sigmoid follows every convolution and the first fc layer**; nothing
#   follows the last layer.
# - The result is **logits**, the raw output of the last layer, without softmax.
# - `num_classes` may be other than 10, and the batch size N may be any positive number. Do not write either of them into
#   the code.
# - Gradients must reach every parameter and the input: use no `detach`, and do not convert to NumPy on the way.
#
# **Flattening**: an fc layer takes a matrix [N, K] with one row per sample. The output of a convolution is [N, C, H, W].
# Merge its last three axes into one, so that $K = C \times H \times W = 120 \times 1 \times 1$.


# %% task="network"
class LeNet(nn.Layer):
    """images: float32 [N, 1, 28, 28]; returns logits: float32 [N, num_classes]."""

    # zh: TODO：在 __init__ 里建层，在 forward 里连起来
    # en: TODO: create the layers in __init__ and connect them in forward
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
# `named_sublayers()` lists the layers that are registered on `self`. The weights of a convolution have the shape [output
# channels, input channels, height, width], and there is one bias per output channel. In Paddle the weights of an fc layer
# have the shape [inputs, outputs]. The next cell sends a batch of random images through the network and prints the output
# shape of each layer.

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
# - 先切到训练模式；按 `loader` 给出的顺序，每一批用 `optimizer.step()` 更新一次参数：梯度就用 `backward` 算出的，不裁剪也不缩放，也不能积到下一批；
# - 损失是 softmax 交叉熵：正确类别 $y$ 的概率越小，损失 $-\log \dfrac{e^{z_y}}{\sum_k e^{z_k}}$ 越大。`F.cross_entropy(logits, labels)`
#   **里面已经有 softmax**，并对这一批取平均；
# - 返回整轮损失**对样本的平均**（一个数；只含这一个数的张量、数组或列表也可以）。各批大小可以不同，最后一批也要训练，它可能只有一个样本：把各批平均再平均是不对的。

# %% [markdown] lang="en"
# ## Task 2: train_one_epoch (20 points)
#
# Training repeats three steps: compute the loss, compute its gradients, and move the parameters a small step in the
# direction that makes the loss smaller. `train_one_epoch(model, loader, optimizer)` goes through the data once:
#
# - You can loop over `loader` with `for`. It yields NumPy arrays `(images, labels)`: `float32 [B, 1, 28, 28]` and
#   `int64 [B, 1]`. It may be a generator: then you can loop over it only once, and it has no `len`.
# - Switch the model to train mode first. Take the batches in the order of `loader`. Every batch updates the parameters once,
#   by `optimizer.step()`, with the gradients as `backward` gives them (neither clipped nor scaled). No gradient may remain
#   for the next batch.
# - The loss is softmax cross-entropy: the smaller the probability of the correct class $y$, the larger the loss
#   $-\log \dfrac{e^{z_y}}{\sum_k e^{z_k}}$. `F.cross_entropy(logits, labels)` **already contains the softmax** and averages
#   over the batch.
# - Return the mean loss **over samples**, as one number (a tensor, array or list with this number alone will do). Batches may
#   differ in size, and the last batch is trained on too; it may be a single sample. The mean of the batch means would be
#   wrong.


# %% task="train_one_epoch"
def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
    # zh: TODO：训练模式；每批：前向、损失、反向、更新、清梯度；累计损失 x 样本数
    # en: TODO: train mode; for each batch: forward, loss, backward, step, clear_grad; add up loss x samples
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
# - 准确率是预测对的样本占**全部样本**的比例（0 到 1 的小数，不是百分数），预测是 logits 最大的一类；损失是对样本的平均；
# - 各批大小可以不同，最后一批也要算；
# - 用**评估模式**（`model.eval()`；丢弃法和批归一化在两种模式下不一样），前向时**不记录梯度**（`paddle.no_grad()`），不改参数；
# - 结束时模型的模式要和**进来时一样**：进来时在训练就恢复训练，进来时在评估就留在评估。

# %% [markdown] lang="en"
# ## Task 3: evaluate (20 points)
#
# `evaluate(model, loader)` returns `(accuracy, loss)`:
#
# - The accuracy is the fraction of **all samples** that is predicted correctly. It is a number from 0 to 1, not a
#   percentage. The prediction is the class with the largest logit. The loss is the mean over samples.
# - Batches may differ in size, and the last batch counts too.
# - Evaluate in **eval mode** (`model.eval()`), because dropout and batch norm behave differently in the two modes. Run the
#   forward pass **without gradients** (`paddle.no_grad()`), and change no parameter.
# - At the end the model is **in the same mode as before the call**: in train mode if it was in train mode, otherwise in
#   eval mode.


# %% task="evaluate"
def evaluate(model, loader):
    """Return (accuracy, loss): fraction of right predictions and mean loss, both over samples."""
    # zh: TODO：记下模式，eval()，no_grad 下累计，恢复模式
    # en: TODO: remember the mode, call eval(), add up under no_grad, restore the mode
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
# ## 数字长什么样
#
# MNIST 有 60,000 张训练数字和 10,000 张测试数字，都是 28x28 的灰度图，这里把灰度变成 0 到 1 的小数。测试数字只用来得出最后的结果。

# %% [markdown] lang="en"
# ## The digits
#
# MNIST has 60,000 training digits and 10,000 test digits. They are grey images of 28x28, and here the grey values are
# numbers from 0 to 1. The test digits are used only for the final result.

# %%
mnist = open_data("mnist")  # says so where these are not the real digits
quick = os.environ.get("AUTOGRADER_QUICK") == "1"  # a rehearsal on 2,000 images
train_images, train_labels = mnist.load("training")
test_images, test_labels = mnist.load("test")
if quick:
    train_images, train_labels = train_images[:2000], train_labels[:2000]
    test_images, test_labels = test_images[:2000], test_labels[:2000]
print(train_images.shape, train_images.dtype, train_labels.shape, train_labels.dtype)


def shuffled_batches(images, labels, batch_size, generator):
    """Yield all images once, in a new order, with their labels."""
    order = generator.permutation(len(images))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        yield images[chosen], labels[chosen]


figure, axes = plt.subplots(3, 10, figsize=(10, 3.6), layout="constrained")
for digit, column in enumerate(axes.T):
    found = train_images[train_labels[:, 0] == digit][:3]
    for axis, image in zip(column, found, strict=False):
        axis.imshow(image[0], cmap="gray")
    column[0].set_title(digit)
for axis in axes.flat:
    axis.axis("off")
show_figure(
    zh="训练集里 0 到 9 的数字，每个数字三张，一列一个数字",
    en="digits 0 to 9 of the training set, three of each, one column for each digit",
)

# %% [markdown] lang="zh"
# ## 训练（10 分）
#
# 下面的单元真正训练一轮，并把权重存到 `lenet.safetensors`。**把这个文件和笔记本一起提交**：评分时用它在测试集上算准确率，至少要 {{accuracy:minimum}}。
# 总猜同一个数字只有 {{accuracy:constant}}，我们测到 {{recorded:lenet.runs.each.best.accuracy}}（十个种子，2 个 CPU 核上最快的一轮 {{time:lenet.epoch}}）。
# 10,000 张测试数字上，0.97 的准确率大约有 ±{{interval:0.97.10000}} 的误差（95% 置信区间）。不够就多训练一轮，或调学习率。
#
# **种子是你自己的**：`own_seed` 由学号算出它。权重的初值和数字的顺序都随种子而变，所以每个人训练出的网络不同，准确率却都差不多；权重文件里记着种子。
#
# 一轮有 1,875 步。下面每 125 步调用一次你的 `train_one_epoch`，记下这一段的平均损失，好画出曲线：sigmoid 网络开头有一段损失几乎不动，
# 之后才会下降。

# %% [markdown] lang="en"
# ## Training (10 points)
#
# The next cell trains the network for one epoch and saves the weights as `lenet.safetensors`. **Hand in this file together
# with the notebook**: grading uses it to compute the accuracy on the test set, which must be at least {{accuracy:minimum}}.
# Answering the same digit for every image gives {{accuracy:constant}}; we measured
# {{recorded:lenet.runs.each.best.accuracy}} (ten seeds; the fastest epoch took {{time:lenet.epoch}} on 2 CPU cores). On
# 10,000 test digits an accuracy of 0.97 has an error of about ±{{interval:0.97.10000}} (95% confidence interval). If your
# accuracy is too low, train for another epoch or change the learning rate.
#
# **The seed is your own**: `own_seed` computes it from your student id. The initial weights and the order of the digits
# depend on the seed. So every student trains a different network, but the accuracies are about the same. The weights file
# records the seed.
#
# One epoch has 1,875 steps. The cell calls your `train_one_epoch` for 125 steps at a time and records the mean loss of each
# part, so that it can draw a curve. The loss of a network with sigmoid hardly changes at first and falls later.

# %% training=true
# zh: 在网上的笔记本里，要在引号里写上学号：种子由学号算出，每人不同；写一次就记住了
# en: in a hosted notebook, write your student id between the quotes once; your seed is computed from it and differs from those of others
own_id("")
seed = own_seed("lenet", 2026)
paddle.seed(seed)
generator = np.random.default_rng(seed)
model = LeNet(num_classes=10)
optimizer = paddle.optimizer.Adam(learning_rate=0.002, parameters=model.parameters())
steps, losses = [0], []
for epoch in range(1):
    batches = shuffled_batches(train_images, train_labels, 32, generator)
    while part := list(islice(batches, 125)):
        losses.append(train_one_epoch(model, part, optimizer))
        steps.append(steps[-1] + len(part))
    accuracy, test_loss = evaluate(model, shuffled_batches(test_images, test_labels, 256, generator))
    print(f"epoch {epoch + 1}: training loss {losses[-1]:.3f}, test loss {test_loss:.3f}, test accuracy {accuracy:.4f}")

save_weights(model, "lenet.safetensors", seed=seed, data=mnist.origin, accuracy=accuracy, rehearsal=quick)

figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.plot(steps[1:], losses, "o-")
axis.axhline(
    np.log(10), color="grey", linestyle=":", label=caption("十类各猜十分之一", "probability 0.1 for each digit")
)
axis.set_title(caption("训练损失，每 125 步的平均", "training loss, mean over 125 steps"))
axis.set_xlabel(caption("步", "step"))
axis.set_ylim(bottom=0)
axis.legend()
show_figure(
    zh="训练损失随步数的曲线，虚线是每类都猜十分之一时的损失",
    en="training loss by step; the dotted line is the loss when each digit gets the probability 0.1",
)

# %% check="training"
check("training")

# %% [markdown] lang="zh"
# ### 错在哪里：混淆矩阵
#
# 一个准确率说不出网络把什么认成了什么。**混淆矩阵**的每一行是真实的数字，每一列是预测的数字，格子里是张数：对角线上是认对的，
# 其余都是错的。哪两个数字最容易混？想想它们的写法。

# %% [markdown] lang="en"
# ### Where it is wrong: the confusion matrix
#
# The accuracy alone does not say which digits the network confuses. In the **confusion matrix** each row is a true digit,
# each column is a predicted digit, and each cell holds the number of images. The images on the diagonal are classified
# correctly; all others are wrong. Which two digits are confused most often? Think of how people write them.

# %% training=true
model.eval()
with paddle.no_grad():
    predicted = np.concatenate(
        [
            model(paddle.to_tensor(test_images[k : k + 256])).numpy().argmax(axis=1)
            for k in range(0, len(test_images), 256)
        ]
    )
confusion = np.zeros((10, 10), dtype=int)
np.add.at(confusion, (test_labels[:, 0], predicted), 1)

figure, axis = plt.subplots(figsize=(6, 5.4), layout="constrained")
shade = np.log1p(confusion)  # makes rare mistakes visible as well
axis.imshow(shade, cmap="Blues", vmin=0, vmax=7)
for true, row in enumerate(confusion):
    for guess, count in enumerate(row):
        axis.text(
            guess,
            true,
            count,
            ha="center",
            va="center",
            color="white" if shade[true, guess] > 3.5 else "black",
            fontsize=8,
        )
axis.set_xticks(range(10))
axis.set_yticks(range(10))
axis.set_xlabel(caption("预测", "predicted"))
axis.set_ylabel(caption("真实", "true"))
axis.set_title(caption("测试数字的混淆矩阵", "confusion matrix of the test digits"))
show_figure(
    zh=f"混淆矩阵：行是真实数字，列是预测，{np.trace(confusion)} 张在对角线上",
    en=f"confusion matrix: rows are true digits, columns are predicted digits; {np.trace(confusion)} images on the diagonal",
)

# %% [markdown] lang="zh"
# ### 学到了什么：卷积核和特征图
#
# 第一个卷积有 6 个 5x5 的卷积核。上面一行是卷积核（红色为正，蓝色为负），下面一行是它们在同一个数字上给出的特征图：
# 有的对竖线反应强，有的对横线，有的对边缘的一侧。没有人告诉网络要找笔画，这是从损失里学来的。

# %% [markdown] lang="en"
# ### What it has learned: kernels and feature maps
#
# The first convolution has 6 kernels of 5x5. The upper row shows the kernels (red is positive, blue is negative). The lower
# row shows the feature maps that they compute from one digit. Some kernels respond to vertical lines, others to horizontal
# lines or to one side of an edge. Nobody told the network to look for strokes; it learned this from the loss.

# %% training=true
first = next(layer for layer in model.sublayers() if isinstance(layer, nn.Conv2D))
kernels = first.weight.numpy()[:, 0]  # [6, 5, 5]
with paddle.no_grad():
    maps = F.sigmoid(first(paddle.to_tensor(test_images[:1]))).numpy()[0]  # [6, 24, 24]
largest = np.abs(kernels).max()
figure, axes = plt.subplots(2, len(kernels), figsize=(10, 3.8), layout="constrained")
for number, (above, below) in enumerate(axes.T):
    above.imshow(kernels[number], cmap="RdBu_r", vmin=-largest, vmax=largest)
    above.set_title(caption("卷积核", "kernel") + f" {number + 1}")
    below.imshow(maps[number], cmap="gray")
for axis in axes.flat:
    axis.axis("off")
show_figure(
    zh="上面一行是六个 5x5 的卷积核，下面一行是它们在一个数字上的特征图",
    en="upper row: six kernels of 5x5; lower row: the feature maps that they compute from one digit",
)

# %% [markdown] lang="zh"
# ## 存下来，读回去，接着训练
#
# 训练可能要几个小时，内核会重启，机器会断电。要存的有**两样**：
#
# - **网络的权重**：`model.state_dict()`，用 `paddle.save` 存成 `.pdparams`，或像上面那样存成 safetensors。只做预测，有它就够了；
# - **优化器的状态**：`optimizer.state_dict()`，存成 `.pdopt`。Adam 为每个参数记着梯度的滑动平均，动量法记着速度；
#   丢了它，优化器就从头积累，接着训练的结果不同。
#
# 还有一个容易忽略的地方：Paddle 的优化器按参数的**名字**认领状态，而名字里的编号随着创建的层不断增加。
# 在同一个内核里再造一个网络，名字就对不上，状态装不回去。`paddle.utils.unique_name.guard()` 里编号从 0 开始，和内核刚启动时一样。
#
# 下面训练 20 步，存盘，再训练 20 步，记下损失；然后从文件恢复，再做同样的 20 步，一次带着优化器的状态，一次不带。

# %% [markdown] lang="en"
# ## Save, load and continue
#
# Training may take hours; a kernel may restart, and a machine may lose power. You must save **two** things:
#
# - **The weights of the network**: `model.state_dict()`. Save it with `paddle.save` as `.pdparams`, or as safetensors as
#   above. The weights are enough for predictions.
# - **The state of the optimizer**: `optimizer.state_dict()`. Save it as `.pdopt`. Adam keeps a running mean of the
#   gradients of each parameter, and momentum keeps a velocity. Without this state the optimizer starts from zero, and the
#   training continues differently.
#
# One more point is easily overlooked. Paddle's optimizer finds its state by the **names** of the parameters, and the
# numbers in these names increase with every layer that is created. A second network in the same kernel therefore has other
# names, and the saved state does not fit it. Inside `paddle.utils.unique_name.guard()` the numbers start at 0, as in a
# kernel that has just started.
#
# The next cell trains 20 steps, saves the state, trains 20 more steps and prints the loss. Then it restores the state from
# the files and repeats the same 20 steps, once with the state of the optimizer and once without it.


# %% training=true
def twenty_steps(start):
    """Yield the same 20 batches on every call."""
    for k in range(start, start + 20):
        yield train_images[32 * k : 32 * k + 32], train_labels[32 * k : 32 * k + 32]


def network_and_optimizer():
    network = LeNet(num_classes=10)
    return network, paddle.optimizer.Adam(learning_rate=0.002, parameters=network.parameters())


with paddle.utils.unique_name.guard():  # names as in a kernel that has just started
    network, adam = network_and_optimizer()
    train_one_epoch(network, twenty_steps(0), adam)
    paddle.save(network.state_dict(), "half_way.pdparams")
    paddle.save(adam.state_dict(), "half_way.pdopt")
    print("without a break:      ", train_one_epoch(network, twenty_steps(20), adam))

with paddle.utils.unique_name.guard():
    network, adam = network_and_optimizer()
    network.set_state_dict(paddle.load("half_way.pdparams"))
    adam.set_state_dict(paddle.load("half_way.pdopt"))
    print("weights and optimizer:", train_one_epoch(network, twenty_steps(20), adam))

with paddle.utils.unique_name.guard():
    network, adam = network_and_optimizer()
    network.set_state_dict(paddle.load("half_way.pdparams"))
    print("weights alone:        ", train_one_epoch(network, twenty_steps(20), adam))

# %% [markdown] lang="zh"
# 权重加上优化器状态，接着训练的损失与没有中断时**完全一样**；只有权重，就不一样。以后的 `fit` 替你做这件事：每隔一会儿存一个检查点，
# 内核重启后运行同一个单元，就从那里接着训练。
#
# 读回交上去的权重，核对准确率。评分时也是这样读的：装进一个新的 `LeNet`，名字和形状都要对得上。

# %% [markdown] lang="en"
# With the weights and the state of the optimizer, the training continues with **exactly** the same loss as without an
# interruption. With the weights alone the loss is different. In later chapters `fit` does this for you: it saves a
# checkpoint from time to time, and if you run the same cell again after the kernel restarts, the training continues from
# the checkpoint.
#
# Now load the weights that you hand in and compare the accuracy. Grading does the same: it loads them into a new `LeNet`,
# so the names and the shapes must fit.

# %% training=true
loaded = LeNet(num_classes=10)
loaded.set_state_dict({key: paddle.to_tensor(value) for key, value in load_file("lenet.safetensors").items()})
print("accuracy before and after:", accuracy, evaluate(loaded, [(test_images, test_labels)])[0])

# %% [markdown] written="why_flatten" lang="zh"
# ## 问答（10 分）
#
# 为什么卷积的输出要先展平才能进全连接层？写出 K 是怎样从 28x28 一步步算出来的。如果输入换成 32x32，哪一层要改，改成多少？
#
# ### BEGIN SOLUTION
# 全连接层做的是矩阵乘法：输入 [N, K]，每个样本一行，乘上权重 [K, 输出数]。卷积给出的是 [N, C, H, W]，要把后三轴并成一轴，
# $K = C \times H \times W$；样本轴 N 不能并进去，否则不同样本的数会混在一行里。
#
# 边长：28 经过 5x5 卷积是 24，池化后 12，再卷积是 8，池化后 4，4x4 卷积后是 1，所以 $K = 120 \times 1 \times 1 = 120$。
#
# 输入 32x32 时，边长是 32-28-14-10-5-2，$K = 120 \times 2 \times 2 = 480$：要改的是第一个全连接层，输入从 120 改成 480。卷积的参数与图像大小无关，不用改。
# ### END SOLUTION

# %% [markdown] written="why_flatten" lang="en"
# ## Written question (10 points)
#
# Why must the output of a convolution be flattened before it goes into an fc layer? Show step by step how K follows from
# 28x28. If the input were 32x32, which layer would have to change, and what would its new size be?
#
# ### BEGIN SOLUTION
# An fc layer multiplies matrices: an input [N, K] with one row per sample, times weights [K, outputs]. A convolution gives
# [N, C, H, W], so its last three axes are merged into one, $K = C \times H \times W$. The sample axis N must not be merged:
# otherwise the numbers of different samples would be mixed in one row.
#
# The side 28 becomes 24 after the 5x5 convolution, 12 after the pooling layer, 8 after the next convolution, 4 after the
# pooling layer and 1 after the 4x4 convolution. Hence $K = 120 \times 1 \times 1 = 120$.
#
# With an input of 32x32 the sides are 32-28-14-10-5-2, and $K = 120 \times 2 \times 2 = 480$. The first fc layer must
# change from 120 inputs to 480. The convolutions do not change, because their parameters do not depend on the size of the
# image.
# ### END SOLUTION

# %% [markdown] lang="zh"
# ## 小结
#
# 网络会变深，训练和评估的骨架不变。下一章把 LeNet 搬到眼底照片上：照片由你在 `reader` 里写的读取器读出，循环换成二分类的损失再写一次；
# 从那以后，每一章的 `fit` 用的都是你写的读取器和循环。

# %% [markdown] lang="en"
# ## Summary
#
# The networks become deeper in the next chapters, but the structure of training and evaluation stays the same. The next
# chapter applies LeNet to fundus photographs. The reader that you wrote in the chapter `reader` reads the photographs, and
# you write the two functions once more, with the loss for two classes. From then on, `fit` in every chapter uses your
# reader, your training function and your evaluation function.
