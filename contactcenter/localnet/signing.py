"""Twilio's signature over a webhook, computed from its published description.

The full address, then each parameter's name and value in the names' order, joined without
separators; HMAC-SHA1 with the account's auth token; base64.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

SIGNATURE_HEADER = "X-Twilio-Signature"


def sign(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """Return the signature of a form posted to `url` (which has no fragment any more)."""
    text = url + "".join(name + params[name] for name in sorted(params))
    digest = hmac.new(auth_token.encode(), text.encode("utf-8"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")
