"""Measures how long a change of a VPC route takes, from this host: the API call, and the data plane.

Sends a numbered UDP datagram every 2 ms from the host's first interface to an address that only one route of the subnet's route
table covers. The route's target is one of two further interfaces of the same host. This program calls ReplaceRoute, again and
again, and records at which of the two interfaces each datagram arrives. Calls, sending and arrival have the same clock.

`main` gets the settings: region, suffix (of AWS's domain names), table, destination (an address), port, sender, receivers (two
addresses, two interface ids), flips.

Prints to the serial console, one line each (times in ms from the moment the call is sent, `-`: not measured):
  route-latency ready receivers=N
  route-latency flip n=N at=EPOCH api=MS first=MS switched=MS lost=N .
  route-latency failed n=N why=CODE .
  route-latency end flips=N .

api: the answer of ReplaceRoute. first: the sending of the first datagram that arrived at the new interface. switched: the sending
of the first datagram after which none arrived at the old interface. lost: datagrams that arrived at neither interface.

Runs on Python 3.9 (Amazon Linux 2023) and later, as root: it reads packets before the kernel's IP layer, which drops those of other
destinations.
"""

import datetime
import fcntl
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import socket
import struct
import threading
import time
import urllib.parse
import urllib.request

EVERY_S = 0.002
# A datagram that has not arrived for this long is lost.
TRANSIT_S = 0.2
# The data plane has switched if for this long no datagram arrived at the old interface.
QUIET_S = 1.0
SWITCHED_WITHIN_S = 60.0
# At random, so that no period of the data plane is always met at the same moment.
REST_S = (0.5, 1.5)
# IAM needs some seconds until a new role may call.
PERMITTED_WITHIN_S = 120.0
THROTTLED_REST_S = 10.0
FAILURES_IN_A_ROW = 5
INTERFACES_WITHIN_S = float(os.environ.get("INTERFACES_WITHIN_S", "60"))
METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")
# -: standard output.
CONSOLE = os.environ.get("CONSOLE", "/dev/console")
DATAGRAM = struct.Struct("!8sQ")
MARK = b"vf-route"
# https://docs.kernel.org/userspace-api/netlink/intro.html has no simpler way to an address of an interface: linux/sockios.h
SIOCGIFADDR = 0x8915
ETH_P_IP = 0x0800
PROTOCOL_UDP = 17


class Refused(Exception):
    """EC2's error code."""


class Ec2:
    """ReplaceRoute with the credentials of the instance's role, over a connection that stays open."""

    def __init__(self, region, suffix):
        self.region = region
        self.url = urllib.parse.urlsplit(os.environ.get("AWS_ENDPOINT_URL_EC2", "https://ec2.%s.%s" % (region, suffix)))
        self.connection = None
        self.credentials = read_credentials()

    def replace_route(self, table, destination, interface):
        parameters = {
            "Action": "ReplaceRoute",
            "Version": "2016-11-15",
            "RouteTableId": table,
            "DestinationCidrBlock": destination + "/32",
            "NetworkInterfaceId": interface,
        }
        body = urllib.parse.urlencode(sorted(parameters.items()))
        status, answer = self.post(body)
        if status != 200:
            found = re.search("<Code>([^<]*)</Code>", answer)
            raise Refused(found.group(1) if found else "HTTP-%d" % status)

    def post(self, body):
        if self.connection is None:
            kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
            self.connection = kind(self.url.netloc, timeout=30)
        try:
            self.connection.request("POST", "/", body, self.signed(body))
            response = self.connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def signed(self, body):
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "host": self.url.netloc,
            "x-amz-date": now,
            "x-amz-security-token": self.credentials["Token"],
        }
        names = ";".join(sorted(headers))
        listed = "".join("%s:%s\n" % (name, headers[name]) for name in sorted(headers))
        request = "\n".join(["POST", "/", "", listed, names, hashlib.sha256(body.encode()).hexdigest()])
        scope = "/".join([now[:8], self.region, "ec2", "aws4_request"])
        text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
        key = ("AWS4" + self.credentials["SecretAccessKey"]).encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
            self.credentials["AccessKeyId"],
            scope,
            names,
            signature,
        )
        return headers


def read_credentials():
    token = metadata("PUT", "api/token", {"x-aws-ec2-metadata-token-ttl-seconds": "21600"})
    roles = "meta-data/iam/security-credentials/"
    headers = {"x-aws-ec2-metadata-token": token}
    return json.loads(metadata("GET", roles + metadata("GET", roles, headers).strip(), headers))


