"""A certificate authority made on the spot, a server's certificate for 127.0.0.1, and the app's own. Argument: a folder.

The server's certificate is issued by the authority, since a self-signed one is refused by rustls.
"""

import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, issuer, key, signer, *extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(signer, hashes.SHA256())


def save(file, thing):
    encoding = serialization.Encoding.PEM
    if isinstance(thing, x509.Certificate):
        data = thing.public_bytes(encoding)
    else:
        plain = serialization.NoEncryption()
        data = thing.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    (folder / file).write_bytes(data)


ca_key = ec.generate_private_key(ec.SECP256R1())
ca = "Peers of the practice tenant"
save("ca.pem", certificate(ca, ca, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=0)))

leaf_key = ec.generate_private_key(ec.SECP256R1())
names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
for_servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
no_ca = x509.BasicConstraints(ca=False, path_length=None)
save("leaf.pem", certificate("127.0.0.1", ca, leaf_key, ca_key, no_ca, names, for_servers))
save("leaf.key", leaf_key)

# The app's certificate may be self-signed, and so may that of somebody else.
for file in ("app", "stranger"):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    save(f"{file}.pem", certificate(file, file, key, key))
    save(f"{file}.key", key)
