"""What a message that is due waits for: an earlier one of its conversation, or its account."""

from sqlalchemy import and_, or_, select

from handlers.core.messages import Lane
from storage.states import AccountState, SendState
from storage.tables import channel_accounts, outbox
from storage.types import is_one_of, is_word, moment_param

_o, _other = outbox, outbox.alias("other")
IN_THE_WAY = (
    select(1)
    .where(
        _other.c.clinic_id == _o.c.clinic_id,
        _other.c.channel == _o.c.channel,
        _other.c.account == _o.c.account,
        _other.c.conversation == _o.c.conversation,
        is_one_of(_other.c.state, SendState.QUEUED, SendState.SENDING),
        is_word(_other.c.lane, Lane.TURN),
        _other.c.seq != _o.c.seq,
        or_(
            _other.c.lease_until > moment_param("now_system"),
            and_(
                _other.c.seq < _o.c.seq,
                or_(
                    _other.c.not_before <= moment_param("now"),
                    and_(_other.c.turn == _o.c.turn, _other.c.turn != ""),
                ),
            ),
        ),
    )
    .exists()
)
ACCOUNT_IS_HELD = (
    select(1)
    .where(
        channel_accounts.c.clinic_id == _o.c.clinic_id,
        channel_accounts.c.channel == _o.c.channel,
        channel_accounts.c.account == _o.c.account,
        channel_accounts.c.state == AccountState.HELD.value,
        channel_accounts.c.held_at > moment_param("held_since"),
    )
    .exists()
)
