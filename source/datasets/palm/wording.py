"""What is said of the photographs, in both languages. `{place}` is a file, `{names}` a short list of them."""

from __future__ import annotations

from autograder.text import Text

NO_ZIP = Text(
    zh="{place} 不完整，或者不是 zip 文件（现有 {size} 字节）。请重新下载。",
    en="{place} is cut short or not a zip archive ({size} bytes are here); download it again.",
)
ENCRYPTED = Text(
    zh="{place} 有密码保护。请先自行解压，再给出解压后的文件夹。",
    en="{place} is protected by a password; unpack it yourself and name the folder.",
)
DAMAGED_MEMBER = Text(
    zh="{place} 损坏，读不出来（{cause}）。请重新下载所在的压缩包。",
    en="{place} is damaged and cannot be read ({cause}); download its archive again.",
)
TOO_LARGE = Text(
    zh="{place} 解开后超过 {limit} MiB，不像是课程数据。请检查下载来源。",
    en="{place} is larger than {limit} MiB when unpacked, which no file of the set is; check where it came from.",
)
UNSAFE_NAME = Text(
    zh="{place} 里有一个指向压缩包之外的文件名：{name}。请检查下载来源。",
    en="{place} holds a name that leads out of the archive: {name}; check where it came from.",
)
TWO_VERSIONS = Text(
    zh="{name} 有两个不同的版本：{first}，{second}。请只保留一个。",
    en="there are two different pictures {name}: {first} and {second}; leave one of them there.",
)
NOTHING_FOUND = Text(
    zh="在 {place} 里没有找到{what}。请把 {archive} 放进去（解压与否都可以）。",
    en="{place} holds no {what}; put {archive} there, packed or unpacked.",
)
TRAINING_PICTURES = Text(zh="训练图片（P0001.jpg 等）", en="training photographs (P0001.jpg and so on)")
VALIDATION_PICTURES = Text(zh="验证图片（V0001.jpg 等）", en="validation photographs (V0001.jpg and so on)")
LABEL_TABLE = Text(
    zh="验证集标签（PM_Label_and_Fovea_Location.xlsx）", en="validation labels (PM_Label_and_Fovea_Location.xlsx)"
)
WRONG_COUNT = Text(
    zh="图片数目不对：{what}应有 {expected} 张，找到 {found} 张。{details}",
    en="wrong count: expected {expected} {what}, found {found}. {details}",
)
UNEXPECTED = Text(zh="多出：{names}。", en="Unexpected: {names}.")
AGAIN = Text(zh="请检查下载是否完整。", en="Check that the download is complete.")
CORRUPT_PICTURE = Text(
    zh="{place} 不是能读的图片（{cause}）。请重新下载所在的压缩包。",
    en="{place} is not a picture that can be read ({cause}); download its archive again.",
)
BAD_TABLE = Text(
    zh="{place} 读不出标签（{cause}）。应有表头 ID,imgName,Label,Fovea_X,Fovea_Y。请重新下载 valid_gt.zip。",
    en="{place} gives no labels ({cause}); the header is ID,imgName,Label,Fovea_X,Fovea_Y. Download valid_gt.zip again.",
)
BAD_LABEL = Text(
    zh="{place} 第 {line} 行：{name} 的标签是 {label}，应为 0 或 1。",
    en="{place}, row {line}: the label of {name} is {label}, expected 0 or 1.",
)
LABELLED_TWICE = Text(
    zh="{place} 第 {line} 行：{name} 出现了两次。",
    en="{place}, row {line}: {name} stands there twice.",
)
LABELS_DIFFER = Text(
    zh="标签与验证图片对不上。{details}",
    en="the labels do not match the validation photographs. {details}",
)
UNLABELLED = Text(zh="没有标签的图片：{names}。", en="Without a label: {names}.")
NO_PICTURE = Text(zh="没有图片的标签：{names}。", en="Labels without a photograph: {names}.")
WRONG_LABEL_COUNT = Text(
    zh="{place} 里标签为 1 的有 {found} 个，官方数据是 {expected} 个。这可能是另一套数据的标签。",
    en="{place} gives label 1 to {found} photographs, the official set to {expected}; these may be the labels of another set.",
)
TABLES_DISAGREE = Text(
    zh="{first} 与 {second} 的标签不一致（{names}）。请只保留官方的那一个。",
    en="{first} and {second} give different labels ({names}); leave only the official one there.",
)
OTHER_SIZE = Text(
    zh="{place} 已按 {found} 准备好，而这次要的是 {wanted}。要重新准备，请先把它移走。",
    en="{place} is already prepared at {found}, and {wanted} was asked for; move it away to prepare it anew.",
)
SMALL = Text(
    zh="只有 {width} x {height} 像素，放大到 224 会变模糊",
    en="only {width} x {height} pixels; enlarging to 224 blurs it",
)
UNUSUAL_SIZE = Text(
    zh="{width} x {height} 像素，不是官方尺寸，也不是 224 x 224",
    en="{width} x {height} pixels: neither an official size nor 224 x 224",
)
ODD_NAME = Text(
    zh="训练图片的文件名应以 H、N、P 开头，否则读取器会停下",
    en="the name of a training image begins with H, N or P; a reader stops here",
)
BAD_LABEL_CELL = Text(
    zh="第 {line} 行的标签是 {label}，应为 0 或 1", en="row {line} gives the label {label}, expected 0 or 1"
)
TWICE_IN_TABLE = Text(zh="在标签表里出现了两次（第 {line} 行）", en="stands twice in the labels (row {line})")
NOT_LABELLED = Text(zh="没有标签", en="has no label")
LABEL_ALONE = Text(zh="有标签（第 {line} 行），没有图片", en="has a label (row {line}) and no photograph")
NAME_AGAINST_TABLE = Text(
    zh="文件名说是 {by_name}，标签表第 {line} 行说是 {by_table}",
    en="the name says {by_name}, row {line} of the labels {by_table}",
)
SAME_FILE = Text(zh="完全相同的文件", en="the same file")
SAME_FILE_OTHER_LABEL = Text(zh="完全相同的文件，标签却不同", en="the same file under different labels")
LEAK_LEFT_OUT = Text(
    zh="同一个文件既在训练集又在验证集；训练时会自动去掉训练集里的那张",
    en="the same file in training and validation; the training set leaves its copy out",
)
LEAK_KEPT = Text(
    zh="同一只眼睛既在训练集又在验证集（相关 {correlation:.2f}）；请从训练集移走一张",
    en="the same eye in training and validation (correlation {correlation:.2f}); move the training one away",
)
SAME_EYE = Text(
    zh="同一只眼睛的两张照片（相关 {correlation:.2f}）", en="the same eye twice (correlation {correlation:.2f})"
)
SAME_EYE_OTHER_LABEL = Text(
    zh="同一只眼睛，标签却不同（相关 {correlation:.2f}）：请看一看",
    en="the same eye under different labels (correlation {correlation:.2f}): look at these",
)
UNSURE = Text(
    zh="可能是同一只眼睛（相关 {correlation:.2f}，重叠 {overlap:.0%}）：请看一看",
    en="perhaps the same eye (correlation {correlation:.2f}, overlap {overlap:.0%}): look at these",
)
MIRRORED = Text(zh="；其中一张左右翻转", en="; one of them mirrored")

# Pairs inside one part: no harm to grading, and too many for a line each
GROUPED = {
    "identical": Text(zh="{folder} 里有 {count} 对完全相同的文件", en="{count} pairs of equal files in {folder}"),
    "same eye": Text(
        zh="{folder} 里有 {count} 对照片来自同一只眼睛；若要重新划分训练集，请把它们分在一起",
        en="{count} pairs in {folder} show one eye each; keep them together if you split the set anew",
    ),
}
