# chapter: lenet
# kind: a loop in other words
# fails: -
# Right: paddle.Model trains one batch at a time: forward, loss, backward, step, clear_grad.
import paddle


def train_one_epoch(model, loader, optimizer):
    wrapped = paddle.Model(model)
    wrapped.prepare(optimizer, paddle.nn.CrossEntropyLoss())
    total = count = 0
    for images, labels in loader:
        (loss,) = wrapped.train_batch([paddle.to_tensor(images)], [paddle.to_tensor(labels)])
        total += float(loss) * len(labels)
        count += len(labels)
    return total / count
