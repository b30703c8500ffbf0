# right: sets gpu:0, prints a summary and trains at import; sliced away
import paddle
import paddle.nn.functional as F
from paddle import nn

use_gpu = True
paddle.set_device("gpu:0" if use_gpu else "cpu")


class VGGBlock(nn.Layer):
    """num_convs times (3x3 convolution, ReLU), then a 2x2 max-pool.

    x: float32 [N, in_channels, H, W]; returns float32 [N, out_channels, H / 2, W / 2].
    """

    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        widths = [in_channels] + [out_channels] * (num_convs - 1)
        self.convs = nn.LayerList([nn.Conv2D(width, out_channels, 3, padding=1) for width in widths])
        self.pool = nn.MaxPool2D(2, 2)

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))  # [N, out_channels, H, W]
        return self.pool(x)  # [N, out_channels, H / 2, W / 2]


class VGG(nn.Layer):
    """images: float32 [N, 3, 224, 224] in [-1, 1]; returns logits: float32 [N, num_classes].

    conv_arch: five pairs (number of convolutions, output channels), the last with 512 channels.
    """

    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        blocks = []
        in_channels = 3
        for num_convs, out_channels in conv_arch:
            blocks.append(VGGBlock(num_convs, in_channels, out_channels))
            in_channels = out_channels
        self.blocks = nn.Sequential(*blocks)
        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = self.blocks(x)  # [N, 512, 7, 7]
        x = paddle.flatten(x, 1)  # [N, 25088]
        x = self.dropout(F.relu(self.fc1(x)))  # [N, 4096]
        x = self.dropout(F.relu(self.fc2(x)))  # [N, 4096]
        return self.fc3(x)  # [N, num_classes]


model = VGG()
paddle.summary(model, (10, 3, 224, 224))
optimizer = paddle.optimizer.Momentum(learning_rate=0.001, momentum=0.9, parameters=model.parameters())
for epoch in range(5):
    for images, labels in data_loader("/home/aistudio/work/palm/PALM-Training400", 10, "train")():
        loss = F.binary_cross_entropy_with_logits(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
paddle.save(model.state_dict(), "palm.pdparams")
