"""A web node: webhooks, the console's API and WebSocket, the web chat, supervisors' API (docs/api.md)."""

from contactcenter.web.app import create_app
from contactcenter.web.limits import Limiter, MemoryLimiter, RedisLimiter
from contactcenter.web.passwords import hash_password
from contactcenter.web.state import Demo, DemoAccount, WebDependencies

__all__ = [
    "Demo",
    "DemoAccount",
    "Limiter",
    "MemoryLimiter",
    "RedisLimiter",
    "WebDependencies",
    "create_app",
    "hash_password",
]
