#!/usr/bin/python3
"""Proves from object files that the layers of PRINCIPLES.md hold. What is allowed stands in common/layers.txt.

    layers.py OBJECT-ROOT [SOURCE-ROOT]

OBJECT-ROOT/common/core/buf.o is the object of SOURCE-ROOT/common/core/buf.c. Every undefined symbol of an object is
another file of ours (then the arrow between the two must exist), a client library's (then the folder must be allowed to
call it), or libc's (then a pure file may call it only if it is on the list). Writable variables are state, which no
file has unless it is named. Exit status 1 and one line per violation.
"""

import fnmatch
import os
import re
import subprocess
import sys

# Arrows point down only.
BELOW = {
    "core": set(),
    "domain": {"core"},
    "wire": {"domain", "core"},
    "io": {"wire", "domain", "core"},
    "daemon": {"io", "wire", "domain", "core"},
    "tools": {"io", "wire", "domain", "core"},
}
PURE_BELOW = {"wire", "domain", "core"}
SHELL_BELOW = {"daemon", "io", "wire", "domain", "core"}
WRITABLE = re.compile(r"^\.(t?data|t?bss)\b(?!\.rel\.ro)|^\*COM\*$")
COMPILER_STATE = ("__asan", "__ubsan", "__tsan", "__sancov", "__gcov", "DW.ref.")


class Rules:
    """common/layers.txt."""

    def __init__(self, path):
        self.pure, self.shell, self.state, self.calls, self.libraries = [], {}, {}, [], []
        with open(path, encoding="utf-8") as source:
            for number, line in enumerate(source, 1):
                words = line.split("#")[0].split()
                if words and not self._read(words):
                    raise SystemExit(f"{path}:{number}: cannot be read")

    def _read(self, words):
        kind, rest = words[0], words[1:]
        if kind == "pure":
            self.pure += rest
        elif kind == "shell" and len(rest) >= 2:
            self.shell[rest[0]] = " ".join(rest[1:])
        elif kind == "state" and ":" in rest[2:-1]:
            self.state[rest[0]] = rest[1:rest.index(":")]
        elif kind == "calls" and rest[0] == "pure":
            self.calls += rest[1:]
        elif kind == "library" and len(rest) >= 4:
            self.libraries.append((rest[0], rest[1].split(","), rest[2], rest[3:]))
        else:
            return False
        return True

    def is_pure(self, source):
        return source not in self.shell and any(source.startswith(folder + "/") for folder in self.pure) \
            and not is_program(source)

    def library_of(self, symbol):
        return next((library for library in self.libraries if matches(symbol, library[3])), None)


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def is_program(source):
    name = os.path.basename(source)
    return name == "main.c" or name.startswith("berbagi-")


def layer_of(source):
    """("core", None), ("service", "ingest") …"""
    words = source.split("/")
    return ("service", words[1]) if words[0] == "services" else (words[1], None)


class Object:
    """What the tools of binutils say about one object file."""

    def __init__(self, path, source):
        self.source = source
        self.defined, self.undefined, self.variables = set(), set(), []
        listing = subprocess.run(["objdump", "-tw", path], check=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                                 stdout=subprocess.PIPE, text=True).stdout
        for line in listing.splitlines():
            fields = re.match(r"^[0-9a-f]{16} (.{7}) (\S+)\s+[0-9a-f]+\s+(?:\.hidden |\.internal |\.protected )?(\S+)$",
                              line)
            if fields:
                self._add(*fields.groups())

    def _add(self, flags, section, name):
        if section == "*UND*":
            self.undefined.add(name)
        elif flags[0] in "gu" or section == "*COM*" or flags[1] == "w":
            self.defined.add(name)
        if "d" not in flags and WRITABLE.match(section) and not name.startswith(COMPILER_STATE):
            self.variables.append(name)


def read_objects(root, source_root):
    objects = []
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            source = os.path.relpath(os.path.join(folder, name), root)[:-2] + ".c"
            if name.endswith(".o") and source.split("/")[0] in ("common", "services") \
                    and os.path.exists(os.path.join(source_root, source)):
                objects.append(Object(os.path.join(folder, name), source))
    return objects


