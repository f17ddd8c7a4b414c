"""The network EfficientNet-Lite0, in evaluation only.

Layers, widths and strides are those of EfficientNet-B0 (Tan and Le, "EfficientNet: Rethinking
Model Scaling for Convolutional Neural Networks", ICML 2019, arXiv 1905.11946, Table 1). The Lite
variant (Google, 2020, tensorflow/tpu, models/official/efficientnet/lite) leaves out
squeeze-and-excitation and has ReLU6 in place of swish; its stem and head keep their widths.
The weights come from TensorFlow, hence its padding and its epsilon of batch norm.
"""

import math

from torch import Tensor, nn
from torch.nn.functional import pad, relu6

EPSILON = 1e-3  # of every batch norm

STEM, HEAD, CLASSES = 32, 1280, 1000
STAGES = (  # blocks, side of the kernel, first block's stride, expansion, channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class SameConv2d(nn.Conv2d):
    """A convolution without bias, padded by zeros as TensorFlow's "SAME".

    The output's side is the input's, divided by the stride and rounded up. If the number of zeros
    is odd, the extra one is at the bottom and on the right.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, inputs, h, w) to (n, outputs, ceil(h / stride), ceil(w / stride))."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        if kernel > 1:
            top, bottom = _zeros(x.shape[2], kernel, stride)
            left, right = _zeros(x.shape[3], kernel, stride)
            x = pad(x, (left, right, top, bottom))
        return super().forward(x)


def _zeros(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Count the zeros before and after a line of `side` values."""
    total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


class MBConv(nn.Module):
    """An inverted bottleneck: expand the channels, filter each alone, project them.

    The input is added if the output has its shape.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = expansion * inputs
        self.expands = expansion > 1
        self.adds = stride == 1 and inputs == outputs
        if self.expands:
            self.expand_conv = SameConv2d(inputs, inner, 1)
            self.bn0 = nn.BatchNorm2d(inner, EPSILON)
        self.depthwise_conv = SameConv2d(inner, inner, kernel, stride, groups=inner)
        self.bn1 = nn.BatchNorm2d(inner, EPSILON)
        self.project_conv = SameConv2d(inner, outputs, 1)
        self.bn2 = nn.BatchNorm2d(outputs, EPSILON)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (n, inputs, h, w) to (n, outputs, ceil(h / stride), ceil(w / stride))."""
        x = inputs
        if self.expands:
            x = relu6(self.bn0(self.expand_conv(x)))
        x = relu6(self.bn1(self.depthwise_conv(x)))
        x = self.bn2(self.project_conv(x))
        return x + inputs if self.adds else x


class Lite0(nn.Module):
    """EfficientNet-Lite0: a stem, 16 blocks, a head, and a classifier that `forward` leaves out.

    Its parameters are named as in the weight file, without the underscores that begin the names
    there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv_stem = SameConv2d(3, STEM, 3, stride=2)
        self.bn0 = nn.BatchNorm2d(STEM, EPSILON)
        self.blocks = nn.ModuleList()
        inputs = STEM
        for blocks, kernel, stride, expansion, outputs in STAGES:
            for number in range(blocks):
                first = stride if number == 0 else 1
                self.blocks.append(MBConv(inputs, outputs, kernel, first, expansion))
                inputs = outputs
        self.conv_head = SameConv2d(inputs, HEAD, 1)
        self.bn1 = nn.BatchNorm2d(HEAD, EPSILON)
        self.fc = nn.Linear(HEAD, CLASSES)

    def stem(self, x: Tensor) -> Tensor:
        """Map images (n, 3, h, w) to the blocks' input (n, 32, h / 2, w / 2), rounded up."""
        return relu6(self.bn0(self.conv_stem(x)))

    def forward(self, x: Tensor) -> Tensor:
        """Map images (n, 3, h, w) to the head's output (n, 1280, h / 32, w / 32), rounded up."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return relu6(self.bn1(self.conv_head(x)))
