#!/usr/bin/env python3
"""A link between two regions, in user space, as not every kernel has netem: link.py FILE

Opens the devices far0 and home0, and passes packets from one to the other. FILE says after how many milliseconds, or "cut": then they are lost,
as in an ocean, and nobody is told."""

import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LARGEST_PACKET = 65536
LOOK = 0.02  # seconds between two looks at the file


def open_device(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def read_delay(file):
    with open(file, encoding="ascii") as text:
        said = text.read().strip()
    return None if said == "cut" else float(said) / 1000


def main(file):
    far, home = open_device("far0"), open_device("home0")
    other = {far: home, home: far}
    waiting = collections.deque()
    delay, looked = read_delay(file), time.monotonic()
    while True:
        now = time.monotonic()
        pause = min(waiting[0][0] - now, LOOK) if waiting else LOOK
        ready, _, _ = select.select([far, home], [], [], max(pause, 0))
        now = time.monotonic()
        if now - looked > LOOK:
            delay, looked = read_delay(file), now
        for device in ready:
            packet = os.read(device, LARGEST_PACKET)
            if delay is not None:
                waiting.append((now + delay, other[device], packet))
        while waiting and waiting[0][0] <= now:
            _, device, packet = waiting.popleft()
            if delay is not None:
                try:
                    os.write(device, packet)
                except OSError:
                    pass  # The device is not up yet.


main(sys.argv[1])
