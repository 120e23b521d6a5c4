"""The part of the network that plays calls, wired together."""

from collections.abc import Callable, Mapping

from contactcenter.localnet.account import Account, SidMaker
from contactcenter.localnet.bell import Bell, Tasks
from contactcenter.localnet.call_control import CallControl
from contactcenter.localnet.call_feed import CallFeed
from contactcenter.localnet.call_rest import CallRest
from contactcenter.localnet.call_webhooks import CallWebhooks
from contactcenter.localnet.callbacks import CallbackQueue
from contactcenter.localnet.calls import CallBook
from contactcenter.localnet.conference_rest import ConferenceRest
from contactcenter.localnet.conferences import Hall
from contactcenter.localnet.dialing import Dialer
from contactcenter.localnet.exchange import Behaviour, Exchange
from contactcenter.localnet.faults import Faults
from contactcenter.localnet.feed import Feed
from contactcenter.localnet.handsets import Handsets
from contactcenter.localnet.interpreter import Interpreter
from contactcenter.localnet.messages import Clock
from contactcenter.localnet.recorder import Recorder
from contactcenter.localnet.recording_rest import RecordingRest
from contactcenter.localnet.recordings import Recordings
from contactcenter.localnet.rest import Handler
from contactcenter.localnet.sounds import Sounds
from contactcenter.localnet.telephone_api import TelephoneApi
from contactcenter.localnet.telephony import Telephony
from contactcenter.localnet.webhooks import WebhookSender


class Voice:
    """Calls, conferences and recordings of the account."""

    def __init__(
        self,
        account: Account,
        faults: Faults,
        webhooks: WebhookSender,
        queue: CallbackQueue,
        bell: Bell,
        tasks: Tasks,
        clock: Clock,
        new_sid: SidMaker,
        *,
        tempo: float,
        calls_per_second: float,
        keep: int,
        base_url: Callable[[], str],
        unattended: Mapping[str, Behaviour],
        feed: Feed,
        handsets: Handsets,
    ) -> None:
        """`tempo` scales what a person would wait through. Raises ValueError when it is not above 0."""
        self.sounds = Sounds()
        call_webhooks = CallWebhooks(account, faults, webhooks, queue, clock)
        book = CallBook(clock, bell, keep=keep)
        exchange = Exchange(
            book,
            call_webhooks,
            bell,
            tasks,
            clock,
            new_sid,
            tempo=tempo,
            unattended=unattended,
            is_on=handsets.is_on,
        )
        recordings = Recordings(new_sid)
        recorder = Recorder(account, recordings, book, faults, call_webhooks, clock, base_url=base_url)
        hall = Hall(account, book, recorder, call_webhooks, clock, new_sid)
        interpreter = Interpreter(exchange, recordings, self.sounds, tasks, clock, account.sid, base_url=base_url)
        Dialer(account, exchange, hall, interpreter)
        telephony = Telephony(account, exchange, interpreter, calls_per_second=calls_per_second)
        self._rest = CallRest(account, book, telephony)
        self._recordings = RecordingRest(account, book, hall, recordings, recorder)
        self._conferences = ConferenceRest(account, hall, telephony)
        calls = CallFeed(book, feed, handsets.name_of)
        self.pages = TelephoneApi(book, calls, exchange, telephony, self.sounds, handsets, feed)
        self.control = CallControl(account, book, exchange, telephony, hall, recordings, bell)

    def operations(self) -> tuple[Mapping[str, Handler], ...]:
        """Return the API's operations that are answered here."""
        return self._rest.handlers(), self._conferences.handlers(), self._recordings.handlers()
