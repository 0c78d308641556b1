"""`matcher serve`: the service on one machine."""

from __future__ import annotations

import socket

import click
import uvicorn

from api.app import create_app
from matcher.live import Live
from matcher.settings import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--host", default=LOOPBACK[0], show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve suggestions over HTTP, on this machine only for now."""
    if host not in LOOPBACK:
        raise click.UsageError(
            f"--host is {host}, expected one of {', '.join(LOOPBACK)}: the service has no access "
            "control yet"
        )
    with socket.socket() as probe:
        if probe.connect_ex((LOOPBACK[0], port)) == 0:
            raise click.UsageError(f"port {port} is taken, expected a free one; name it by --port")
    live = Live(Settings.read())
    uvicorn.run(create_app(lambda: live), host=host, port=port, log_level="info")
