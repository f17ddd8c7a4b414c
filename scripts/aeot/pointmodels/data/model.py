"""Draw training points, without a model: the row that shows the noise of the scores."""

from aeot.mixtures.base import Points
from aeot.pointmodels.data.settings import Settings
from aeot.pointmodels.kept import KeptPoints
from aeot.seeding import numpy_generator


class Model(KeptPoints[Settings]):
    """The training points, drawn with replacement."""

    SETTINGS = Settings

    def sample_trial(self, settings: Settings, seed: int, trial: int) -> Points:
        """See `KeptPoints`."""
        rng = numpy_generator(seed, "data", trial)
        drawn: Points = self.points[rng.integers(len(self.points), size=settings.count)]
        return drawn
