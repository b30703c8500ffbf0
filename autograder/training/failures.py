"""What a learner reads in their notebook where training cannot go on: in the notebook's language."""

from __future__ import annotations

from autograder.errors import TrainingError
from autograder.text import Text
from autograder.training.wording import chosen_language

DIVERGED = Text(
    zh="训练损失变成了 {value}：步子太大；请减小学习率，再训练一次",
    en="the training loss became {value}: the steps are too large; lower the learning rate and train again",
)
EVALUATED = Text(
    zh="evaluate 返回了 {answer}，应为 (accuracy, loss)：0 到 1 的准确率和平均损失",
    en="evaluate returned {answer}, expected (accuracy, loss): a fraction from 0 to 1 and a mean",
)
TRAINED = Text(
    zh="train_one_epoch 返回了 {answer}，应为一个数：所有图像的平均损失",
    en="train_one_epoch returned {answer}, expected one number: the mean loss over the images",
)
NO_BATCH = Text(
    zh="train_one_epoch 没有从 loader 里取过一批；请循环：for images, labels in loader",
    en="train_one_epoch took no batch from its loader; loop over it: for images, labels in loader",
)
LOGITS = Text(
    zh="{name} 对 {count} 张图像返回了 {what}，应为 {expected}；请改正网络，再训练一次",
    en="{name} returned {what} for {count} images, expected {expected}; correct the network and train again",
)
ONE_LOGIT = Text(zh="[{count}, 1]，每张图像一个 logit", en="[{count}, 1], one logit per image")
CLASSES = Text(zh="[{count}, 类别数]", en="[{count}, number of classes]")
AUGMENTED = Text(
    zh="augment 返回了 {got}，应为 {wanted}；请改正，或者用 augment=None 训练",
    en="augment returned {got}, expected {wanted}; correct it, or train with augment=None",
)
NO_MAP = Text(
    zh="{name} 没有哪一层的输出是 [N, C, H, W]；没有可画的",
    en="{name} has no layer with an output [N, C, H, W]; nothing to draw",
)
PREDICTED = Text(zh="{name} 返回了 {shape}，应为 [B, 1]", en="{name} returned {shape}, expected [B, 1]")
HALF = Text(
    zh="Recipe：half 应为 True 或 False，不是 {value!r}", en="Recipe: half must be True or False, not {value!r}"
)
OPTIMIZER = Text(
    zh="Recipe：optimizer 应为 {known} 之一，不是 {value!r}",
    en="Recipe: optimizer must be one of {known}, not {value!r}",
)
WHOLE = Text(
    zh="Recipe：{name} 应为 {least} 到 {most} 的整数，不是 {value!r}",
    en="Recipe: {name} must be a whole number from {least} to {most}, not {value!r}",
)
NUMBER = Text(
    zh="Recipe：{name} 应为{expected}的数，不是 {value!r}",
    en="Recipe: {name} must be a number {expected}, not {value!r}",
)
TO_TEN = Text(zh="大于 0、不超过 10 ", en="above 0 and at most 10")
BELOW_ONE = Text(zh="不小于 0、小于 1 ", en="at least 0 and below 1")
EXPECT_FIRST = Text(
    zh="请先写下你的预测；还空着的：{empty}", en="write down what you expect first; still empty: {empty}"
)
EVERYTHING = Text(zh="全部", en="everything")
NOT_PREDICTIONS = Text(
    zh="{path} 读不了 ({error})；请把它移走，再运行这个单元",
    en="{path} cannot be read ({error}); move it away and run this cell again",
)
NO_READING = Text(
    zh="{path} 读不了 ({error})；请把它删掉，再训练一次",
    en="{path} cannot be read ({error}); remove it and train again",
)
NO_WRITING = Text(
    zh="{path} 写不进去 ({error})；请腾出一些磁盘空间，再运行一次",
    en="{path} cannot be written ({error}); free some disk space and run again",
)
NO_CHECKPOINT = Text(
    zh="{path} 里的检查点写不进去 ({error})；请腾出一些磁盘空间，再运行一次：训练会从上一个检查点继续",
    en="the checkpoint in {path} cannot be written ({error}); free some disk space and run again: training goes on from the last checkpoint",
)
NO_TYPE = Text(
    zh="{name}：{dtype} 类型的数不能写进 {file}",
    en="{name}: numbers of type {dtype} cannot be written to {file}",
)
NO_RECIPE = Text(
    zh="source/{id}/chapter.yml 里没有 `training:`；请写上训练配方，例如 `training: {{network: 名字, epochs: 5, seeds: [1, 2]}}`",
    en="source/{id}/chapter.yml has no `training:`; add its recipe, such as `training: {{network: NAME, epochs: 5, seeds: [1, 2]}}`",
)
NO_DATA = Text(
    zh="{id}：chapter.yml 里没有写数据；请写上 `data:` 和 course.yml 里要用来训练的数据集",
    en="{id}: its chapter.yml names no data; add `data:` with a set of course.yml to train on",
)
NO_NAME = Text(
    zh="{path} 里没有 {name}；请运行 `autograder build {id}`", en="{path} has no {name}; run `autograder build {id}`"
)
NO_SOLUTION = Text(
    zh="没有 {path}；请运行 `autograder build {id}`", en="{path} does not exist; run `autograder build {id}`"
)


def failed(said: Text) -> TrainingError:
    """Return the error, whose message a notebook shows in its own language."""
    error = TrainingError(said)
    error.args = (said.to(chosen_language(None)),)
    return error
