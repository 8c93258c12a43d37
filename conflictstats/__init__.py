"""Statistical analysis of conflict data: who said it, how exactly, what is unknown.

The public names are listed in ``__init__.pyi`` and imported when first used, so that
``import conflictstats`` costs little more than ``import pandas``.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
