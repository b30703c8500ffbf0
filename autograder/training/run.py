"""A training run: where it stands, what it does next, what it leaves behind."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from autograder.measures import accuracy_of, auc, confusion
from autograder.text import Language, Text
from autograder.training.checkpoint import Checkpoint, Position, Unusable
from autograder.training.framework import seed_everything, use_all_cores
from autograder.training.history import Epoch, History, best_of
from autograder.training.images import Augment, Batches, ImageSets, shuffled
from autograder.training.loops import Judged, Watched, make_optimizer, train_batch, train_by, validate, validate_by
from autograder.training.progress import Report, duration, report_for
from autograder.training.recipe import Recipe
from autograder.training.weights import (
    Arrays,
    load_arrays,
    note_of,
    optimizer_state,
    restore_model,
    restore_optimizer,
    run_note,
    state_of,
    write_weights,
)

REHEARSED = Text(
    zh="预演：{training} 张训练图像，{validation} 张验证图像，1 轮；数字不作数。",
    en="A rehearsal: {training} training and {validation} validation images, 1 epoch; its numbers mean nothing.",
)
LEFT_OUT = Text(
    zh="训练集里有 {count} 张图像也在验证集里，不用于训练：{names}",
    en="{count} training images are in the validation set too and are left out: {names}",
)
GOES_ON = Text(
    zh="从检查点接着训练：第 {epoch} 轮，已完成 {batch} 批。",
    en="Continuing from the checkpoint: epoch {epoch}, {batch} batches done.",
)
FINISHED = Text(
    zh="这次训练早已完成（{epochs} 轮），直接取它的结果；要重新训练，先删除 {folder}。",
    en="This training was finished earlier ({epochs} epochs), so its result is used. To train again from the "
    "start, delete {folder} first.",
)
SET_ASIDE = Text(
    zh="检查点 {folder} 不能接着用：{reason}。它已移到 {aside}，现在从头开始训练。",
    en="The checkpoint {folder} cannot be used here: {reason}. It was moved to {aside}, and the training starts "
    "from the beginning.",
)
TRAINED_MARK = "trained_by_autograder"
TRAINED_ALREADY = Text(
    zh="注意：这个 {network} 在本次会话里训练过，新的训练会从它现在的参数开始；要从头训练，先重新创建网络。",
    en="Note: this {network} has been trained in this session, and the new training starts from its present "
    "parameters. To start from the beginning, create the network again first.",
)
MORE_EPOCHS = Text(
    zh="它已有 {found} 轮，而这次只要 {wanted} 轮", en="it has {found} epochs, but the recipe asks for {wanted}"
)
WEIGHTS_LOST = Text(
    zh="它的权重文件 {name} 不在了，或属于另一次训练",
    en="its weights file {name} is missing, or it belongs to another run",
)
EPOCH = Text(
    zh="第 {epoch}/{epochs} 轮：训练损失 {train:.4f}，验证损失 {validation:.4f}，准确率 {accuracy:.4f}{auc}，用时 {time}{best}",
    en="epoch {epoch}/{epochs}: training loss {train:.4f}, validation loss {validation:.4f}, "
    "accuracy {accuracy:.4f}{auc}, {time}{best}",
)
BEST = Text(zh="，目前最好", en=", best so far")
KEPT = Text(
    zh="第 {epoch} 轮最好，准确率 {accuracy:.4f}；权重存在 {weights}",
    en="Epoch {epoch} is the best, accuracy {accuracy:.4f}; its weights are in {weights}",
)


@dataclass
class Run:
    """Everything `fit` was given.

    Attributes:
        id: Equal for runs that give the same figures.
    """

    model: Any
    sets: ImageSets
    recipe: Recipe
    weights: Path
    checkpoint: Checkpoint
    id: str
    augment: Augment | None
    train_one_epoch: Callable[[Any, Any, Any], Any] | None
    evaluate: Callable[[Any, Any], Any] | None
    progress: bool | TextIO
    language: Language
    rehearsed: bool

    def finish(self) -> History:
        """Train what is missing, put the best weights into the network, and return the history."""
        use_all_cores()
        with warnings.catch_warnings():
            # Paddle says so at every batch-norm layer of every batch; it is what the course wants.
            warnings.filterwarnings("ignore", message="When training, we now always track")
            return self._finish()

    def _finish(self) -> History:
        if self.sets.left_out:
            self._say(LEFT_OUT, count=len(self.sets.left_out), names=", ".join(self.sets.left_out))
        if self.rehearsed:
            self._say(REHEARSED, training=len(self.sets.training), validation=len(self.sets.validation))
        position, state = self._start()
        if len(position.epochs) < self.recipe.epochs:
            position = self._train(position, state)
            best = best_of(position.epochs)
            self._say(KEPT, epoch=best.epoch, accuracy=best.accuracy, weights=self.weights)
        else:
            self._say(FINISHED, epochs=len(position.epochs), folder=self.checkpoint.folder)
        restore_model(self.model, load_arrays(self.weights))
        self.model.eval()
        return History(
            network=type(self.model).__name__,
            recipe=self.recipe,
            epochs=position.epochs,
            data_sha256=self.sets.sha256,
            origin=self.sets.origin,
            rehearsal=self.rehearsed,
            left_out=self.sets.left_out,
            weights=self.weights,
        )

    def _say(self, text: Text, **values: Any) -> None:
        if self.progress is not False:
            stream = sys.stdout if self.progress is True else self.progress
            print(text.to(self.language).format(**values), file=stream, flush=True)

    def _start(self) -> tuple[Position, tuple[Arrays, Arrays] | None]:
        """Return how far the run is and the state there; a checkpoint that cannot be gone on from is set aside."""
        try:
            position = self.checkpoint.read()
            if position is None:
                return Position(), None
            done, wanted = len(position.epochs), self.recipe.epochs
            if done > wanted:
                raise Unusable(MORE_EPOCHS.format(found=done, wanted=wanted))
            if done and note_of(self.weights).get("run") != self.id:
                raise Unusable(WEIGHTS_LOST.format(name=self.weights.name))
            if done == wanted:
                return position, None
            state = self.checkpoint.state()
            self._say(GOES_ON, epoch=done + 1, batch=position.batch)
            return position, state
        except Unusable as problem:
            folder, aside = self.checkpoint.folder, self.checkpoint.set_aside()
            self._say(SET_ASIDE, folder=folder, reason=problem.reason.to(self.language), aside=aside.name)
            return Position(), None

    def _train(self, position: Position, state: tuple[Arrays, Arrays] | None) -> Position:
        if not state and getattr(self.model, TRAINED_MARK, False):
            self._say(TRAINED_ALREADY, network=type(self.model).__name__)
        setattr(self.model, TRAINED_MARK, True)
        optimizer = make_optimizer(self.model, self.recipe)
        if state:
            restore_optimizer(optimizer, self.model, state[1])
            restore_model(self.model, state[0])
        per_epoch = len(self._training(1)) + len(self._validation())
        done = len(position.epochs) * per_epoch + position.batch
        report = report_for(self.progress, self.recipe.epochs, self.recipe.epochs * per_epoch, done, self.language)
        try:
            while len(position.epochs) < self.recipe.epochs:
                position = self._epoch(position, optimizer, report)
        finally:
            report.close()
        return position

    def _training(self, epoch: int, start: int = 0) -> Batches:
        part, seed = self.sets.training, self.recipe.seed
        order = shuffled(part, seed, epoch)
        return Batches(part, self.recipe.batch_size, order, start=start, augment=self.augment, key=(seed, epoch))

    def _validation(self) -> Batches:
        return Batches(self.sets.validation, self.recipe.batch_size)

    def _epoch(self, position: Position, optimizer: Any, report: Report) -> Position:
        """Train and validate one epoch; write its weights where they are the best, and the checkpoint."""
        number = len(position.epochs) + 1
        began = time.monotonic() - position.seconds
        report.stage(number, True)
        train = self._by_own_loop if self.train_one_epoch else self._batches
        position = train(position, optimizer, report, began)
        loss = position.loss / position.images
        report.stage(number, False)
        judged = self._judge(report)
        entry = self._entry(number, loss, judged, time.monotonic() - began)
        epochs = (*position.epochs, entry)
        best = best_of(epochs) is entry
        if best:
            note = {
                "run": self.id,
                "rehearsal": "yes" if self.rehearsed else "no",
                "epoch": str(number),
                "accuracy": f"{entry.accuracy:.4f}",
                **run_note(self.recipe.seed, self.sets.origin, self.checkpoint.nonce),
            }
            write_weights(self.weights, state_of(self.model), half=self.recipe.half, note=note)
        after = Position(epochs)
        self.checkpoint.write(after, None if self.rehearsed else lambda: self._state(optimizer))
        report.line(self._epoch_line(entry, best))
        return after

    def _batches(self, position: Position, optimizer: Any, report: Report, began: float) -> Position:
        """Do the batches of an epoch that are still to do; return the position at its end."""
        number = len(position.epochs) + 1
        self.model.train()
        seed_everything(self.recipe.seed, number, position.batch)
        for images, labels in self._training(number, position.batch):
            loss = train_batch(self.model, optimizer, images, labels)
            position = replace(
                position,
                batch=position.batch + 1,
                loss=position.loss + loss * len(images),
                images=position.images + len(images),
            )
            seed_everything(self.recipe.seed, number, position.batch)
            report.step(loss)
            if self.checkpoint.due():
                now = replace(position, seconds=time.monotonic() - began)
                self.checkpoint.write(now, lambda: self._state(optimizer))
        return position

    def _by_own_loop(self, position: Position, optimizer: Any, report: Report, began: float) -> Position:
        """The same with the learner's own loop: it is called again for what is left whenever a checkpoint is due."""
        assert self.train_one_epoch
        number, batches = len(position.epochs) + 1, len(self._training(1))
        while position.batch < batches:
            first = position.batch

            def before(taken: int, first: int = first) -> None:
                seed_everything(self.recipe.seed, number, first + taken)

            loader = Watched(self._training(number, first), report, before, self.checkpoint.due)
            loss = train_by(self.train_one_epoch, self.model, optimizer, loader)
            position = replace(
                position,
                batch=first + loader.taken,
                loss=position.loss + loss * loader.images,
                images=position.images + loader.images,
            )
            if position.batch < batches:
                now = replace(position, seconds=time.monotonic() - began)
                self.checkpoint.write(now, lambda: self._state(optimizer))
        return position

    def _state(self, optimizer: Any) -> tuple[Arrays, Arrays]:
        return state_of(self.model), optimizer_state(optimizer, self.model)

    def _judge(self, report: Report) -> Judged:
        batches = self._validation()
        if self.evaluate:
            return validate_by(self.evaluate, self.model, batches, report)
        return validate(self.model, batches, lambda: report.step(None))

    def _entry(self, number: int, loss: float, judged: Judged, seconds: float) -> Epoch:
        labels, logits = self.sets.validation.labels, judged.logits
        table = None if logits is None else confusion(logits, labels)
        area = None if logits is None or logits.shape[1] != 1 else auc(logits, labels)
        accuracy = judged.accuracy
        if accuracy is None:
            assert table is not None
            accuracy = accuracy_of(table)
        return Epoch(number, loss, judged.loss, accuracy, area, table, round(seconds, 2))

    def _epoch_line(self, entry: Epoch, best: bool) -> str:
        values = {
            "epoch": entry.epoch,
            "epochs": self.recipe.epochs,
            "train": entry.train_loss,
            "validation": entry.validation_loss,
            "accuracy": entry.accuracy,
            "auc": ""
            if entry.auc is None
            else Text(zh="，AUC {0:.4f}", en=", AUC {0:.4f}").to(self.language).format(entry.auc),
            "time": duration(entry.seconds, self.language),
            "best": BEST.to(self.language) if best else "",
        }
        return EPOCH.to(self.language).format(**values)
