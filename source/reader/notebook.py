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
# # 读取 PALM 眼底照片
#
# **目标**：看懂数据集；写三个函数，把磁盘上的照片一批一批交给网络。
#
# 图像分类回答一个问题：这张图属于哪一类？它是计算机视觉的基础。检测还要指出物体在哪里（框），分割要给每个像素一个类别，
# 跟踪要在视频里一帧一帧地跟住同一个物体。这些任务的网络大多以一个分类网络为基础，分类做好了，它们也跟着受益。
#
# 近视很常见。度数很高时，眼球被拉长，眼底的视网膜和脉络膜会变薄、萎缩，甚至出血：这叫**病理性近视**（PM），会造成视力丧失。
# 只看度数分不出来：高度近视的人不一定有病变，所以要看眼底照片。
#
# PALM（iChallenge-PM）有 1,200 张眼底照片，训练集、验证集、测试集各 400 张。比赛时测试集的标签没有公布，后来随数据论文（Fang 等，Scientific Data 11:99，2024）一起公开了；本课只用训练集和验证集。训练照片的标签写在文件名的第一个字母里：
#
# | 字母 | 意思 | 标签 |
# | --- | --- | --- |
# | `H` | 高度近视（high myopia），没有病变 | 0 |
# | `N` | 正常（normal） | 0 |
# | `P` | 病理性近视（pathologic myopia） | 1 |
#
# 验证照片的名字以 `V` 开头，不含标签；标签在一张表格（csv）里。

# %% [markdown] lang="en"
# # Reading the PALM photographs
#
# **Goals**: know the data set; write three functions that hand the photographs on disk to a network, batch by batch.
#
# Image classification answers one question: which class does this picture belong to? It is the basis of computer
# vision. Detection also says where an object is (a box), segmentation gives a class to every pixel, and tracking follows
# one object from frame to frame. Most of their networks are built on a classification network, so what improves
# classification improves them too.
#
# Many people are short-sighted (myopic). When myopia is high, the eyeball is stretched, and the retina and choroid at its
# back may become thin, waste away or bleed: **pathologic myopia** (PM), which can destroy the eyesight. The strength of
# the glasses does not decide it: a highly myopic eye may have no damage at all. A photograph of the fundus shows it.
#
# PALM (iChallenge-PM) has 1,200 such photographs: 400 each for training, validation and test. The test labels were kept
# back during the contest and published later, with the paper that describes the data (Fang et al., Scientific Data
# 11:99, 2024); this course uses the training and the validation set only. The first letter of a training photograph's
# name tells its label:
#
# | letter | meaning | label |
# | --- | --- | --- |
# | `H` | high myopia, without damage | 0 |
# | `N` | normal | 0 |
# | `P` | pathologic myopia | 1 |
#
# The names of the validation photographs begin with `V` and say nothing about the label; the labels are in a table (csv).

# %% setup=true
import csv
import random
from collections import Counter
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np

from autograder import open_chapter, open_data
from autograder.training import show_figure

check = open_chapter("reader")
palm = open_data("palm")  # says so where these are not the real photographs

# %% [markdown] lang="zh"
# ## 看看照片
#
# `cv2.imread` 返回 `uint8 [高, 宽, 3]` 的数组，颜色顺序是 **BGR**（蓝、绿、红），matplotlib 要的是 RGB，所以画图时把最后一轴倒过来。
# 文件如果不是图片，`cv2.imread` 不报错，只返回 `None`。
#
# Windows 上还有一个坑：路径里有中文（比如用户名是“张三”）时，`cv2.imread` 打不开文件，同样返回 `None`。
# `cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)` 读出的是同一张图，在哪里都能用；你的读取器也可以这样写。

# %% [markdown] lang="en"
# ## A look at the photographs
#
# `cv2.imread` returns an array `uint8 [height, width, 3]` with the colours in the order **BGR** (blue, green, red).
# matplotlib wants RGB, so the last axis is turned round for the plot. For a file that is no image `cv2.imread` raises
# nothing: it returns `None`.
#
# Windows has another trap: where a path holds other letters than English ones, a user called 张三, say, `cv2.imread` cannot
# open the file and returns `None`, too. `cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)` reads the same picture
# and works everywhere; your reader may use it.

