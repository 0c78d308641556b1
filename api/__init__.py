"""What is shown: the engine over HTTP."""

from api.app import create_app

__all__ = ["create_app"]
