"""What is said of a network: sizes, values, gradients, and the layer at which its values part from the reference's."""

from __future__ import annotations

from autograder.checks.shapes import FROZEN, REPLACED
from autograder.text import Message

OUTPUT_SIZE = Message(
    "network.output_size",
    zh="{call} 的输入为 {shape} 时得到 {got}，应为 {wanted}。{where}",
    en="{call} on an input of {shape} gave {got}, expected {wanted}. {where}",
)
OUTPUT_SHAPE = Message(
    "network.output_shape",
    zh="{call} 的输出形状不对。",
    en="{call}: the output has a wrong shape.",
)
ONLY_NEAR = Message(
    "network.only_near",
    zh="{call} 只在数值较小时与参考网络一致，数值很大时输出不同：某个激活函数有上限或别的分段 (如 relu6、clip)。",
    en="{call} agrees with the reference for small numbers, but for large numbers the outputs differ: an "
    "activation function has an upper bound or another bend (such as relu6 or clip).",
)
OUTPUTS_DIFFER = Message(
    "network.outputs_differ",
    zh="把同样的参数填入 {call} 和参考网络，输出不同：层的顺序、激活函数或池化与要求不符。",
    en="With the same parameters {call} and the reference give different outputs: the order of layers, an "
    "activation or a pooling layer is not as required.",
)
OTHER_IN_TRAINING = Message(
    "network.other_in_training",
    zh="{call} 在评估模式下的输出正确，在训练模式下却不同：这里不用丢弃法，也不用批归一化。",
    en="{call} gives the right outputs in eval mode and other ones in train mode: neither dropout nor batch norm belongs here.",
)
TAKE_NO_PART = Message(
    "network.take_no_part",
    zh="{call} 有 {count} 个可训练参数得不到梯度：它们没有参与计算，或者被 detach、no_grad、转成 NumPy 切断了。",
    en="{count} trainable parameters of {call} get no gradient: they are not used, or detach, no_grad or a "
    "conversion to NumPy cuts the gradient off.",
)
GRADIENTS_DIFFER = Message(
    "network.gradients_differ",
    zh="{call} 的梯度与参考不同。",
    en="{call}: the gradient differs from the reference.",
)
PARAMETER_COUNT = Message(
    "network.parameter_count",
    zh="{call} 有 {count:,} 个可训练参数，应为 {wanted:,} 个。{which}",
    en="{call} has {count:,} trainable parameters, expected {wanted:,}. {which}",
)
KINDS = {
    "conv": Message("steps.conv", zh="卷积 {name}", en="the convolution {name}"),
    "linear": Message("steps.linear", zh="全连接层 {name}", en="the fc layer {name}"),
}
NUMBERED = Message("steps.numbered", zh="(第 {place} 个)", en="number {place}")
OF_ITS_OWN = Message(
    "steps.of_its_own",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{layer} 得到的数值是对的，给出的却不对。核对它的 stride、padding、dilation。",
    en="With the same parameters {call} and the reference give different outputs. The difference begins here: "
    "{layer} gets the right values, but its output is wrong. Check its stride, padding and dilation.",
)
OTHER_SIZE = Message(
    "steps.other_size",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{layer} 得到的数值是对的，输出的大小是 {got}，应为 {wanted}。"
    "核对它的 stride、padding、dilation。",
    en="With the same parameters {call} and the reference give different outputs. The difference begins here: "
    "{layer} gets the right values, but its output is {got}, expected {wanted}. Check its stride, padding and "
    "dilation.",
)
INPUT_CHANGED = Message(
    "steps.input_changed",
    zh="参数相同时，{call} 的输出与参考网络不同，第一层就已经不同：{layer} 得到的不是原来的输入。"
    "在它之前不要转置、reshape、翻转或缩放输入：图像已经是 [N, C, H, W]。",
    en="With the same parameters {call} and the reference give different outputs. They differ from the first layer "
    "on: {layer} does not get the input as it came. Do not transpose, reshape, flip or scale the input before "
    "this layer: images already have the shape [N, C, H, W].",
)
BETWEEN = Message(
    "steps.between",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{before}{layer} 得到的{sizes}却不对。"
    "核对它前面的激活函数、池化、归一化、展平，以及送进来的是哪个张量。",
    en="With the same parameters {call} and the reference give different outputs. The difference begins here: "
    "{before}{layer} does not get the right input{sizes}. Check what comes before it: activation, pooling, "
    "norm, flattening, or which tensor goes in.",
)
BEFORE = Message(
    "steps.before",
    zh="在它之前调用的各层给出的数值都对，",
    en="all layers called before give the right values, but ",
)
SIZES = Message("steps.sizes", zh="(大小 {got}，应为 {wanted})", en=" (it gets {got}, expected {wanted})")
AFTERWARDS = Message(
    "steps.afterwards",
    zh="参数相同时，{call} 的输出与参考网络不同，但各个卷积和全连接层给出的数值都对：核对在它们之后做了什么(激活函数、归一化、池化、相加、拼接)。",
    en="With the same parameters {call} and the reference give different outputs, although every convolution and "
    "fc layer gives the right values: check what is done with these values afterwards (activation, norm, "
    "pooling, addition, joining).",
)
# These leave nothing to a general hint.
TELL_ALL = frozenset(message.key for message in (OF_ITS_OWN, OTHER_SIZE, INPUT_CHANGED, REPLACED, FROZEN))
OTHER_DEFAULT = Message(
    "network.other_default",
    zh="{call}() 和 {call}({wanted}) 得到的网络不同：默认值应为 {wanted}。",
    en="{call}() and {call}({wanted}) give different networks; the default should be {wanted}.",
)