# %%
training_names = sorted(path.name for path in palm.training.iterdir() if not path.name.startswith("."))
print(len(training_names), Counter(name[0] for name in training_names))
figure, axes = plt.subplots(1, 3, figsize=(9, 3))
for axis, letter in zip(axes, "HNP"):
    name = next(name for name in training_names if name[0] == letter)
    img = cv2.imdecode(np.fromfile(palm.training / name, np.uint8), cv2.IMREAD_COLOR)
    axis.imshow(img[:, :, ::-1])
    axis.set_title(f"{name} {img.shape}")
    axis.axis("off")
show_figure(
    zh="三张训练照片，名字分别以 H、N、P 开头，标题是文件名和数组形状",
    en="three training photographs, named H, N and P, under file name and array shape",
)

# %% [markdown] lang="zh"
# ## 任务一：transform_img（20 分）
#
# 相机拍下的原始照片有两千像素宽，大小也不统一；课程备好的照片已经缩小到 224x224。你的函数两种都要会处理，因为网络要的是大小相同、数值在 0 附近的输入。写 `transform_img(img)`：
#
# - 输入：`uint8 [H, W, 3]`，BGR，就是 `cv2.imread` 给的；**任意大小，不一定是正方形**；
# - 输出：`float32 [3, 224, 224]`，数值在 [-1, 1]：0 变成 -1，255 变成 1；
# - 整张照片用 `cv2.resize`（默认的双线性插值）缩放，不裁剪；通道顺序不变（仍是 BGR）；
# - 先缩放后换算，或先换算后缩放，都对。

# %% [markdown] lang="en"
# ## Task 1: transform_img (20 points)
#
# The camera's photographs are about two thousand pixels wide and differ in size; those prepared for this course are
# reduced to 224x224 already. Your function must handle both, because a network needs inputs of one size with numbers
# near 0. Write `transform_img(img)`:
#
# - input: `uint8 [H, W, 3]`, BGR, as `cv2.imread` gives it; **of any size, not always square**;
# - output: `float32 [3, 224, 224]` in [-1, 1]: 0 becomes -1, 255 becomes 1;
# - the whole photograph is resized with `cv2.resize` (bilinear, its default), not cropped; the channels keep their
#   order (still BGR);
# - scaling the numbers before or after the resize are both right.


# %% task="transform_img"
def transform_img(img):
    """img: uint8 [H, W, 3], BGR, 0..255; returns float32 [3, 224, 224], BGR, in [-1, 1]."""
    # zh: TODO：缩放到 224x224，通道轴移到最前面，0..255 换算到 -1..1
    # en: TODO: resize to 224x224, move the channel axis to the front, map 0..255 to -1..1
    ### BEGIN SOLUTION
    resized = cv2.resize(img, (224, 224))  # [224, 224, 3]
    channels_first = np.transpose(resized, (2, 0, 1)).astype("float32")  # [3, 224, 224]
    return channels_first / 127.5 - 1.0
    ### END SOLUTION


# %% check="transform_img"
check("transform_img")

# %%
example = transform_img(cv2.imdecode(np.fromfile(palm.training / training_names[0], np.uint8), cv2.IMREAD_COLOR))
print(example.shape, example.dtype, example.min(), example.max())

# %% [markdown] lang="zh"
# ## 任务二：data_loader（40 分）
#
# `data_loader(datadir, batch_size=10, mode='train')` 不直接给数据，而是**返回一个函数** `reader`。每次调用 `reader()`
# 就从头读一遍，用 `yield` 一批一批给出 `(images, labels)`：
#
# - `images`：`float32 [B, 3, 224, 224]`，每张都经过 `transform_img`；`labels`：`float32 [B, 1]`（是 [B, 1]，不是 [B]）；
# - 标签看文件名的第一个字母：`H`、`N` → 0，`P` → 1；
# - 每张照片恰好出现一次；每批 `batch_size` 张，**最后不满的一批也要给出**；恰好整除时没有多余的空批；
#   `batch_size` 和照片数可以是任意正整数；
# - `mode='train'`：**每次调用** `reader()` 都把所有照片重新打乱，然后再分批；其他 mode：按文件名排序（`os.listdir` 的顺序并不固定）；
# - 评分的机器上只有 `numpy`、`cv2`、`paddle`、`matplotlib` 和 Python 标准库（没有 pandas），也只读这一份笔记本；
# - 其他开头的文件名：抛出 `ValueError`，消息里写出文件名（在调用 `data_loader` 时或读取时抛出都可以）；
# - 以点开头的文件（如 `.DS_Store`，系统自己放的）不是照片：跳过它，或者同样用写明文件名的 `ValueError` 拒绝；不要把它读成图像。

