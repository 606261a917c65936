-- Mails: written in the transaction of the change that they are about, and sent by a job of any process.
-- id: UUIDv7; the Message-ID is this at the public host, the same at each attempt.
-- address_sealed, payload_sealed: encrypted, with the id as context. The payload has links and codes, so it is null once the
-- mail has ended; so is the address of a mail that was sent (an empty text).
-- state: waiting, sending; ended: sent, refused (by the address), dead, void (by a restore), decoy (never to be sent).
-- next_at: when it is due; while it is being sent, when the lease of its sender ends and another may take it.
-- claim: the number of the sender's lease; a sender whose lease another took changes nothing any more.
-- cut_at: when an attempt ended without an answer to the message, so that nobody knows whether it arrived.
create table outbox (
    id             text not null primary key,
    kind           text not null,
    user_id        text references users (id) on delete cascade,
    address_sealed text not null,
    locale         text not null,
    payload_sealed text,
    priority       integer not null,
    state          text not null,
    attempts       integer not null,
    next_at        integer not null,
    expires_at     integer not null,
    claim          integer not null,
    cut_at         integer,
    created_at     integer not null,
    ended_at       integer,
    last_code      integer,
    last_reply     text
) strict;
create index outbox_due on outbox (priority, next_at) where state in ('waiting', 'sending');
create index outbox_ended on outbox (ended_at) where ended_at is not null;
create index outbox_user on outbox (user_id, id);

-- The language in which somebody registered, for mails where the profile names none.
alter table users add column locale text;

-- When a server said that the address takes no mail, and its reply.
alter table user_emails add column refused_at integer;
alter table user_emails add column refused_reply text;
