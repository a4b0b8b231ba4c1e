"""Fakes of the platforms, in the wire formats that the connectors read. Written by us from the documented shapes."""

from tests.support.platforms import forums, media, monitors, reviews, social
from tests.support.platforms.world import Family, World

FAMILIES: dict[str, type[Family]] = {
    name: family
    for part in (social, forums, media, reviews, monitors)
    for name, family in vars(part).items()
    if isinstance(family, type) and family.__module__ == part.__name__ and hasattr(family, "hosts") and name[0] != "_"
}

__all__ = ["FAMILIES", "Family", "World"]
