"""Data sets: one module each; `DATASETS` maps the name to its class."""

DATASETS = {
    "celeba": "aeot.datasets.celeba:CelebA",
    "cifar10": "aeot.datasets.cifar10:Cifar10",
    "fashionmnist": "aeot.datasets.fashionmnist:FashionMnist",
    "imagefolder": "aeot.datasets.imagefolder:ImageFolder",
    "mnist": "aeot.datasets.mnist:Mnist",
    "mnist5k": "aeot.datasets.mnist5k:Mnist5k",
    "polygons": "aeot.datasets.polygons:Polygons",
    "shapes": "aeot.datasets.shapes:Shapes",
}
