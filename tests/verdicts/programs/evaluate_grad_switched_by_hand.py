# chapter: lenet
# kind: an evaluation in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    mode, gradients = model.training, paddle.is_grad_enabled()
    model.eval()
    paddle.set_grad_enabled(False)
    right, total, count = 0, 0.0, 0
    for images, labels in loader:
        z = model(paddle.to_tensor(images)).numpy()
        shifted = z - z.max(axis=1, keepdims=True)
        log_sum = __import__("numpy").log(__import__("numpy").exp(shifted).sum(axis=1))
        total += float((log_sum - shifted[range(len(z)), labels[:, 0]]).sum())
        right += int((z.argmax(1) == labels[:, 0]).sum())
        count += len(z)
    paddle.set_grad_enabled(gradients)
    if mode:
        model.train()
    return right / count, total / count
