"""Every setting, one field per variable of the environment (or of a `.env` file), each with its meaning.

`.env.example` is tested to be equal to this class. Secrets are SecretStr and never printed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_prefix="", extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(
        None,
        description="A PostgreSQL 15+ server, as its owner role: postgresql://owner:secret@host/name. Empty: the embedded server.",
    )
    database_app_password: SecretStr | None = Field(
        None,
        description="Password of the role aura_app on that server; the console works under it, never under the owner.",
    )
    app_data_dir: Path = Field(
        ROOT / "data" / "local",
        description="This machine's own files: the embedded database, keys, uploads under way, logs.",
    )
    app_master_keys: SecretStr | None = Field(
        None,
        description="Master keys that wrap the tenants' data keys: base64 of 32 bytes each, newest first, separated by commas. Empty: a key file in APP_DATA_DIR/keys, made on first use.",
    )
    app_host: str = Field(
        "127.0.0.1", description="Address the console listens on; anything else needs a TLS proxy in front."
    )
    app_port: int = Field(8501, description="Port the console listens on.")
    app_allowed_hosts: str = Field(
        "",
        description="Names under which the console is reached, separated by commas, besides localhost, 127.0.0.1, [::1] and APP_HOST; *.example.com stands for every name under it, * for any name.",
    )
    app_proxies: str = Field(
        "",
        description="Addresses of the proxies in front of the console, separated by commas; only their X-Forwarded-Host and X-Forwarded-For count.",
    )
    app_behind_tls: bool = Field(
        False,
        description="Whether people reach the console by https: browsers are then told never to use anything else.",
    )
    oidc_issuer: str = Field(
        "",
        description="Issuer of an OpenID Connect provider that people may sign in with, by https: https://login.example.com. Empty: local accounts only.",
    )
    oidc_client_id: str = Field(
        "",
        description="The console's client id at that provider; its callback is APP_PUBLIC_URL/auth/callback.",
    )
    oidc_client_secret: SecretStr | None = Field(None, description="The console's secret at that provider.")
    oidc_name: str = Field(
        "your company account", description="What that provider is called on the sign-in page."
    )
    operator_name: str = Field(
        "AuraConnect",
        description="Name of the company that runs the console, for the tenant that `aura admin create` makes.",
    )
    demo_sign_in: bool = Field(
        False,
        description="Whether everybody who reaches the console may choose one of the demo's people. Otherwise only on the console's own machine.",
    )
    upload_limit_mb: int = Field(2048, description="Largest file that may be uploaded, in megabytes.")
    upload_idle_seconds: float = Field(
        30.0,
        gt=0,
        description="A request whose body pauses for this long is ended, and one that is slower than 4 KB a second.",
    )
    upload_parallel: int = Field(4, ge=1, description="Uploads of one person that may be under way at once.")
    upload_person_hour: int = Field(
        200, ge=0, description="Uploads that one person may begin within an hour."
    )
    upload_tenant_hour: int = Field(
        1000, ge=0, description="Uploads that one customer may begin within an hour."
    )
    upload_person_gb: float = Field(
        100.0, ge=0, description="Gigabytes of files that one person may have stored for a customer."
    )
    upload_tenant_gb: float = Field(
        200.0, ge=0, description="Gigabytes of files that one customer may have stored."
    )
    upload_read_seconds: float = Field(
        900.0, gt=0, description="Longest time that reading one uploaded file may take."
    )
    upload_read_mb: int = Field(
        3072, ge=256, description="Most memory that reading one uploaded file may take, in megabytes."
    )
    migration_batch_size: int = Field(30_000, description="Rows per chunk: each chunk is one transaction.")
    migration_timeout_minutes: int = Field(
        120, description="A run that makes no progress for this long is shown as stalled."
    )
    migration_retry_attempts: int = Field(
        10, description="How often a chunk is tried again when the database is away."
    )
    parallel_workers: int = Field(4, description="Runs that one worker process carries at the same time.")
    heartbeat_timeout_seconds: float = Field(
        10.0, description="A worker silent for this long is taken for dead, and its runs are taken over."
    )
    ai_base_url: str = Field(
        "https://api.openai.com/v1",
        description="Where language models are asked: any server that speaks OpenAI's chat completions (OpenAI, Azure, Ollama, vLLM).",
    )
    ai_api_key: SecretStr | None = Field(
        None,
        description="Key of that server. Empty: no model is asked, and the console works on rules, memory and statistics.",
    )
    ai_models: str = Field(
        "gpt-6-luna,gpt-6.1-terra",
        description="Models separated by commas, the cheapest first; the next one is asked while an answer is not sure.",
    )
    ai_timeout_seconds: float = Field(
        30.0,
        gt=0,
        le=30,
        description="Longest time one request of a person may wait for models, retries included.",
    )
    ai_max_retries: int = Field(
        3, ge=0, description="How often a model is tried again that is overloaded or out of reach."
    )
    ai_reasoning_effort: str = Field(
        "low",
        description="How long models may think first: none, low, medium, high as the server knows them. Empty: not said, for servers that refuse it.",
    )
    ai_tenant_month_tokens: int = Field(
        1_000_000,
        description="Tokens a customer may use for AI in a calendar month, whatever its packages allow.",
    )
    ai_hour_alert_tokens: int = Field(
        100_000, description="AI tokens of one hour above which the console warns."
    )
    app_public_url: str = Field(
        "",
        description="Address under which people reach the console, for links in messages: https://console.example.com. Empty: http://APP_HOST:APP_PORT, with https behind TLS.",
    )
    smtp_host: str = Field(
        "",
        description="Server that takes e-mail. Empty: nothing is sent; messages wait and can be read on the Outbox page.",
    )
    smtp_port: int = Field(587, description="Port of that server: usually 587 with STARTTLS, 465 with TLS.")
    smtp_user: str = Field("", description="User to sign in with at that server. Empty: no sign-in.")
    smtp_password: SecretStr | None = Field(None, description="Password of that user.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection is encrypted: starttls, tls, or none, which only a server on this machine may have.",
    )
    smtp_from: str = Field("", description="Address that e-mail comes from; needed with SMTP_HOST.")
    webhook_url: str = Field(
        "",
        description="Where events are posted as JSON, by https. Empty: nowhere. Messages with a one-time link are never posted.",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Secret that signs what is posted, in the header Aura-Signature; needed with WEBHOOK_URL.",
    )
    payment_gateway_url: str = Field(
        "",
        description="Interface of the payment gateway PayNow: https://www.paynow.co.zw/interface. Empty: payments are recorded by hand.",
    )
    payment_gateway_id: SecretStr | None = Field(
        None, description="Integration id at PayNow; needed with PAYMENT_GATEWAY_URL."
    )
    payment_gateway_key: SecretStr | None = Field(
        None,
        description="Integration key at PayNow, which signs every message; needed with PAYMENT_GATEWAY_URL.",
    )
    payment_gateway_currency: str = Field(
        "USD", description="Currency of that integration: USD or ZWG. PayNow has one integration a currency."
    )
    sms_gateway_url: str = Field(
        "",
        description="Where text messages are posted as a form, by https (docs/operating.md). Empty: no text messages are sent.",
    )
    sms_gateway_key: SecretStr | None = Field(
        None, description="Key of that gateway, sent as a bearer token; needed with SMS_GATEWAY_URL."
    )
    sms_sender: str = Field(
        "", description="Sender that text messages show: a number or a name that the gateway knows."
    )
    migration_services_enabled: bool = Field(
        True,
        description="Whether migration services are sold and delivered here: orders placed by customers, and the section Deliver.",
    )


@cache
def settings() -> Settings:
    return Settings()
