"""What a student reads first in a bundle: three steps on each platform."""

from __future__ import annotations

from autograder.text import Text

README = Text(
    zh="""# {title}

这个文件夹里有全部作业、检查和软件，不含答案。每个任务还有一部分分数在老师评分时检查，`check` 会写出有几分。

**Windows**

1. 装 Python 3.9 到 3.13（64 位，推荐 3.12），右键解压这个 zip（不要在压缩包里直接打开）。
2. 在解压出来的文件夹里打开 PowerShell：`py start.py`（装了几个版本就写 `py -3.12 start.py`，以下也一样）
3. `py -m autograder check {chapter}`；写作业：`py -m jupyter lab`

**macOS（Apple 芯片）**

1. 装 Python 3.9 到 3.13，双击解压。
2. 终端里 `cd` 到这个文件夹：`python3 start.py`
3. `python3 -m autograder check {chapter}`；写作业：`python3 -m jupyter lab`

**Linux（x64）**

1. `unzip {name}.zip && cd {name} && python3 -m venv .venv && . .venv/bin/activate`
2. `python start.py`
3. `python -m autograder check {chapter}`；写作业：`jupyter lab`

**AI Studio**

1. 上传 zip，终端里 `unzip {name}.zip && cd {name}`
2. `python start.py --light`（用平台自带的 Paddle，不改动别的包）
3. 打开 `assignments/{chapter}/{chapter}.ipynb`；检查：`python -m autograder check {chapter}`

**Colab**

1. 上传 zip，运行 `!unzip -q {name}.zip`，再运行 `%cd {name}`
2. `!python start.py --light`，再 `!pip install paddlepaddle`
3. `!python -m autograder check {chapter}`

下面的 `python` 在 Windows 上写 `py`，在 macOS 上写 `python3`。

交作业：`python -m autograder submit {chapter} --student 学号`，把它最后写出的那个 zip 交给老师。
学号：每人用自己的种子训练，有的章节还有自己的数，都由学号算出；`check` 会说出你的数。网上的笔记本不知道你是谁，在 `own_id("")` 里写上学号（一次就够）。
出问题：`python -m autograder doctor` 会说缺什么、怎么办。
新版本：解压到同一个文件夹，再运行第 2 步；改过的笔记本会保留。
你自己的代码在自己的电脑上直接运行，只有时间限制，没有沙箱。
""",
    en="""# {title}

All assignments, checks and the software are in this folder, without solutions. A part of each task's points is checked
when the class is graded; `check` says how many.

**Windows**

1. Install Python 3.9 to 3.13 (64 bit, 3.12 recommended) and unpack this zip with a right click (do not open it in place).
2. Open PowerShell in the unpacked folder: `py start.py` (with several versions: `py -3.12 start.py`, and so below)
3. `py -m autograder check {chapter}`; to work: `py -m jupyter lab`

**macOS (Apple silicon)**

1. Install Python 3.9 to 3.13 and unpack with a double click.
2. `cd` to this folder in a terminal: `python3 start.py`
3. `python3 -m autograder check {chapter}`; to work: `python3 -m jupyter lab`

**Linux (x64)**

1. `unzip {name}.zip && cd {name} && python3 -m venv .venv && . .venv/bin/activate`
2. `python start.py`
3. `python -m autograder check {chapter}`; to work: `jupyter lab`

**AI Studio**

1. Upload the zip; in a terminal: `unzip {name}.zip && cd {name}`
2. `python start.py --light` (with the platform's own Paddle; no other package changes)
3. Open `assignments/{chapter}/{chapter}.ipynb`; check: `python -m autograder check {chapter}`

**Colab**

1. Upload the zip, run `!unzip -q {name}.zip`, then `%cd {name}`
2. `!python start.py --light`, then `!pip install paddlepaddle`
3. `!python -m autograder check {chapter}`

What is `python` below is `py` on Windows and `python3` on macOS.

Hand in: `python -m autograder submit {chapter} --student ID`, then send your teacher the zip that it names in the end.
Your id: everybody trains with a seed of their own, and some chapters have numbers of your own, all drawn from the id; `check` says yours. A hosted notebook does not know you: write your id into `own_id("")`, once.
Trouble: `python -m autograder doctor` says what is missing and what to do.
A new version: unpack it over this folder and run step 2 again; notebooks that you changed are kept.
Your own code runs on your own machine as it is, with a time limit and without a box.
""",
)