def metadata(method, path, headers):
    request = urllib.request.Request(METADATA + "/latest/" + path, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


class Stream:
    """The datagrams: when each was sent, and at which receiver it arrived (0: at none, 1: the first, 2: the second)."""

    def __init__(self):
        self.sent = []
        self.arrived = bytearray()

    def send(self, sock, destination, port):
        due = time.monotonic()
        while True:
            number = len(self.sent)
            self.arrived.append(0)
            self.sent.append(time.monotonic())
            try:
                sock.sendto(DATAGRAM.pack(MARK, number), (destination, port))
            except OSError:
                pass
            due += EVERY_S
            time.sleep(max(0, due - time.monotonic()))

    def receive(self, sock, receiver):
        while True:
            number = numbered(sock.recv(2048))
            if number is not None and number < len(self.sent):
                self.arrived[number] = receiver

    def start(self, device, destination, port, receivers):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        for index, receiver in enumerate(receivers):
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
            sock.bind((receiver, ETH_P_IP))
            threading.Thread(target=self.receive, args=(sock, index + 1), daemon=True).start()
        threading.Thread(target=self.send, args=(sender, destination, port), daemon=True).start()


def numbered(packet):
    """The number of a datagram of this program in an IPv4 packet; None: another packet."""
    if len(packet) < 20 or packet[9] != PROTOCOL_UDP:
        return None
    payload = packet[(packet[0] & 15) * 4 + 8 :][: DATAGRAM.size]
    if len(payload) < DATAGRAM.size:
        return None
    mark, number = DATAGRAM.unpack(payload)
    return number if mark == MARK else None


def judge(sent, arrived, began, new):
    """What a flip did to the datagrams that were sent since `began`: ms of `first` and `switched` (None: not yet), and the lost ones."""
    old = 3 - new
    first = switched = None
    for when, receiver in zip(sent, arrived):
        if receiver == old:
            switched = None
        elif receiver == new:
            switched = when if switched is None else switched
            first = when if first is None else first
    ms = lambda when: None if when is None else (when - began) * 1000
    return ms(first), ms(switched), sum(receiver == 0 for receiver in arrived)


def until_switched(stream, first, began, new):
    """Waits for the data plane to settle at an interface, and judges the datagrams from number `first` on."""
    deadline = time.monotonic() + SWITCHED_WITHIN_S
    while True:
        time.sleep(0.1)
        now = time.monotonic()
        last = len(stream.sent) - 1
        while last > first and stream.sent[last] > now - TRANSIT_S:
            last -= 1
        sent, arrived = stream.sent[first : last + 1], stream.arrived[first : last + 1]
        recent = [receiver for when, receiver in zip(sent, arrived) if when > now - TRANSIT_S - QUIET_S]
        is_quiet = bool(sent) and sent[0] <= now - TRANSIT_S - QUIET_S
        if (is_quiet and 3 - new not in recent and recent.count(new) > 0.9 * len(recent)) or now > deadline:
            return judge(sent, arrived, began, new)


def flip(ec2, stream, settings, new):
    """One call and what it did: the numbers of a line."""
    first = len(stream.sent) if stream else 0
    at, began = time.time(), time.monotonic()
    ec2.replace_route(settings["table"], settings["destination"], settings["interfaces"][new - 1])
    api = (time.monotonic() - began) * 1000
    return [at, api, *(until_switched(stream, first, began, new) if stream else (None, None, None))]


def until_at_first(ec2, settings):
    """Points the route at the first interface: opens the connection, and waits until IAM knows the new role."""
    deadline = time.monotonic() + PERMITTED_WITHIN_S
    while True:
        try:
            return ec2.replace_route(settings["table"], settings["destination"], settings["interfaces"][0])
        except (Refused, OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
        time.sleep(2)


def devices_of(addresses):
    """The names of the interfaces with these addresses; an empty list: not all of them are there in time."""
    deadline = time.monotonic() + INTERFACES_WITHIN_S
    while True:
        found = {address_of(name): name for _, name in socket.if_nameindex()}
        if all(address in found for address in addresses):
            return [found[address] for address in addresses]
        if time.monotonic() >= deadline:
            return []
        time.sleep(1)


def address_of(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            answer = fcntl.ioctl(sock.fileno(), SIOCGIFADDR, struct.pack("256s", device.encode()[:15]))
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])


def write(text):
    # In one write, on a line of its own: other programs write to the console as well.
    text = "\nroute-latency " + text + " .\n"
    if CONSOLE == "-":
        print(text, end="", flush=True)
        return
    with open(CONSOLE, "w") as console:
        console.write(text)


def shown(value):
    return "-" if value is None else "%.1f" % value


def started(settings):
    """The stream; None: the host does not have the interfaces."""
    devices = devices_of([settings["sender"], *settings["receivers"]])
    write("ready receivers=%d" % len(devices[1:]))
    if not devices:
        return None
    stream = Stream()
    stream.start(devices[0], settings["destination"], settings["port"], devices[1:])
    return stream


def main(settings):
    try:
        stream = started(settings)
        ec2 = Ec2(settings["region"], settings["suffix"])
        until_at_first(ec2, settings)
        measure(ec2, stream, settings)
    except Exception as error:
        write("failed n=0 why=" + reason(error))
        write("end flips=0")


def measure(ec2, stream, settings):
    failures, current = 0, 1
    for number in range(1, settings["flips"] + 1):
        time.sleep(random.uniform(*REST_S))
        try:
            write("flip n=%d %s" % (number, line_of(flip(ec2, stream, settings, 3 - current))))
            failures, current = 0, 3 - current
        except (Refused, OSError, http.client.HTTPException) as error:
            write("failed n=%d why=%s" % (number, reason(error)))
            failures += 1
            if failures == FAILURES_IN_A_ROW:
                break
            # The call may have had an effect.
            time.sleep(THROTTLED_REST_S)
            until_at_first(ec2, settings)
            current = 1
            time.sleep(THROTTLED_REST_S)
    write("end flips=%d" % settings["flips"])


def line_of(numbers):
    at, api, first, switched, lost = numbers
    ms = "api=%s first=%s switched=%s" % (shown(api), shown(first), shown(switched))
    return "at=%.3f %s lost=%s" % (at, ms, "-" if lost is None else lost)


def reason(error):
    text = str(error) or type(error).__name__
    return re.sub(r"[^A-Za-z0-9_.:-]+", "-", text)[:100]
