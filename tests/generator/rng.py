"""Chance that a seed and a name decide, and nothing else: no order of calls, no platform."""

import hashlib


def number(*parts):
    """A 64-bit number that is a function of the parts."""
    text = "|".join(str(part) for part in parts).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def below(limit, *parts):
    return number(*parts) % limit


def chance(permille, *parts):
    """True for about `permille` of 1000 names."""
    return below(1000, *parts) < permille


def pick(choices, *parts):
    return choices[below(len(choices), *parts)]


def weighted(choices, *parts):
    """choices: (weight, value) pairs."""
    at = below(sum(weight for weight, _ in choices), *parts)
    for weight, value in choices:
        if at < weight:
            return value
        at -= weight
    raise AssertionError("weights do not add up")
