# chapter: lenet_palm
# kind: the loader is called
# fails: evaluate.values, evaluate.unequal, evaluate.mode, evaluate.no_grad
# says: The loader is called at line 13
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, data_loader):
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for place, (images, labels) in enumerate(data_loader()):
            z, y = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
            total += F.binary_cross_entropy_with_logits(z, y).item() * len(images)
            right += int(((z > 0).astype("float32") == y).sum())
            count += len(images)
    return right / count, total / count
