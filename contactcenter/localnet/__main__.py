"""Run the network by itself: `python -m contactcenter.localnet --webhook http://…/webhooks/twilio/sms`."""

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence

from contactcenter.localnet.account import ACCOUNT_SID, Number, random_sid
from contactcenter.localnet.demo import demo_people
from contactcenter.localnet.server import LocalNetwork


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line. Credentials come from Twilio's own variables, or are made up."""
    parser = argparse.ArgumentParser(prog="python -m contactcenter.localnet", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8081, help="port, 0 for a free one (%(default)s)")
    parser.add_argument("--webhook", default="", help="where incoming messages are announced")
    parser.add_argument("--fallback", default="", help="where they are announced when that fails")
    parser.add_argument("--number", action="append", help="a number of the center; may be repeated")
    parser.add_argument("--label", default="Centro de atención", help="its name on the handset")
    parser.add_argument("--pace", type=float, default=0.5, help="seconds each delivery status takes (%(default)s)")
    parser.add_argument("--voice-webhook", default="", help="where it is asked what to do with a call")
    parser.add_argument("--tempo", type=float, default=1.0, help="how long speech takes; 1 is a person's (%(default)s)")
    return parser.parse_args(arguments)


def build(options: argparse.Namespace) -> LocalNetwork:
    """Make the network the command line asks for."""
    numbers = [
        Number(
            number,
            options.label,
            sms_url=options.webhook,
            sms_fallback_url=options.fallback,
            voice_url=options.voice_webhook,
        )
        for number in options.number or ["+59829000000"]
    ]
    sid = os.environ.get("TWILIO_ACCOUNT_SID", "")
    if ACCOUNT_SID.fullmatch(sid) is None:
        sid = random_sid("AC")
    return LocalNetwork(
        account_sid=sid,
        auth_token=os.environ.get("TWILIO_AUTH_TOKEN") or random_sid(""),
        numbers=numbers,
        people=demo_people(),
        host=options.host,
        port=options.port,
        pace=options.pace,
        tempo=options.tempo,
    )


async def serve(network: LocalNetwork, *, made_up: bool) -> None:
    """Run until the process is asked to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with network:
        print(f"Handset: {network.url}/")
        print(f"REST API: {network.url}/2010-04-01/")
        print(f"TWILIO_ACCOUNT_SID={network.account.sid}")
        if made_up:
            # made up for this run and of no use elsewhere: the center has to be told
            print(f"TWILIO_AUTH_TOKEN={network.account.auth_token}", flush=True)
        await ended.wait()


def main() -> None:
    """Run the command."""
    made_up = not os.environ.get("TWILIO_AUTH_TOKEN")
    asyncio.run(serve(build(parse()), made_up=made_up))


if __name__ == "__main__":
    main()
