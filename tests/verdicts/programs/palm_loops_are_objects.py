# chapter: lenet_palm
# kind: a definition in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


class Pass:
    """One pass over a loader, with or without steps."""

    def __init__(self, trains):
        self.trains = trains

    def __call__(self, model, loader, optimizer=None):
        mode = model.training
        (model.train if self.trains else model.eval)()
        right = total = count = 0
        with paddle.set_grad_enabled(self.trains):
            for batch in loader:
                images, labels = map(paddle.to_tensor, batch)
                logits = model(images)
                loss = F.binary_cross_entropy_with_logits(logits, labels)
                if self.trains:
                    loss.backward()
                    optimizer.step()
                    optimizer.clear_grad()
                right += int(((logits > 0) == (labels > 0.5)).sum())
                total += float(loss) * len(labels)
                count += len(labels)
        if self.trains:
            return total / count
        if mode:
            model.train()
        return right / count, total / count


train_one_epoch = Pass(trains=True)
evaluate = Pass(trains=False)
