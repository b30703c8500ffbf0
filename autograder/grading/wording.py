"""What grading itself tells about a check, beside what the check says."""

from __future__ import annotations

from autograder.text import Message, Text

NO_WEIGHTS = Message(
    "accuracy.no_weights",
    zh="准确率由老师用你交的权重文件测量；没有权重文件则不得分。",
    en="The accuracy is measured in grading with the weights file that you hand in; without this file there are no "
    "points for it.",
)
CONSTANT = Message(
    "accuracy.constant",
    zh="网络对每张图的回答都一样 (准确率 {accuracy:.2f})：它什么也没学到，或者权重还是初始值。",
    en="The network gives the same answer for every image (accuracy {accuracy:.2f}): it has learned nothing, or "
    "the weights are still the initial ones.",
)
REACHED = Message(
    "accuracy.reached",
    zh="准确率 {accuracy:.2f}{area} (两位小数，向下取)；最低要求 {minimum:.4f}，总答同一类是 {constant:.4f}。",
    en="Accuracy {accuracy:.2f}{area} (rounded down to two digits); the minimum is {minimum:.4f}, and always the "
    "same answer has {constant:.4f}.",
)
GENERATED_DATA = Message(
    "accuracy.generated_data",
    zh="这些权重是用程序画的假数据训练的 (文件里这样写着)：用真数据重新训练，见 autograder data where。",
    en="These weights were trained on generated images, as the file says. Train again on the real data, see "
    "autograder data where.",
)
AREA = Message("accuracy.area", zh=", AUC {auc:.2f}", en=", AUC {auc:.2f}")
SPENT = Message(
    "time.spent",
    zh="这份提交可用的时间已经用完，这一项没有检查。",
    en="The time for this submission is used up, so this was not checked.",
)
NOT_BEGUN = Message(
    "time.not_begun",
    zh="另一项检查运行 {name} 时超时，这一项没有再运行。",
    en="Another check of {name} ran out of time, so this one was not started.",
)
OTHER_INPUTS = Message(
    "public.other_inputs",
    zh="用你手里的输入，这一项是对的；评分时换了另外的输入，结果就与要求不符。是不是只对这几个输入成立？",
    en="With the inputs that you have, this is right. With the other inputs of grading, the result is not as "
    "required. Does your code work only for these few inputs?",
)
NOT_AGAIN = Message(
    "public.not_again",
    zh="这一项没有通过；请用 autograder check 在你自己的输入上看一看。",
    en="This did not pass; autograder check shows what happens with your own inputs.",
)
NOT_MEASURED = Message(
    "accuracy.not_measured",
    zh="网络在测试图像上没有算出结果。先在自己的验证集上算一遍准确率。",
    en="The network gave no result on the test images. First measure its accuracy on your own validation set.",
)
LOOKED_UP = Message(
    "accuracy.looked_up",
    zh="准确率在几乎看不出变化的副本上 (移一个像素，加一级灰度的噪声) 从 {before:.2f} 变成 {after:.2f}：答案里可能存了测试图像的标签。"
    "请看代码；分数未变。",
    en="On copies with changes that nobody sees (one pixel moved, noise of one grey level) the accuracy goes from {before:.2f} to "
    "{after:.2f}: the answer may hold the labels of the test images. Please read the code; the points are unchanged.",
)
LATER = Message(
    "hidden.later",
    zh="这次提交超出了次数：隐藏检查的结果在截止时间之后 ({due}) 显示。",
    en="This attempt is over the limit: the results of the hidden checks are shown after the deadline ({due}).",
)
WAITS = Message("written.waits", zh="等待助教批改。", en="A teaching assistant will mark this answer.")
UNREADABLE = Message("answer.unreadable", zh="返回的数据无法读取。", en="The result could not be read.")
WRONG_FORM = Message("answer.wrong_form", zh="返回的数据形式不对。", en="The result has the wrong form.")
DEATHS: dict[str, Message] = {
    "timeout": (
        TIMEOUT := Message(
            "died.timeout", zh="超时：在规定时间内没有结果。", en="Too slow: no result within the time limit."
        )
    ),
    "memory": (MEMORY := Message("died.memory", zh="内存超过限制。", en="The memory limit was reached.")),
    "crashed": (CRASHED := Message("died.crashed", zh="进程意外结束。", en="The process ended by itself.")),
}
TIMEOUT_AT = Message(
    "died.timeout_at",
    zh="超时：{seconds:g} 秒没有结果，已停下。当时正在运行{place} `{line}`：这里的循环停得下来吗？",
    en="Too slow: no result within {seconds:g} s, so it was stopped at {place}, `{line}`. Does the loop there ever end?",
)
NOTED = Message(
    "accuracy.noted",
    zh="训练时测得准确率 {accuracy:.4f} (记在 {name} 里)；最低要求 {minimum:.4f}。评分时用这个文件再测一次。",
    en="In training the accuracy was {accuracy:.4f} (noted in {name}); the minimum is {minimum:.4f}. Grading "
    "measures this file again.",
)
NOTED_GENERATED = Message(
    "accuracy.noted_generated",
    zh="训练时测得准确率 {accuracy:.4f} (记在 {name} 里)，但那是用程序画的假数据测的；最低要求 {minimum:.4f}。在真数据上会低得多：用真数据重新训练，见 autograder data where。",
    en="In training the accuracy was {accuracy:.4f} (noted in {name}), but on generated images; the minimum is "
    "{minimum:.4f}. On the real data it will be much lower: train again on the real data, see autograder data where.",
)
REHEARSED = Message(
    "accuracy.rehearsed",
    zh="{name} 是一次预演的权重 (图像很少，只有一轮)：去掉 AUTOGRADER_QUICK 再训练一次。",
    en="The weights in {name} come from a rehearsal on few images: train again without AUTOGRADER_QUICK.",
)
NOTHING = Text(zh="", en="")
MISTYPED = Message(
    "id.mistyped",
    zh="笔记本里写的学号是 {said}，不是 {student}：多半是写错了，所以种子和数都不是这名学生的。请学生改正后再提交。",
    en="The notebook says that it is {said}'s, not {student}'s: most likely a slip, so seed and numbers are not this student's. "
    "Ask them to correct it and to hand in again.",
)
MISTYPED_SEED = Message(
    "id.mistyped_seed",
    zh="权重是用学号 {said} 的种子训练的，不是 {student} 的：多半是学号写错了。",
    en="The weights were trained with the seed of the id {said}, not {student}: most likely a slip.",
)
SAYS_ANOTHER = Message(
    "id.another",
    zh="笔记本里写的学号是 {other}，交的人却是 {student}。分数不变；请看一看两人的提交，再和他们谈谈。",
    en="The notebook says that it is {other}'s, while {student} handed it in. Points stay as they are; look at the hand-ins of "
    "both and talk to them.",
)
SAYS_NOBODY = Message(
    "id.nobody",
    zh="笔记本里写的学号是 {said}，名单上没有（相近的：{near}），交的人是 {student}。",
    en="The notebook says that it is {said}'s, who is on no class list (near: {near}), while {student} handed it in.",
)
OF_ANOTHER = Message(
    "weights.of_another",
    zh="权重是用 {other} 的种子 ({seed}) 训练的，不是 {student} 的。分数不变；请看一看两人的提交，再和他们谈谈。",
    en="The weights were trained with the seed of {other} ({seed}), not with that of {student}. Points stay as they are; look at "
    "the hand-ins of both and talk to them.",
)
SAME_RUN = Message(
    "trace.nonce",
    zh="权重和 {others} 交的来自同一次训练（随机数相同）。谁先有的，它不说；分数不变，请和他们谈谈。",
    en="These weights come from the same training run as those that {others} handed in (they have the same nonce). It does not "
    "say who had them first; points stay as they are. Talk to them.",
)
SAME_FOLDER = Message(
    "trace.tag",
    zh="笔记本和 {others} 交的在同一个课程文件夹里运行过（标记相同）。谁先有的，它不说；分数不变，请和他们谈谈。",
    en="This notebook was run in the same course folder as the one that {others} handed in (they have the same tag). It does not "
    "say who had it first; points stay as they are. Talk to them.",
)
