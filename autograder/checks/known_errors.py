"""Words for errors of Paddle, NumPy, OpenCV and Python that learners meet often: what is wrong, and what to write instead."""

from __future__ import annotations

import re

from autograder.text import Message

APART = Message(
    "raised.apart",
    zh="形状 {a} 和 {b} 的张量不能逐元素运算。",
    en="tensors of shapes {a} and {b} cannot be combined element by element.",
)
RESHAPED = Message(
    "raised.reshaped",
    zh="形状 {a} 的张量有 {size} 个数，不能变成 {b}。",
    en="a tensor of shape {a} has {size} numbers and cannot become {b}.",
)
INNER = Message(
    "raised.inner",
    zh="矩阵乘法的内侧大小不同：{a} 和 {b}。",
    en="the inner sizes of a matrix product differ: {a} and {b}.",
)
OF_PADDLE = (
    (re.compile(r"shape of X = (?P<a>\[[\d, ]*\]) and the shape of Y = (?P<b>\[[\d, ]*\])"), APART),
    (re.compile(r"X's shape = (?P<a>\[[\d, ]*\]), X's size = (?P<size>\d+), 'shape' is (?P<b>\[[-\d, ]*\])"), RESHAPED),
    (re.compile(r"Input\(X\) is \[(?P<a>\d+)\], and the \[\d\] dimension of Input\(Y\) is \[(?P<b>\d+)\]"), INNER),
)
OF_PYTHON = (
    (
        re.compile(r"name '(?P<name>[^']+)' is not defined$"),
        Message(
            "raised.unknown_name",
            zh="这里没有名字 {name}：函数和类用到的东西要作为参数传入，或者在交上来的代码里定义。",
            en="there is no {name} here: everything that functions and classes use must be an argument, or be "
            "defined in the code that you hand in.",
        ),
    ),
    (
        re.compile(r"'numpy\.ndarray' object has no attribute '(?P<name>[^']+)'"),
        Message(
            "raised.array_attribute",
            zh="这里是 NumPy 数组，不是张量，没有 {name}：用 NumPy 的函数，例如 np.abs(z)，或者先用 paddle.to_tensor(…) 转换。",
            en="this is a NumPy array, not a tensor, and has no {name}: use a function of NumPy, such as np.abs(z), or convert "
            "it with paddle.to_tensor(…) first.",
        ),
    ),
    (
        re.compile(r"'(?P<owner>[^']+)' object has no attribute '(?P<name>[^']+)'"),
        Message(
            "raised.unknown_attribute",
            zh="{owner} 没有属性 {name}：名字拼错了，或者没有在 __init__ 里创建。",
            en="{owner} has no attribute {name}: it is misspelt, or __init__ does not create it.",
        ),
    ),
    (
        re.compile(r"cannot access local variable '(?P<name>[^']+)'"),
        Message(
            "raised.unbound",
            zh="局部变量 {name} 在赋值之前就用到了。",
            en="the local variable {name} is used before it has a value.",
        ),
    ),
    (
        re.compile(r"'(int|float)' object is not (iterable|subscriptable)"),
        Message(
            "raised.number_as_list",
            zh="这里把一个数当列表用了：传进来的是一个数，不是列表。",
            en="a number is used like a list here: the value is one number, not a list.",
        ),
    ),
    (re.compile(r"division by zero"), Message("raised.division", zh="除数为零。", en="division by zero.")),
)
OF_LIBRARIES = (
    (
        re.compile(
            r"must be list of int, but got float"
            r"|must be (?:int|list|tuple)[\w ]*, but got float"
            r"|must be list or tuple\. Received: -?\d+\.\d"
            r"|'float' object cannot be interpreted as an integer"
        ),
        Message(
            "raised.float_for_integer",
            zh="这里需要整数，得到的是浮点数：除法写 //，不要写 /。",
            en="a whole number is needed here, but the value is a float: divide with // and not with /.",
        ),
    ),
    (
        re.compile(r"array is 0-dimensional, but \d+ were indexed"),
        Message(
            "raised.number_indexed",
            zh="单个数没有下标：去掉 [0]，用 .item() 取出数值。",
            en="one number has no index: write .item() in place of [0].",
        ),
    ),
    (
        re.compile(r"must be Tensor, but got numpy\.ndarray|The input x should be a Tensor"),
        Message(
            "raised.array_for_tensor",
            zh="这里需要张量，得到的却是 NumPy 数组：先用 paddle.to_tensor(…) 转换。",
            en="a tensor is needed here, but the value is a NumPy array or something else: convert it with "
            "paddle.to_tensor(…) first.",
        ),
    ),
    (
        re.compile(r"only one element tensors can be converted"),
        Message(
            "raised.item_of_many",
            zh="item() 只能用于一个数，这个张量有许多数：先求平均或求和(损失是不是写了 reduction='none'？)。",
            en="item() works for one number only, but this tensor has several: take their mean or sum first (is "
            "reduction='none' set?).",
        ),
    ),
    (
        re.compile(
            r"kernel with key \([^)]*\([^)]*\), (?P<dtype>\w+)\) of kernel `\w+` is not registered"
            r"|is not implemented for data type `(?P<type>\w+)`"
        ),
        Message(
            "raised.dtype",
            zh="这里不能用这种数据类型：用 astype 转换。cross_entropy 的标签是 int64，二元交叉熵的标签是 float32。",
            en="the data type does not fit here: convert it with astype. Labels of cross_entropy are int64, those of binary "
            "cross-entropy float32.",
        ),
    ),
    (
        re.compile(r"The TensorWrappers of \w+ do not exist"),
        Message(
            "raised.backward_again",
            zh="对同一次前向计算做了两次 backward：每一批只做一次。",
            en="backward runs a second time for the same forward pass: call it only once for each batch.",
        ),
    ),
    (
        re.compile(r"the rank of Input\(X\) is \[(?P<a>\d+)\], the rank of Input\(Label\) is \[(?P<b>\d+)\]"),
        Message(
            "raised.ranks",
            zh="logits 有 {a} 个轴，标签有 {b} 个：两者的形状要一样，例如 [N, 1]。",
            en="the logits have {a} axes and the labels {b}: both need the same shape, such as [N, 1].",
        ),
    ),
    (
        re.compile(r"label value should less than.*label value\((?P<label>-?\d+)\)"),
        Message(
            "raised.label_range",
            zh="标签 {label} 超出了范围：logits 没有这么多列。",
            en="label {label} is out of range: the logits do not have as many columns.",
        ),
    ),
    (
        re.compile(r"ProbeNetwork\.forward\(\)"),
        Message(
            "raised.model_takes_images",
            zh="model 只接受一个参数，即图像：model(images)。",
            en="the model takes one argument, the images: model(images).",
        ),
    ),
    (
        re.compile(r"super\(\)\.__init__\(\) should be called first"),
        Message(
            "raised.super_first",
            zh="__init__ 的第一行要写 super().__init__()，之后才能建层。",
            en="__init__ must begin with super().__init__(); create the layers after it.",
        ),
    ),
    (
        re.compile(r"exceptions must derive from BaseException"),
        Message(
            "raised.raised_text",
            zh='raise 后面要写一个异常，例如 raise ValueError("…")，不能是字符串。',
            en='raise takes an exception, such as raise ValueError("…"), not a text.',
        ),
    ),
    (
        re.compile(
            r"not supported between instances of '(tuple|list)' and|not supported between instances of '\w+' and '(tuple|list)'"
        ),
        Message(
            "raised.list_as_number",
            zh="这里把一个列表或元组当一个数用了：取出其中的一个，例如 c2[0]。",
            en="a list or tuple is used like one number here: take one of its numbers, such as c2[0].",
        ),
    ),
    (
        re.compile(r"'str' object is not callable"),
        Message(
            "raised.text_called",
            zh='这里把一个字符串当函数调用了：先比较它(if act == "relu")，再调用函数。',
            en='a text is called like a function: compare it (if act == "relu"), then call the function.',
        ),
    ),
    (
        re.compile(r"Unable to avoid copy while creating an array"),
        Message(
            "raised.no_copy",
            zh="从 NumPy 2 起 np.array(x, copy=False) 遇到必须复制的数据会报错：改用 np.asarray(x)。",
            en="since NumPy 2 np.array(x, copy=False) fails if the data must be copied: write np.asarray(x).",
        ),
    ),
    (
        re.compile(r"maximum recursion depth exceeded"),
        Message(
            "raised.recursion",
            zh="函数不停地调用自己：forward 里写成了 self(x)，或者把一层起了和方法一样的名字？",
            en="a function calls itself without end: does forward call self(x), or has a layer the name of a method?",
        ),
    ),
    (
        re.compile(r"axes don't match array"),
        Message(
            "raised.axes",
            zh="transpose 写出的轴数与数组的轴数不同。",
            en="transpose does not name as many axes as the array has.",
        ),
    ),
    (
        re.compile(r"^OpenCV\("),
        Message(
            "raised.opencv",
            zh="OpenCV 不能用这样的数组：它要的是 [H, W, 3] 或 [H, W]，float32 或 uint8，并且不是空的。",
            en="OpenCV cannot use such an array: it needs [height, width, 3] or [height, width], float32 or uint8, "
            "and the array must not be empty.",
        ),
    ),
    (
        re.compile(r"no_grad_?\(\) takes no arguments"),
        Message(
            "raised.no_grad_without_brackets",
            zh="装饰器 no_grad 要带括号：写成 @paddle.no_grad()。",
            en="the decorator no_grad needs its parentheses: write @paddle.no_grad().",
        ),
    ),
    (
        re.compile(r"got an unexpected keyword argument 'inplace'"),
        Message(
            "raised.inplace",
            zh="Paddle 的激活层没有参数 inplace (那是 PyTorch 的)：写成 nn.ReLU()。",
            en="activation layers of Paddle have no argument inplace, as PyTorch's have: write nn.ReLU().",
        ),
    ),
    (
        re.compile(r"^(high <= 0|low >= high)$"),
        Message(
            "raised.empty_range",
            zh="rng.integers 的范围里没有数：上限不算在内，要比下限大；窗口与图一样大时也应有一个位置，所以写成 边长 - 窗口 + 1。",
            en="the range of rng.integers has no number: its end is not included and must be larger than its start. A window as large as "
            "the picture still has one place, so write side - window + 1.",
        ),
    ),
    (
        re.compile(r"^too many values to unpack \(expected (?P<count>\d+)\)$"),
        Message(
            "raised.too_many_values",
            zh="等号左边有 {count} 个名字，右边给出的更多。paddle.max 只返回最大值，不像 PyTorch 也返回位置：位置用 paddle.argmax 求。",
            en="there are {count} names left of the equals sign, and more values on its right. paddle.max returns the largest values alone, "
            "not their places as in PyTorch: use paddle.argmax for those.",
        ),
    ),
)
OF_OPENCV = re.compile(r"^OpenCV\([^)]*\) \S+: error: ")
KNOWN = (*OF_PADDLE, *OF_PYTHON, *OF_LIBRARIES)
