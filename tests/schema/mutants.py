"""Every way to spoil one field of a value: dropped, of a wrong type, null, out of bounds, a field too many."""

import copy


def places(value, path=()):
    """Paths of all fields and elements within a value, outermost first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield path + (key,)
        yield from places(child, path + (key,))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def replaced(value, path, new):
    result = copy.deepcopy(value)
    at(result, path[:-1])[path[-1]] = new
    return result


def dropped(value):
    for path in places(value):
        if isinstance(path[-1], str):
            result = copy.deepcopy(value)
            del at(result, path[:-1])[path[-1]]
            yield path, result


def mistyped(value):
    """Values that no field takes: a fraction, a list and an object of fractions, a boolean where none stands."""
    for path in places(value):
        old = at(value, path)
        wrong = [1.5, [1.5], {"x": 1.5}]
        if old is not None:  # null says nothing of its field's type
            wrong.append("true" if isinstance(old, bool) else True)
        if isinstance(old, int):
            wrong.append(float(old))
        for new in wrong:
            yield path, replaced(value, path, new)


def nulled(value):
    for path in places(value):
        if at(value, path) is not None:
            yield path, replaced(value, path, None)


def widened(value):
    """A field too many in each object."""
    for path in [(), *places(value)]:
        if isinstance(at(value, path), dict):
            result = copy.deepcopy(value)
            at(result, path)["tambahan"] = 1
            yield path + ("tambahan",), result


STRINGS = ["", " ", "x", "0", "ab cd", "1234567890123456", "x" * 600, "x\n", "\x7f", "\u0085", "\u00e9", "a/b", "3510",
           "0510", "351016", "3510161002", "2026-02-29", "2024-02-29", "2026-13", "0000-01-01", "2026-01-28T08:03:04Z",
           "2026-01-28T08:03:04.123+07:00", "2026-01-28T08:03:60.000Z", "k0." + "a" * 32, "k1." + "a" * 31 + "1",
           "k1." + "A" * 32, "k1." + "a" * 32, "k1000." + "a" * 32, "0" * 64, "V/a", "any", "none", "gateway_",
           "gateway_x"]
INTEGERS = [-(2**63), -2, -1, 0, 1, 3, 4, 10, 11, 1000, 1001, 1000000, 1000001, 2**31 - 1, 2**31, 2**53 - 1, 2**53,
            2**63, 2**64, 10**30]


def shifted(value):
    """Other values of the same JSON type, good and bad ones."""
    for path in places(value):
        old = at(value, path)
        if isinstance(old, str):
            for new in [*STRINGS, old + "x", old + "\n", " " + old, old.upper()]:
                yield path, replaced(value, path, new)
        elif isinstance(old, int) and not isinstance(old, bool):
            for new in INTEGERS:
                yield path, replaced(value, path, new)
        elif isinstance(old, list) and old:
            yield path, replaced(value, path, old + [old[0]])
            yield path, replaced(value, path, old * 130)