# %% [markdown] lang="en"
# ## Task 2: data_loader (40 points)
#
# `data_loader(datadir, batch_size=10, mode='train')` gives no data itself: it **returns a function** `reader`. Every
# call of `reader()` goes through the folder from the start and yields one `(images, labels)` after another:
#
# - `images`: `float32 [B, 3, 224, 224]`, each through `transform_img`; `labels`: `float32 [B, 1]` (not `[B]`);
# - the label follows from the first letter of the file name: `H`, `N` → 0, `P` → 1;
# - every photograph comes exactly once, `batch_size` to a batch; **the last short batch is yielded too**; where the
#   numbers divide evenly, there is no empty extra batch; `batch_size` and the number of photographs are any positive
#   numbers;
# - `mode='train'` shuffles all photographs again **on every call** of `reader()` and then divides them into batches; other
#   modes keep the order of sorted file names (the order of `os.listdir` is not fixed);
# - the grading machine has only `numpy`, `cv2`, `paddle`, `matplotlib` and the Python standard library (no pandas), and
#   it reads only this notebook and no other file that you wrote;
# - a name that begins otherwise: `ValueError` with the file name in its message (when `data_loader` is called or when
#   the batches are drawn, as you like);
# - a file whose name begins with a dot (`.DS_Store`; the system put it there) is no photograph: skip it, or refuse it
#   with a `ValueError` that names it; never read it as an image.


# %% task="data_loader"
def data_loader(datadir, batch_size=10, mode="train"):
    """Return reader(), which yields (float32 [B, 3, 224, 224], float32 [B, 1]); labels from the file names."""
    # zh: TODO：列出文件名并检查；写一个内部函数 reader()，逐张读取，凑满一批就 yield；返回 reader
    # en: TODO: list and check the names; write an inner function reader() that yields full batches; return it
    ### BEGIN SOLUTION
    label_of_letter = {"H": 0.0, "N": 0.0, "P": 1.0}
    names = sorted(path.name for path in Path(datadir).iterdir() if not path.name.startswith("."))
    for name in names:
        if name[0] not in label_of_letter:
            raise ValueError(f"{name}: a file name must begin with H, N or P")

    def reader():
        order = list(names)
        if mode == "train":
            random.shuffle(order)
        images, labels = [], []
        for name in order:
            content = np.fromfile(Path(datadir) / name, np.uint8)
            images.append(transform_img(cv2.imdecode(content, cv2.IMREAD_COLOR)))
            labels.append([label_of_letter[name[0]]])
            if len(images) == batch_size:
                yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")
                images, labels = [], []
        if images:
            yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")

    return reader
    ### END SOLUTION


# %% check="data_loader"
check("data_loader")

# %%
images, labels = next(data_loader(palm.training, batch_size=10, mode="train")())
print(images.shape, images.dtype, labels.shape, labels.dtype, labels.ravel())

# %% [markdown] lang="zh"
# ## 任务三：valid_data_loader（30 分）
#
# 验证集用来判断网络在没见过的照片上表现如何，不参与训练。它的标签在 csv 文件里，第一行是列名：
# `ID,imgName,Label,Fovea_X,Fovea_Y`。`imgName` 是文件名，`Label` 是 0 或 1。
#
# `valid_data_loader(datadir, csvfile, batch_size=10, mode='valid')` 和上面一样返回 `reader`，给出同样形状和类型的批：
#
# - 顺序就是 **csv 里的顺序**，不排序也不打乱（`mode` 只是为了让两个函数的调用方式一致，可以不用）；每行恰好一次；
# - 最后不满的一批也要给出；任意的 `batch_size` 和行数；
# - csv 来自不同的电脑，下面这些都会遇到，都要读得出来：文件开头有 BOM（看不见的标记，`encoding='utf-8-sig'` 会去掉它）、
#   CRLF 换行、末尾的空行、带引号的字段（引号里可能有逗号）。

