"""A server on this machine that stands in for every provider, behind real TLS.

Nothing in the package knows of it: connections to the providers' hosts are led to this
machine where the library opens them, and the certificates it checks are signed by an
authority made for the occasion. So addresses, certificates, redirects and refusals are
those of the real thing; rows are invented.
"""

import datetime
import ipaddress
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import urllib3.util.connection

HOSTS = (
    "ucdpapi.pcr.uu.se",
    "acleddata.com",
    "helix-tools-api.idmcdb.org",
    "helix-copilot-prod-helix-media-external.s3.amazonaws.com",
    "api.unhcr.org",
    "hapi.humdata.org",
    "elsewhere.example",
)


@dataclass
class Asked:
    """A request as the server saw it."""

    method: str
    host: str
    path: str
    query: dict
    headers: dict
    form: dict


@dataclass
class Reply:
    """An answer, and what is wrong with it."""

    body: object = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    # Bytes that are announced and never sent.
    missing: int = 0
    delay: float = 0.0
    kind: str = "application/json"

    def data(self):
        if isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self._answer(dict(parse_qsl(self.rfile.read(length).decode())))

    def _answer(self, form):
        parts = urlsplit(self.path)
        asked = Asked(
            self.command,
            self.headers.get("Host", ""),
            parts.path,
            {k: v[0] for k, v in parse_qs(parts.query).items()},
            dict(self.headers),
            form,
        )
        self.server.asked.append(asked)
        reply = self.server.play(asked)
        time.sleep(reply.delay)
        data = reply.data()
        try:
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(data) + reply.missing))
            if reply.kind:
                self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            # The client has lost its patience, as some tests want it to.
            self.close_connection = True
        if reply.missing:
            self.close_connection = True

    def log_message(self, *words):
        pass


class ProviderServer:
    """The server; tests set `play`, a function of what is asked to a Reply."""

    def __init__(self, certificates):
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates["server"])
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.http.asked = []
        self.connected = []
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))

    @property
    def asked(self):
        return self.http.asked

    def play(self, script):
        """Answer by a function of what is asked, or by replies in order."""
        if callable(script):
            self.http.play = script
            return
        replies = iter(script)
        self.http.play = lambda _: next(replies)

    def connect(self, address, *rest, **options):
        """Lead a connection to a provider's host to this machine."""
        host, port = address
        self.connected.append(host)
        assert host in HOSTS, host
        assert port == 443
        return _connect(("127.0.0.1", self.http.server_port), *rest, **options)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


_connect = urllib3.util.connection.create_connection


def make_certificates(folder):
    """Make an authority and a certificate for all hosts; return their files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def named(name):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    def signed(name, key, issuer, by, *extensions):
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder(
            issuer_name=named(issuer),
            subject_name=named(name),
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - datetime.timedelta(days=1),
            not_valid_after=now + datetime.timedelta(days=1),
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(by, hashes.SHA256())

    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = signed(
        "Test authority",
        authority,
        "Test authority",
        authority,
        x509.BasicConstraints(ca=True, path_length=0),
        x509.KeyUsage(True, False, False, False, False, True, True, False, False),
        x509.SubjectKeyIdentifier.from_public_key(authority.public_key()),
    )
    names = [x509.DNSName(h) for h in HOSTS if h != "elsewhere.example"]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    leaf = signed(
        "Test providers",
        server,
        "Test authority",
        authority,
        x509.SubjectAlternativeName(names),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
    )
    pem = serialization.Encoding.PEM
    key = server.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files = {"authority": folder / "authority.pem", "server": folder / "server.pem"}
    files["authority"].write_bytes(root.public_bytes(pem))
    files["server"].write_bytes(key + leaf.public_bytes(pem))
    return files
