# chapter: resnet
# kind: signature
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.gradients, network.mode, network.initial, network.depth_101, network.depth_152, network.other_depth
# says: ResNet must accept layers, num_classes: it is made as ResNet(layers=50, num_classes=1)
# says: it is made as ResNet(layers=18, num_classes=1), so write
# never: but raised TypeError
import paddle
import numpy as np
import math
import paddle.nn.functional as F
from paddle import nn

class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super(ConvBNLayer,self).__init__()
        self.conv=nn.Conv2D(in_channels,out_channels,kernel_size,stride=stride,padding=(kernel_size-1)//2,groups=groups,bias_attr=False)
        self.bn=nn.BatchNorm2D(out_channels)
        self.act=act
    def forward(self,x):
        y=self.bn(self.conv(x))
        return F.relu(y) if self.act=='relu' else y

class BottleneckBlock(nn.Layer):
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super(BottleneckBlock,self).__init__()
        self.c0=ConvBNLayer(in_channels,out_channels,1,act='relu')
        self.c1=ConvBNLayer(out_channels,out_channels,3,stride=stride,act='relu')
        self.c2=ConvBNLayer(out_channels,out_channels*4,1,act=None)
        self.short=None if shortcut else ConvBNLayer(in_channels,out_channels*4,1,stride=stride)
    def forward(self,x):
        y=self.c2(self.c1(self.c0(x)))
        return F.relu(paddle.add(x if self.short is None else self.short(x),y))

class ResNet(nn.Layer):
    def __init__(self, num_classes):
        super().__init__()
        depth=[3,4,6,3]
        self.stem=nn.Sequential(ConvBNLayer(3,64,7,2,act='relu'),nn.MaxPool2D(3,2,1))
        c=64; B=[]
        for s,(n,w) in enumerate(zip(depth,[64,128,256,512])):
            for i in range(n):
                B.append(BottleneckBlock(c,w,2 if i==0 and s else 1,shortcut=i>0)); c=4*w
        self.blocks=nn.Sequential(*B)
        s=1/math.sqrt(2048)
        self.fc=nn.Linear(2048,num_classes,weight_attr=paddle.ParamAttr(initializer=nn.initializer.Uniform(-s,s)))
    def forward(self,x):
        x=self.blocks(self.stem(x))
        x=F.adaptive_avg_pool2d(x,1).flatten(1)
        return self.fc(x)
