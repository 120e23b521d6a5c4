"""The people with telephones: who they are, whether theirs is on, and what they see on it."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contactcenter.localnet.messages import Direction, Message, MessageBook, Status

MAX_PEOPLE = 500
MAX_NAME = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can text the center. `about` and `texts` are by language (es, pt, en).

    `texts` are what this person might want to say: a newcomer picks one instead of inventing it.
    """

    number: str
    name: str
    about: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Handsets:
    """Everybody's telephones."""

    def __init__(self, book: MessageBook, people: Iterable[Person], desks: Iterable[Person] = ()) -> None:
        """`people` are there from the start; others join with new numbers. `desks` have telephones at the center."""
        self._book = book
        self._desks = {person.number: person for person in desks}
        self._given = {person.number: person for person in people}
        self._people = dict(self._given)
        self._off: set[str] = set()
        self._hidden: set[str] = set()

    def people(self) -> list[Person]:
        """Return everybody, in the order they came."""
        return list(self._people.values())

    def desks(self) -> list[Person]:
        """Return who has a telephone at the center."""
        return list(self._desks.values())

    def name_of(self, address: str) -> str:
        """Return who has a telephone, "" when nobody knows."""
        person = self._people.get(address) or self._desks.get(address)
        return "" if person is None else person.name

    def join(self, name: str) -> Person:
        """Give somebody a new Uruguayan mobile number. Raises ValueError when there are too many."""
        if len(self._people) >= MAX_PEOPLE:
            message = f"there are {MAX_PEOPLE} people already"
            raise ValueError(message)
        number = _new_number()
        while number in self._people:
            number = _new_number()
        person = Person(number, name[:MAX_NAME] or number)
        self.invite(person)
        return person

    def invite(self, person: Person) -> None:
        """Add somebody who brings their own number."""
        self._people[person.number] = person

    def is_on(self, number: str) -> bool:
        """Whether messages reach this telephone."""
        return number not in self._off

    def switch(self, number: str, *, on: bool) -> None:
        """Switch a telephone on or off."""
        if on:
            self._off.discard(number)
        else:
            self._off.add(number)

    def seen_on(self, number: str) -> list[Message]:
        """Return what a telephone shows, oldest first."""
        return [message for message in self._book.of_handset(number) if self.shows(message)]

    def shows(self, message: Message) -> bool:
        """Whether its person sees a message: what they sent, and what was delivered to them."""
        if message.sid in self._hidden:
            return False
        return message.direction is Direction.INBOUND or message.status is Status.DELIVERED

    def received(self, number: str) -> list[Message]:
        """Return the messages that were delivered to a telephone, oldest first."""
        return [m for m in self.seen_on(number) if m.direction is not Direction.INBOUND]

    def start_over(self, number: str) -> None:
        """Empty a telephone and switch it on. The account's log keeps its messages."""
        self._hidden.update(message.sid for message in self._book.of_handset(number))
        self._off.discard(number)

    def reset(self) -> None:
        """Forget everything but the people who were there from the start."""
        self._people = dict(self._given)
        self._off.clear()
        self._hidden.clear()


def _new_number() -> str:
    return f"+5989{secrets.randbelow(9) + 1}{secrets.randbelow(10**6):06d}"
