"""Probes the data plane between two hosts, and writes what it finds to the serial console.

Sends a numbered UDP datagram to the peer every 20 ms, and answers the peer's. A datagram that is not answered within
2 s is lost. Lines on the console (times in seconds since the epoch, by this host's clock, which the Amazon Time Sync Service keeps):

  acceptance-probe alive at=T sent=N answered=N unanswered=N
  acceptance-probe gap from=T to=T lost=N next=T back=T

unanswered: how many of the last datagrams were lost in a row; 0: the last one was answered.
from, to: when the first and the last lost datagram of a row were sent. next: when the first answered one after them was
sent; back: when its answer arrived.
"""

import collections
import socket
import struct
import sys
import threading
import time

EVERY_S = 0.02
JUDGED_AFTER_S = 2.0
ALIVE_EVERY_S = 10.0
PROBE = struct.Struct("!cQ")


def say(console, text):
    console.write("acceptance-probe " + text + "\n")
    console.flush()


class Gaps:
    """Joins lost datagrams in a row. `judge` is called for each datagram, in the order of sending."""

    def __init__(self, report):
        self.report = report
        self.first = self.last = None
        self.lost = 0

    def judge(self, sent, answered):
        if answered is None:
            self.first = self.first or sent
            self.last = sent
            self.lost += 1
        elif self.lost:
            self.report(
                "gap from=%.3f to=%.3f lost=%d next=%.3f back=%.3f" % (self.first, self.last, self.lost, sent, answered)
            )
            self.first = self.last = None
            self.lost = 0


def alive(at, sent, answered, gaps):
    return "alive at=%.3f sent=%d answered=%d unanswered=%d" % (at, sent, answered, gaps.lost)


def receive(sock, answers):
    while True:
        data, address = sock.recvfrom(64)
        if len(data) != PROBE.size:
            continue
        kind, number = PROBE.unpack(data)
        if kind == b"?":
            try:
                sock.sendto(PROBE.pack(b"!", number), address)
            except OSError:
                pass
        else:
            answers[number] = time.time()


def main(peer, port):
    console = open("/dev/console", "w")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", port))
    answers = {}
    threading.Thread(target=receive, args=(sock, answers), daemon=True).start()
    waiting = collections.deque()
    gaps = Gaps(lambda text: say(console, text))
    number = answered = 0
    due = said = time.monotonic()
    while True:
        sent = time.time()
        try:
            sock.sendto(PROBE.pack(b"?", number), (peer, port))
        except OSError:
            pass
        waiting.append((number, sent))
        number += 1
        while waiting and waiting[0][1] < sent - JUDGED_AFTER_S:
            judged, when = waiting.popleft()
            answer = answers.pop(judged, None)
            answered += answer is not None
            gaps.judge(when, answer)
        if time.monotonic() >= said:
            said += ALIVE_EVERY_S
            say(console, alive(sent, number, answered, gaps))
        due += EVERY_S
        time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