def arrow_is_allowed(user, used, rules):
    """Whether `user` may call into `used` (two sources)."""
    (layer, service), (other, other_service) = layer_of(user), layer_of(used)
    if (layer, service) == (other, other_service):
        return True
    if other == "service":
        return False  # nobody calls into a service, least of all another one
    if layer == "service":
        allowed = PURE_BELOW if rules.is_pure(user) else SHELL_BELOW
    else:
        allowed = BELOW[layer]
    return other in allowed


def symbol_violation(obj, symbol, owner, rules):
    if symbol in owner:
        if not arrow_is_allowed(obj.source, owner[symbol], rules):
            return f"calls {symbol} of {owner[symbol]}: no arrow points there"
        if rules.is_pure(obj.source) and owner[symbol] in rules.shell and layer_of(owner[symbol]) != layer_of(obj.source):
            return f"is pure and calls {symbol} of {owner[symbol]}, which is shell"
        if rules.is_pure(obj.source) and layer_of(obj.source)[0] == "service" and owner[symbol] in rules.shell:
            return f"is pure and calls {symbol} of {owner[symbol]}, which is shell"
        return None
    library = rules.library_of(symbol)
    if library:
        return None if any(obj.source.startswith(folder + "/") for folder in library[1]) \
            else f"calls {symbol}: {library[0]} belongs to {', '.join(library[1])}"
    if rules.is_pure(obj.source) and not matches(symbol, rules.calls) and not symbol.startswith(COMPILER_STATE):
        return f"is pure and calls {symbol}"
    return None


def include_violations(source, source_root, rules):
    with open(os.path.join(source_root, source), encoding="utf-8") as text:
        for header in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text.read(), re.M):
            for name, folders, prefix, _ in rules.libraries:
                if header.startswith(prefix) and not any(source.startswith(folder + "/") for folder in folders):
                    yield f"includes {header}: {name} belongs to {', '.join(folders)}"
            if header.startswith(("common/", "services/")) \
                    and not arrow_is_allowed(as_source(source, rules), header, rules):
                yield f"includes {header}: no arrow points there"


def as_source(name, rules):
    """A header is as pure as its source file, unless it is named itself."""
    return name if name in rules.shell else name[:-2] + ".c"


def headers(source_root):
    for top in ("common", "services"):
        for folder, _, names in sorted(os.walk(os.path.join(source_root, top))):
            for name in sorted(names):
                if name.endswith(".h"):
                    yield os.path.relpath(os.path.join(folder, name), source_root)


def violations(objects, source_root, rules):
    everywhere = {symbol: obj.source for obj in objects if not is_program(obj.source) for symbol in obj.defined}
    at_home = {}  # two services may use one name: each means its own
    for obj in objects:
        at_home.setdefault(layer_of(obj.source), {}).update((symbol, obj.source) for symbol in obj.defined)
    for obj in objects:
        owner = {**everywhere, **at_home[layer_of(obj.source)]}
        for symbol in sorted(obj.undefined):
            fault = symbol_violation(obj, symbol, owner, rules)
            if fault:
                yield f"{obj.source}: {fault}"
        for name in obj.variables:
            base = name.split(".")[0]  # the compiler numbers variables of functions
            if obj.source.split("/")[1] in ("io", "daemon", "tools") or is_program(obj.source):
                continue
            if base not in rules.state.get(obj.source, ()):
                yield f"{obj.source}: keeps state: {name}"
        yield from (f"{obj.source}: {fault}" for fault in include_violations(obj.source, source_root, rules))
    for header in headers(source_root):
        yield from (f"{header}: {fault}" for fault in include_violations(header, source_root, rules))
    known = {obj.source for obj in objects} | set(headers(source_root))
    for source in [*rules.shell, *rules.state]:
        if source not in known:
            yield f"common/layers.txt: there is no {source}"


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__.strip())
    source_root = arguments[1] if len(arguments) == 2 else "."
    rules = Rules(os.path.join(source_root, "common/layers.txt"))
    objects = read_objects(arguments[0], source_root)
    found = list(violations(objects, source_root, rules))
    for line in found:
        print("  " + line)
    pure = sum(rules.is_pure(obj.source) for obj in objects)
    print(f"  LAYER {len(objects)} objects, {pure} of them pure: {len(found)} violations")
    return 1 if found or not objects else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
