"""Groups that nest, entities in them, and perimeters over them."""

from collections.abc import Collection, Mapping

from kilosat.chain.register.model import Entity, Group, Perimeter
from kilosat.chain.register.schema import EntityEntry, GroupEntry, PerimeterEntry
from kilosat.chain.register.tables import Reading, named
from kilosat.definitions.findings import nearest

__all__ = ["read_entities", "read_groups", "read_perimeters", "report_hidden_coins"]


def read_groups(reading: Reading) -> dict[str, Group]:
    """All ``[groups.KEY]``; a group within itself is reported."""
    entries = named("groups", GroupEntry, reading)
    groups = {key: Group(key, **e.model_dump()) for key, e in entries.items() if e}
    for key, group in groups.items():
        path = ("groups", key, "parent")
        if group.parent and reading.known(group.parent, entries, path) and _circles(key, groups):
            reading.error(path, f"group '{key}' lies within itself", "nest it in another, or none")
    return groups


def _circles(key: str, groups: Mapping[str, Group]) -> bool:
    """Whether the way outwards comes back to ``key``."""
    seen: set[str] = set()
    parent = groups[key].parent
    while parent in groups and parent not in seen:
        if parent == key:
            return True
        seen.add(parent)
        parent = groups[parent].parent
    return False


def read_entities(groups: Collection[str], reading: Reading) -> dict[str, Entity]:
    """All ``[entities.KEY]`` that could be read."""
    entities = {}
    for key, entry in named("entities", EntityEntry, reading).items():
        if entry:
            path = ("entities", key)
            reading.known(entry.group, groups, (*path, "group"))
            fields = entry.model_dump(exclude={"source"})
            entities[key] = Entity(key, source=reading.source(entry.source, path), **fields)
    return entities


def read_perimeters(
    groups: Collection[str],
    entities: Collection[str],
    wallets: Collection[str],
    reading: Reading,
) -> dict[str, Perimeter]:
    """All ``[perimeters.KEY]``; each must name something."""
    perimeters = {}
    for key, entry in named("perimeters", PerimeterEntry, reading).items():
        if entry is None:
            continue
        if not key.strip() or ":" in key:
            message = f"'{key}' cannot be the key of a perimeter"
            reading.error(
                ("perimeters", key), message, "leave out the colon; 'wallet:' is a wallet"
            )
        perimeter = Perimeter(
            key,
            entry.title,
            tuple(entry.groups),
            tuple(entry.entities),
            tuple(entry.wallets),
            entry.note,
        )
        parts = (("groups", groups), ("entities", entities), ("wallets", wallets))
        for field, keys in parts:
            for number, name in enumerate(getattr(perimeter, field)):
                reading.known(name, keys, ("perimeters", key, field, number))
        if not (perimeter.groups or perimeter.entities or perimeter.wallets):
            remedy = "name groups, entities or wallets"
            reading.error(("perimeters", key), f"perimeter '{key}' is empty", remedy)
        perimeters[key] = perimeter
    if not any(nearest(section, ["perimeters"]) for section in reading.file.raw):
        message = "there is no perimeter, so that an audit does not know what counts as inside"
        remedy = "add [perimeters.NAME], or name one wallet in the audit: --perimeter wallet:KEY"
        reading.note(("register",), message, remedy)
    return perimeters


def report_hidden_coins(
    entities: Mapping[str, Entity], holders: Collection[str], reading: Reading
) -> None:
    """Say of whom addresses are missing: coins that no audit of this register can see."""
    for key, entity in entities.items():
        path = ("entities", key, "addresses_known")
        if entity.addresses_known == "none" and key in holders:
            message = f"'{key}' has wallets here, but none of its addresses is said to be known"
            reading.error(path, message, 'write addresses_known = "some" or "all"')
        elif entity.addresses_known != "none" and key not in holders:
            message = f"'{key}' has no wallet here, but its addresses are said to be known"
            reading.error(path, message, 'add [wallets.NAME], or write addresses_known = "none"')
        elif entity.addresses_known != "all":
            reading.note(
                path,
                f"{entity.addresses_known} of the addresses of '{key}' are known",
                "its other coins cannot be seen in an audit",
            )
