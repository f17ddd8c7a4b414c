"""Feature extractors: one module each; `EXTRACTORS` maps the name to its class."""

EXTRACTORS = {
    "clip": "aeot.features.clip:Clip",
    "dinov2": "aeot.features.dinov2:DinoV2",
    "efficientnetlite0": "aeot.features.efficientnetlite0:EfficientNetLite0",
    "inception": "aeot.features.inception:Inception",
    "pixels": "aeot.features.pixels:Pixels",
}
