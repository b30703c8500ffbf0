"""Loss, accuracy and AUC, epoch by epoch."""

from __future__ import annotations

from typing import Any

from autograder.text import Language, Text
from autograder.training.drawing import canvas, show
from autograder.training.history import History

TRAINING, VALIDATION = Text(zh="训练", en="training"), Text(zh="验证", en="validation")
EPOCH, LOSS = Text(zh="轮", en="epoch"), Text(zh="损失", en="loss")
ACCURACY = Text(zh="验证准确率", en="validation accuracy")
CONSTANT = Text(zh="总猜同一类", en="one constant answer")
BEST = Text(zh="最好：第 {epoch} 轮，{accuracy:.4f}", en="best: epoch {epoch}, {accuracy:.4f}")
ALTERNATIVE = Text(
    zh="{network} 逐轮的曲线。训练损失 {training}，验证损失 {validation}，验证准确率 {accuracy}{auc}。最好的是第 {best} 轮",
    en="{network} by epoch. Training loss {training}, validation loss {validation}, validation accuracy {accuracy}{auc}. "
    "The best is epoch {best}",
)
AUC = Text(zh="，AUC {ends}", en=", AUC {ends}")
REHEARSAL = Text(zh="（预演）", en=" (rehearsal)")


def show_curves(history: History, language: Language | None = None) -> None:
    """Show losses on the left, accuracy and AUC of the validation images on the right."""
    show(curves_figure(history, language), described(history), language)


def described(history: History) -> Text:
    """Return the words for those who do not see the curves: where each begins and ends, and the best epoch."""
    first, last = history.epochs[0], history.epochs[-1]
    areas = None if first.auc is None or last.auc is None else f"{first.auc:.3f} → {last.auc:.3f}"
    return ALTERNATIVE.format(
        network=history.network,
        training=f"{first.train_loss:.3f} → {last.train_loss:.3f}",
        validation=f"{first.validation_loss:.3f} → {last.validation_loss:.3f}",
        accuracy=f"{first.accuracy:.4f} → {last.accuracy:.4f}",
        auc="" if areas is None else AUC.format(ends=areas),
        best=history.best.epoch,
    )


def curves_figure(history: History, language: Language | None = None) -> Any:
    """Return what `show_curves` shows, a matplotlib figure."""
    with canvas(language) as (plt, shown):
        figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
        numbers = [entry.epoch for entry in history.epochs]
        left.plot(numbers, [entry.train_loss for entry in history.epochs], "o-", label=TRAINING.to(shown))
        left.plot(numbers, [entry.validation_loss for entry in history.epochs], "s-", label=VALIDATION.to(shown))
        left.set_ylabel(LOSS.to(shown))
        left.set_ylim(bottom=0)
        _judged(right, history, shown)
        for axes in (left, right):
            axes.set_xlabel(EPOCH.to(shown))
            axes.set_xticks(_ticks(numbers))
            axes.grid(alpha=0.3)
            axes.legend()
        figure.suptitle(history.network + (REHEARSAL.to(shown) if history.rehearsal else ""))
        return figure


def _judged(axes: Any, history: History, language: Language) -> None:
    best = history.best
    numbers = [entry.epoch for entry in history.epochs]
    axes.plot(numbers, [entry.accuracy for entry in history.epochs], "o-", label=ACCURACY.to(language))
    if any(entry.auc is not None for entry in history.epochs):
        areas = [float("nan") if entry.auc is None else entry.auc for entry in history.epochs]
        axes.plot(numbers, areas, "s-", label="AUC")
    if best.confusion:
        constant = max(sum(row) for row in best.confusion) / sum(map(sum, best.confusion))
        axes.axhline(constant, color="grey", linestyle=":", label=CONSTANT.to(language))
    axes.plot([best.epoch], [best.accuracy], "*", markersize=14, color="tab:red", label=_best(history, language))
    axes.set_ylim(top=1.0)


def _best(history: History, language: Language) -> str:
    return BEST.to(language).format(epoch=history.best.epoch, accuracy=history.best.accuracy)


def _ticks(numbers: list[int]) -> list[int]:
    """Return at most about ten of the epochs."""
    return numbers[:: -(-len(numbers) // 10)]
