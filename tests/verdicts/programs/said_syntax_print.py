# chapter: lenet
# kind: a syntax error
# fails: evaluate.values, evaluate.unequal, evaluate.mode, evaluate.no_grad
# says: syntax error: print is a function: write print(...)
# says: print 是函数
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    model.eval()
    print "evaluating"
    return 0.0, 0.0
