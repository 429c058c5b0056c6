"""The ground of the delivery tests: an SMTP server, settings that name it, and people with addresses."""

import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import NullPool, create_engine, text, update

from core.db.base import owner_url
from core.db.session import TenantSession
from core.platform.access.tables import Person
from core.platform.events.tables import OutboxMessage
from core.settings import settings
from tests.platform.delivery.mail_server import Keeper, MailServer


@pytest.fixture
def configure(monkeypatch):
    """Set settings for one test; without any, nothing is sent."""

    def set_settings(**values):
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), str(value))
        settings.cache_clear()

    yield set_settings
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _nothing_waits(database):
    """No message of an earlier test is sent in this one."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("update outbox_message set state = 'dead', secret = null"))


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def mail_server(keeper, configure):
    """A server that takes e-mail without encryption, on this machine; the console is set to use it."""
    server = MailServer(keeper)
    server.start()
    configure(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_tls="none",
        smtp_from="console@example.com",
        app_public_url="https://console.example.com",
    )
    yield server
    server.stop()


@pytest.fixture
def addresses(people, tenants):
    """The cast's e-mail addresses, and no choices of theirs: person -> address."""
    addresses = {person: f"{handle}@example.com" for handle, person in people.items()}
    for person, address in addresses.items():
        with TenantSession("", person) as session:
            session.execute(update(Person).where(Person.id == person).values(email=address))
            session.commit()
    return addresses


@pytest.fixture
def outbox(tenants):
    """The messages of Alice's tenant, as they are stored now."""

    def stored():
        with TenantSession(tenants["bella"], "") as session:
            return session.query(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id).all()

    return stored


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Files of a certificate for 127.0.0.1 and of its key; it is its own authority."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private
