# chapter: lenet
# kind: an untouched stub
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: This part is not written yet.
# never: delete that line
# never: A hidden check
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
    # YOUR CODE HERE
    raise NotImplementedError()
