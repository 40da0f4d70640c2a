"""Binds a Unix datagram socket, as systemd does, and prints each datagram that comes."""

import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(receiver.recv(4096).decode().replace("\n", " "), flush=True)
