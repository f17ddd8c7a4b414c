"""Models of images: one folder each, `settings.py` (no torch) and `model.py`, and one line here.

AE-OT itself is made of two folders that are none of these: `autoencoder` and `aeot`.
"""

IMAGE_MODELS = {
    "mmgan": "aeot.models.mmgan",
    "nsgan": "aeot.models.nsgan",
    "lsgan": "aeot.models.lsgan",
    "wgan": "aeot.models.wgan",
    "wgangp": "aeot.models.wgangp",
    "dragan": "aeot.models.dragan",
    "began": "aeot.models.began",
    "wgansoft": "aeot.models.wgansoft",
    "vae": "aeot.models.vae",
    "glo": "aeot.models.glo",
    "waemmd": "aeot.models.waemmd",
    "waegan": "aeot.models.waegan",
    "aae": "aeot.models.aae",
    "ali": "aeot.models.ali",
    "gaia": "aeot.models.gaia",
}

# All models that encode or decode; the autoencoder is not one of the above, as it draws no codes.
CODERS = {"autoencoder": "aeot.models.autoencoder", **IMAGE_MODELS}

# The training of each.
TRAININGS = dict.fromkeys(IMAGE_MODELS, "aeot.models.training:ImageTraining") | {
    "autoencoder": "aeot.models.autoencoder.training:AutoencoderTraining"
}
