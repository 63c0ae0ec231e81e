#!/usr/bin/env python3
"""Checks what the Windows executables carry: icon, version, manifest, subsystem, and the DLLs that they import.

    tests/windows/executables.py FOLDER

FOLDER holds liaison.exe and liaisonw.exe. Only Python's own modules are needed. Exits with 1 when a check fails.
"""

import pathlib
import re
import struct
import sys
import tomllib
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).parents[2]
RT_ICON, RT_GROUP_ICON, RT_VERSION, RT_MANIFEST = 3, 14, 16, 24
GUI, CONSOLE = 2, 3

# What the programs import, all of it part of Windows 10. Any other DLL would perhaps have to be shipped beside them.
WINDOWS_10 = set(
    """
    advapi32 bcrypt bcryptprimitives combase crypt32 dwmapi dwrite dxgi gdi32 imm32 kernel32 ktmw32 msvcrt ntdll ole32 oleaut32
    opengl32 propsys rpcrt4 secur32 setupapi shell32 shlwapi uiautomationcore user32 userenv uxtheme ws2_32
    """.split()
)

SETTINGS = {
    "dpiAwareness": "PerMonitorV2",
    "longPathAware": "true",
    "activeCodePage": "UTF-8",
    "consoleAllocationPolicy": "detached",
}


class Executable:
    """As much of the PE format as the checks need.

    <https://learn.microsoft.com/en-us/windows/win32/debug/pe-format>
    """

    def __init__(self, path):
        self.data = path.read_bytes()
        (head,) = self.unpack("<I", 0x3C)
        assert self.data[head : head + 4] == b"PE\0\0", f"{path} is not a PE executable"
        self.machine, count = self.unpack("<HH", head + 4)
        (optional_size,) = self.unpack("<H", head + 20)
        optional = head + 24
        (magic,) = self.unpack("<H", optional)
        assert magic == 0x20B, f"{path} is not a 64-bit executable"
        (self.subsystem,) = self.unpack("<H", optional + 68)
        (directories,) = self.unpack("<I", optional + 108)
        self.directories = [self.unpack("<II", optional + 112 + 8 * index) for index in range(directories)]
        table = optional + optional_size
        self.sections = [self.unpack("<IIII", table + 40 * index + 8) for index in range(count)]

    def unpack(self, form, offset):
        return struct.unpack_from(form, self.data, offset)

    def offset(self, address):
        for size, start, raw_size, raw in self.sections:
            if start <= address < start + max(size, raw_size):
                return address - start + raw
        raise ValueError(f"the address {address:#x} is in no section")

    def imports(self):
        """The names of the DLLs, those that are loaded later included."""
        names = set()
        for directory, size, name_at in (1, 20, 12), (13, 32, 4):
            address = self.directories[directory][0]
            while address:
                (name,) = self.unpack("<I", self.offset(address) + name_at)
                if not name:
                    break
                start = self.offset(name)
                names.add(self.data[start : self.data.index(0, start)].decode().lower().removesuffix(".dll"))
                address += size
        return names

    def resources(self, kind):
        """The resources of this kind, by their number."""
        address = self.directories[2][0]
        if not address:
            return {}
        base = self.offset(address)

        def entries(directory):
            named, numbered = self.unpack("<HH", base + directory + 12)
            for index in range(named + numbered):
                name, child = self.unpack("<II", base + directory + 16 + 8 * index)
                yield name, child & 0x7FFFFFFF

        found = {}
        for number, names in entries(0):
            for name, languages in entries(names) if number == kind else ():
                for _, leaf in entries(languages):
                    start, size = self.unpack("<II", base + leaf)
                    start = self.offset(start)
                    found[name] = self.data[start : start + size]
        return found


def pictures(icon):
    """The pictures in an .ico file."""
    (count,) = struct.unpack_from("<H", icon, 4)
    places = [struct.unpack_from("<II", icon, 6 + 16 * index + 8) for index in range(count)]
    return [icon[start : start + size] for size, start in places]


def check_icon(executable):
    groups = list(executable.resources(RT_GROUP_ICON).values())
    if len(groups) != 1:
        yield f"{len(groups)} icons instead of one"
        return
    held = executable.resources(RT_ICON)
    (count,) = struct.unpack_from("<H", groups[0], 4)
    numbers = [struct.unpack_from("<H", groups[0], 6 + 14 * index + 12)[0] for index in range(count)]
    if [held.get(number) for number in numbers] != pictures((ROOT / "assets/icons/liaison.ico").read_bytes()):
        yield "the icon differs from assets/icons/liaison.ico"


def check_version(executable):
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    resources = list(executable.resources(RT_VERSION).values())
    if len(resources) != 1:
        yield f"{len(resources)} versions instead of one"
        return
    start = resources[0].index(struct.pack("<I", 0xFEEF04BD))
    file_minor, file_build, product_minor, product_build = struct.unpack_from("<4I", resources[0], start + 8)
    expected = [*map(int, version.split("-")[0].split(".")), 0]
    for name, (high, low) in {"file": (file_minor, file_build), "product": (product_minor, product_build)}.items():
        numbers = [high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF]
        if numbers != expected:
            yield f"the {name} version is {numbers}, and Cargo.toml's is {version}"
    text = resources[0].decode("utf-16-le", "replace")
    strings = {"FileVersion": version, "ProductVersion": version, "ProductName": "Liaison", "FileDescription": "Liaison"}
    for name, value in strings.items():
        found = re.search(name + "\0+([^\0]+)\0", text)
        if not found or found[1] != value:
            yield f"{name} is {found and found[1]!r} instead of {value!r}"
    for name in "CompanyName", "LegalCopyright":
        if not re.search(name + "\0+[^\0]+\0", text):
            yield f"{name} is missing"


def check_manifest(executable):
    manifests = executable.resources(RT_MANIFEST)
    if list(manifests) != [1]:
        yield f"the manifests have the numbers {list(manifests)} instead of 1"
        return
    found = {element.tag.rpartition("}")[2]: element for element in xml.fromstring(manifests[1]).iter()}
    for name, value in SETTINGS.items():
        if name not in found or found[name].text != value:
            yield f"{name} is not {value} in the manifest"
    level = found.get("requestedExecutionLevel")
    if level is None or level.get("level") != "asInvoker":
        yield "the manifest does not ask for the person's own rights"


def check(path, subsystem):
    executable = Executable(path)
    if executable.machine != 0x8664:
        yield "not for x86-64"
    if executable.subsystem != subsystem:
        yield f"the subsystem is {executable.subsystem} instead of {subsystem}"
    imports = executable.imports()
    foreign = sorted(name for name in imports - WINDOWS_10 if not name.startswith("api-ms-win-"))
    if foreign:
        yield f"imports DLLs that are not known to be part of Windows 10: {', '.join(foreign)}"
    if "kernel32" not in imports:
        yield "no imports were found"
    yield from check_icon(executable)
    yield from check_version(executable)
    yield from check_manifest(executable)


def main():
    folder = pathlib.Path(sys.argv[1])
    failed = 0
    for name, subsystem in {"liaison.exe": CONSOLE, "liaisonw.exe": GUI}.items():
        faults = list(check(folder / name, subsystem))
        failed += len(faults)
        print(f"{name}: {'; '.join(faults) or 'icon, version, manifest, subsystem, and DLLs are right'}")
    sys.exit(1 if failed else 0)


main()