# %% [markdown] lang="en"
# ## Task 3: valid_data_loader (30 points)
#
# The validation set shows how a network does on photographs that it has not seen; nothing is trained on it. Its labels
# are in a csv file whose first line names the columns: `ID,imgName,Label,Fovea_X,Fovea_Y`. `imgName` is the file
# name, `Label` is 0 or 1.
#
# `valid_data_loader(datadir, csvfile, batch_size=10, mode='valid')` returns a `reader` like the one above, with
# batches of the same shapes and types:
#
# - the order is **that of the csv**, neither sorted nor shuffled (`mode` is there so that both functions are called
#   alike; you need not use it); every row exactly once;
# - the last short batch is yielded too; `batch_size` and the number of rows are any positive numbers;
# - csv files come from many computers, and all of this must be read: a BOM at the start (an invisible mark;
#   `encoding='utf-8-sig'` takes it off), CRLF line ends, a blank last line, quoted fields (a comma may stand inside the
#   quotes).


# %% task="valid_data_loader"
def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    """Return reader(), which yields (float32 [B, 3, 224, 224], float32 [B, 1]); labels and order from the csv."""
    # zh: TODO：用 csv 模块读出文件名和标签；其余和 data_loader 相同
    # en: TODO: read names and labels with the csv module; the rest is as in data_loader
    ### BEGIN SOLUTION
    with Path(csvfile).open(encoding="utf-8-sig", newline="") as table:
        rows = [(row["imgName"], float(row["Label"])) for row in csv.DictReader(table) if row["imgName"]]

    def reader():
        images, labels = [], []
        for name, label in rows:
            content = np.fromfile(Path(datadir) / name, np.uint8)
            images.append(transform_img(cv2.imdecode(content, cv2.IMREAD_COLOR)))
            labels.append([label])
            if len(images) == batch_size:
                yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")
                images, labels = [], []
        if images:
            yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")

    return reader
    ### END SOLUTION


# %% check="valid_data_loader"
check("valid_data_loader")

# %%
images, labels = next(valid_data_loader(palm.validation, palm.labels)())
print(images.shape, images.dtype, labels.shape, labels.dtype, labels.ravel())

# %% [markdown] written="why_224" lang="zh"
# ## 问答（10 分）
#
# 为什么要把所有照片缩放到同样的 224x224？如果不缩放，哪几步会出问题？缩放又会丢失什么？用三到五句话回答。
#
# ### BEGIN SOLUTION
# 一批照片要叠成一个数组 [B, 3, 224, 224]，大小不同就叠不起来。全连接层的输入数在建网络时就定下了，由图像的大小推出，
# 所以每张照片的大小也要固定。内存和计算量随像素数增长：2,000x2,000 的照片，像素数约是 224x224 的八十倍。
# 缩小会丢失细节，例如很细的血管和很小的出血点；原来不是正方形的照片，长宽比例也会改变。
# ### END SOLUTION

# %% [markdown] written="why_224" lang="en"
# ## Written question (10 points)
#
# Why are all photographs resized to the same 224x224? Which steps would break without it, and what does the resizing
# lose? Answer in three to five sentences.
#
# ### BEGIN SOLUTION
# The photographs of a batch are put into one array [B, 3, 224, 224], which takes equal sizes. The number of inputs of an fc
# layer is fixed when the network is made and follows from the size of the image, so that size must be fixed too. Memory and
# computation grow with the number of pixels: a photograph of 2,000 x 2,000 has about eighty times those of 224x224. Lost are
# fine details, such as thin vessels and small bleedings, and the proportions of a photograph that is not square.
# ### END SOLUTION

# %% [markdown] lang="zh"
# ## 小结
#
# 训练从读取开始：形状、类型、顺序、标签，任何一处错了，网络都不会报错，只会学不好。所以请把它写对：后面每一章的眼底照片，都由你在这里写的两个读取器读出来。下一章先在手写数字上认识卷积网络。

# %% [markdown] lang="en"
# ## Summary
#
# Training begins with the reader. A wrong shape, type, order or label raises no error in the network; it only learns
# badly. So make sure it is right: in all later chapters the photographs are read by the two readers that you wrote here.
# The next chapter introduces convolutional networks, on handwritten digits.
