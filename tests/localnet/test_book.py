"""The book of messages: what it forgets, and who may sign in to read it."""

from datetime import UTC, datetime

import pytest

from contactcenter.localnet import Account, Direction, Message, MessagingService, Number, Status
from contactcenter.localnet.bell import Bell
from contactcenter.localnet.messages import Media, MessageBook
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def message(number: int, picture: int = 0) -> Message:
    media = [Media(f"ME{number}", "image/png", bytes(picture), NOON)] if picture else []
    return Message(f"SM{number}", MARTA, CENTER, "x", Direction.INBOUND, Status.RECEIVED, NOON, NOON, media=media)


def test_the_oldest_messages_are_forgotten_first() -> None:
    book = MessageBook(lambda: NOON, Bell(), keep=3, media_budget=1000)
    for number in range(5):
        book.add(message(number))
    assert [found.sid for found in book] == ["SM2", "SM3", "SM4"]
    assert [found.sid for found in book.newest_first()] == ["SM4", "SM3", "SM2"]
    assert book.of_handset(MARTA) == list(book)
    book.remove("SM3")
    assert (book.get("SM3"), len(book.of_handset(MARTA))) == (None, 2)
    book.clear()
    assert book.of_handset(MARTA) == []


def test_the_oldest_pictures_are_forgotten_past_the_budget() -> None:
    book = MessageBook(lambda: NOON, Bell(), keep=10, media_budget=1000)
    for number, size in enumerate([600, 300, 200, 5000]):
        book.add(message(number, size))
    assert [sum(len(media.data) for media in found.media) for found in book] == [0, 0, 0, 5000]


def test_an_account_admits_its_token_and_its_keys() -> None:
    account = Account.of(ACCOUNT, "secret", [], api_keys={"SK1": "key secret"})
    assert account.admits(ACCOUNT, "secret")
    assert account.admits("SK1", "key secret")
    for user, password in [(ACCOUNT, ""), (ACCOUNT, "key secret"), ("SK2", ""), ("", ""), (ACCOUNT, "ñ\ud83d")]:
        assert not account.admits(user, password)


@pytest.mark.parametrize(("sid", "token", "senders"), [("AC1", "t", ()), (ACCOUNT, "", ()), (ACCOUNT, "t", (MARTA,))])
def test_an_impossible_account_is_refused(sid: str, token: str, senders: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Account.of(sid, token, [Number(CENTER)], [MessagingService("MG1", senders)])
