# chapter: lenet
# kind: a syntax error
# fails: evaluate.values, evaluate.unequal, evaluate.mode, evaluate.no_grad
# says: the indentation does not fit that of the lines above
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    if model.training:
	    model.eval()
        return 0.0, 0.0
