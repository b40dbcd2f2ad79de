"""Our own authority and the server's certificate, in one private file under `var/tls`.

The authority signs once and its key is never written: whoever installs it trusts one certificate, not whatever this
machine might sign one day; it is moreover constrained to the names it was made for. Made anew, both of them, when the
names change or the end is near.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import secrets
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

LIFE = datetime.timedelta(days=820)
"""Under the 825 days beyond which some clients refuse a certificate, whoever signed it."""
RENEWED_BEFORE = datetime.timedelta(days=30)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2; forward secrecy and authenticated encryption only, as ECO.1.1.3 wants."""


class Certificates(NamedTuple):
    """Where the private bundle is (key, certificate, authority), and what may be shown of it."""

    bundle: Path
    authority: x509.Certificate
    server: x509.Certificate

    @property
    def authority_pem(self) -> bytes:
        """What a mail client is told to trust."""
        return self.authority.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the server's certificate, in pairs: what a person compares when a client asks."""
        return self.server.fingerprint(hashes.SHA256()).hex(":").upper()

    def server_context(self) -> ssl.SSLContext:
        """For the doors: TLS 1.2 or later, no renegotiation, no compression."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        context.set_ciphers(CIPHERS)
        context.load_cert_chain(self.bundle)
        return context

    def client_context(self) -> ssl.SSLContext:
        """For whoever trusts this authority and no other: the connection tester, and tests."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=self.authority_pem.decode())
        return context


def certificates(var_dir: Path, host_name: str = "localhost", now: datetime.datetime | None = None) -> Certificates:
    """Those of this deployment, made if there are none. Several processes may ask at once: the first one's stand."""
    now = now or datetime.datetime.now(datetime.UTC)
    folder = var_dir / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    bundle = folder / "serveur.pem"
    names = tuple(dict.fromkeys((host_name, *LOOPBACK)))
    found = _read(bundle)
    if found is not None and _still_good(found, names, now):
        return found
    fresh = folder / f".{secrets.token_hex(8)}.pem"
    try:
        _write_privately(fresh, _make(names, now))
        if found is None and not bundle.exists():
            with suppress(FileExistsError):
                os.link(fresh, bundle)
        else:
            fresh.replace(bundle)
    finally:
        fresh.unlink(missing_ok=True)
    made = _read(bundle)
    if made is None:
        raise OSError(f"{bundle} : certificat illisible. Effacez ce fichier, il sera refait.")
    return made


def _read(bundle: Path) -> Certificates | None:
    try:
        found = x509.load_pem_x509_certificates(bundle.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return Certificates(bundle, found[1], found[0]) if len(found) == 2 else None


def _still_good(found: Certificates, names: tuple[str, ...], now: datetime.datetime) -> bool:
    certified = found.server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(_general(names)) <= set(certified) and now + RENEWED_BEFORE < found.server.not_valid_after_utc


def _write_privately(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make(names: tuple[str, ...], now: datetime.datetime) -> bytes:
    """Key of the server, its certificate, the authority's: elliptic curves, since a handshake must cost little."""
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = _named("Autorité fictive du bac à sable MSSanté (simulation)")
    common = {"not_before": now - datetime.timedelta(hours=1), "not_after": now + LIFE}
    authority = (
        _begun(authority_name, authority_name, authority_key.public_key(), **common)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_constraints(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    server = (
        _begun(_named(names[0]), authority_name, server_key.public_key(), **common)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_general(names)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(server_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    secret = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = serialization.Encoding.PEM
    return secret + server.public_bytes(pem) + authority.public_bytes(pem)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    *,
    not_before: datetime.datetime,
    not_after: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(names: tuple[str, ...]) -> list[x509.GeneralName]:
    """Names and addresses, as a certificate writes them."""
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _constraints(names: tuple[str, ...]) -> list[x509.GeneralName]:
    """The same, as bounds: an address is a network of one."""
    return [
        x509.IPAddress(ipaddress.ip_network(name.value)) if isinstance(name, x509.IPAddress) else name
        for name in _general(names)
    ]
